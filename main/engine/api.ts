import type { JobDetail, JobSummary } from '../contract/job.ts'
import type { AppStatus } from '../contract/status.ts'
import { ApiError, type ApiImplementation } from '../contract/table.ts'
import type { JobsEvent, LogChunk, runnerApi } from '../contract/api.ts'
import type { Changes } from './changes.ts'
import type { DiskKeeper } from './disk/disk-keeper.ts'
import type { DataDirs } from './data-dirs.ts'
import type { ConfigSource, DockerHost } from './engine-ports.ts'
import type { History } from './history/port.ts'
import type { LiveJob } from './live-job.ts'
import { openFinishedLog } from './log/finished-log.ts'
import type { Pool } from './pool.ts'
import { drydockVersion } from './version.ts'

export interface ApiParts {
  readonly history: History
  readonly dirs: DataDirs
  readonly live: ReadonlyMap<number, LiveJob>
  readonly disk: DiskKeeper
  readonly pool: Pool
  readonly docker: DockerHost
  readonly config: ConfigSource
  readonly jobs: Changes<number, JobSummary>
  /** Ids of jobs whose details have changed. */
  readonly details: Changes<number, number>
  readonly pulse: Changes<'status' | 'runners' | 'counts', 'status' | 'runners' | 'counts'>
  readonly practiceUrl: string | undefined
}

// Enough to fill a screen; more is one `findJobs` away.
const snapshotSize = 200
const chunkBytes = 64 * 1024

/** The engine's side of the API table. */
export function implementApi(parts: ApiParts): ApiImplementation<typeof runnerApi> {
  const { history, live, pool, docker, config, pulse } = parts

  const status = (): AppStatus => ({
    version: drydockVersion,
    docker: docker.status(),
    ...(pool.hindrance !== undefined && { hindrance: pool.hindrance }),
    configFile: config.file,
    configProblems: config.problems(),
    paused: pool.paused,
    concurrent: pool.concurrent,
    running: pool.running,
    ...(parts.practiceUrl !== undefined && { practiceUrl: parts.practiceUrl }),
  })

  const detail = (id: number): JobDetail => {
    const known = history.read(id)
    if (known === undefined) throw new ApiError('not-found', `There is no job ${id}`)
    const job = live.get(id)
    return job === undefined ? known : { ...known, ...job.summary(), logSize: job.log.size }
  }

  const setPaused = (paused: boolean) => {
    if (paused) pool.pause()
    else pool.resume()
    pulse.publish('status', 'status')
  }

  return {
    findJobs: (query) => {
      const page = history.find(query)
      return { ...page, jobs: page.jobs.map((job) => live.get(job.id)?.summary() ?? job) }
    },
    listJobFacets: () => history.facets(),
    readJob: ({ id }) => detail(id),
    cancelJob: ({ id }) => {
      const job = live.get(id)
    readDisk: () => parts.disk.read(),
    planPrune: (wish) => parts.disk.plan(wish),
    pruneDisk: (wish) => parts.disk.prune(wish),
      if (job !== undefined) return job.cancel('user')
      detail(id)
      throw new ApiError('conflict', `Job ${id} is not running any more`)
    },
    pause: () => setPaused(true),
    resume: () => setPaused(false),
    async *watchStatus(_, signal) {
      const changes = pulse.watch(signal)
      yield status()
      for await (const what of changes) if (what === 'status') yield status()
    },
    async *watchRunners(_, signal) {
      const changes = pulse.watch(signal)
      yield pool.runners()
      for await (const what of changes) if (what === 'runners') yield pool.runners()
    },
    async *watchJobs(_, signal): AsyncIterable<JobsEvent> {
      const changes = parts.jobs.watch(signal)
      const { jobs } = history.find({ limit: snapshotSize })
      const running = [...live.values()].map((job) => job.summary()).sort((a, b) => b.id - a.id)
      yield { type: 'snapshot', jobs: [...running, ...jobs.filter(({ id }) => !live.has(id))] }
      for await (const job of changes) yield { type: 'job-changed', job }
    },
    async *watchJob({ id }, signal) {
      const changes = parts.details.watch(signal)
      yield detail(id)
      for await (const changed of changes) if (changed === id) yield detail(id)
    },
    watchLog: ({ id, offset }, signal) => watchLog(parts, id, offset, signal),
  }
}

async function* watchLog(
  { live, dirs, history }: ApiParts,
  id: number,
  from: number,
  signal: AbortSignal,
): AsyncGenerator<LogChunk> {
  const running = live.get(id)?.log
  if (running === undefined && history.summary(id) === undefined)
    throw new ApiError('not-found', `There is no job ${id}`)
  await using finished = running === undefined ? await openFinishedLog(dirs.log(id)) : undefined
  const log = running ?? finished
  if (log === undefined) return
  let offset = from
  try {
    while (await log.grown(offset, signal)) {
      const bytes = wholeCharacters(await log.read(offset, chunkBytes))
      const nextOffset = offset + bytes.length
      yield {
        offset,
        text: new TextDecoder().decode(bytes),
        nextOffset,
        ended: log.ended && nextOffset === log.size,
      }
      offset = nextOffset
    }
  } catch (error) {
    if (!signal.aborted) throw error
    return
  }
  // The end of a log that had nothing after the asker's offset, or ended after its last piece was told.
  yield { offset, text: '', nextOffset: offset, ended: true }
}

/** Cuts a character that the next read completes. The log holds whole characters only, so never everything. */
function wholeCharacters(bytes: Uint8Array): Uint8Array {
  let end = bytes.length
  while (end > 0 && (bytes[end - 1]! & 0b1100_0000) === 0b1000_0000) end--
  if (end === 0) return bytes
  const lead = bytes[end - 1]!
  const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
  return end - 1 + length <= bytes.length ? bytes : bytes.subarray(0, end - 1)
}
