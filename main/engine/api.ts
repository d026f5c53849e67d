import { say } from '../contract/sentences/say.ts'
import type { JobDetail, JobSummary } from '../contract/job.ts'
import type { AppStatus } from '../contract/status.ts'
import { ApiError, type ApiImplementation } from '../contract/table.ts'
import type { JobsEvent, runnerApi } from '../contract/api.ts'
import type { LogChunk } from '../contract/log-chunk.ts'
import type { SetupApi } from './setup/offer-setup.ts'
import type { Changes } from './changes.ts'
import type { DataDirs } from './data-dirs.ts'
import type { DiskKeeper } from './disk/disk-keeper.ts'
import type { HeldJobs } from './docker/held-jobs.ts'
import type { Clock } from './clock.ts'
import type { ConfigStore } from './config/config-store.ts'
import { keptOf, offerHold } from './offer-hold.ts'
import type { ConfigSource, DockerHost } from './engine-ports.ts'
import { exportJobs } from './history/export-jobs.ts'
import type { History } from './history/port.ts'
import type { LiveJob } from './live-job.ts'
import { LogUnreadable, openFinishedLog } from './log/finished-log.ts'
import { watchLog } from './log/watch-log.ts'
import { offerPages } from './offer-pages.ts'
import type { ToolchainApi } from './offer-toolchains.ts'
import type { Pool } from './pool.ts'
import type { ReadSettings } from './settings.ts'
import { drydockVersion } from './version.ts'

export interface ApiParts {
  readonly history: History
  readonly dirs: DataDirs
  readonly live: ReadonlyMap<number, LiveJob>
  readonly pool: Pool
  readonly docker: DockerHost
  readonly disk: DiskKeeper
  readonly held: HeldJobs
  readonly config: ConfigSource
  readonly jobs: Changes<number, JobSummary>
  /** Ids of jobs whose details have changed. */
  readonly details: Changes<number, number>
  readonly pulse: Changes<'status' | 'runners' | 'counts', 'status' | 'runners' | 'counts'>
  readonly setup: SetupApi
  readonly toolchains: ToolchainApi
  readonly settings: ReadSettings
  readonly editConfig: ConfigStore['edit'] | undefined
  readonly clock: Pick<Clock, 'now'>
  readonly practiceUrl: () => string | undefined
}

// Enough to fill a screen; more is one `findJobs` away.
const snapshotSize = 200

/** The engine's side of the API table. */
export function implementApi(parts: ApiParts): ApiImplementation<typeof runnerApi> {
  const { history, live, pool, docker, config, pulse } = parts

  const status = (): AppStatus => ({
    version: drydockVersion,
    docker: docker.status(),
    configFile: config.file,
    configProblems: config.problems(),
    paused: pool.paused,
    ...(pool.hindrance !== undefined && { hindrance: pool.hindrance }),
    concurrent: pool.concurrent,
    running: pool.running,
    ...(parts.practiceUrl() !== undefined && { practiceUrl: parts.practiceUrl()! }),
  })

  const detail = (id: number): JobDetail => {
    const known = history.read(id)
    if (known === undefined) throw new ApiError('not-found', say('job-unknown', { id }))
    const job = live.get(id)
    const kept = keptOf(parts.held, known.gitlabId)
    const transfers = job?.transfers() ?? []
    return {
      ...known,
      ...(job !== undefined && {
        ...job.summary(),
        ...(job.pulls.length > 0 && { pulls: job.pulls }),
        ...(transfers.length > 0 && { transfers }),
        ...(job.resources !== undefined && { resources: job.resources }),
        logSize: job.log.size,
      }),
      ...(kept !== undefined && { kept }),
    }
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
    exportJobs: (query) => exportJobs(history, query),
    listJobFacets: () => history.facets(),
    readJob: ({ id }) => detail(id),
    cancelJob: ({ id }) => {
      const job = live.get(id)
      if (job !== undefined) return job.cancel('user')
      detail(id)
      throw new ApiError('conflict', say('job-over', { id }))
    },
    ...offerHold(parts),
    readDisk: () => parts.disk.read(),
    planPrune: (wish) => parts.disk.plan(wish),
    pruneDisk: (wish) => parts.disk.prune(wish),
    removeDiskItem: (item) => parts.disk.remove(item),
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
      using _ = live.get(id)?.watch()
      yield detail(id)
      for await (const changed of changes) if (changed === id) yield detail(id)
    },
    watchLog: ({ id, offset }, signal) => watchJobLog(parts, id, offset, signal),
    ...offerPages({ ...parts, dataDir: parts.dirs.root, status }),
    ...parts.setup,
    ...parts.toolchains,
  }
}

async function openKept(path: string) {
  try {
    return await openFinishedLog(path)
  } catch (error) {
    throw error instanceof LogUnreadable ? new ApiError('not-found', error.message, { cause: error }) : error
  }
}

async function* watchJobLog(
  { live, dirs, history }: ApiParts,
  id: number,
  from: number,
  signal: AbortSignal,
): AsyncGenerator<LogChunk> {
  const running = live.get(id)?.log
  if (running === undefined && history.summary(id) === undefined)
    throw new ApiError('not-found', say('job-unknown', { id }))
  await using finished = running === undefined ? await openKept(dirs.log(id)) : undefined
  const log = running ?? finished
  if (log !== undefined) yield* watchLog(log, from, signal)
}
