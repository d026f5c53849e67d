import { say } from '../../main/contract/sentences/say.ts'
import type { JobFacets, JobPage, JobQuery, runnerApi } from '../../main/contract/api.ts'
import type { LogChunk } from '../../main/contract/log-chunk.ts'
import type { ImagePull, JobDetail, JobState, JobSummary, Outcome } from '../../main/contract/job.ts'
import type { DiskItem } from '../../main/contract/disk.ts'
import { withoutNow } from '../../main/contract/resources.ts'
import type { AppStatus, RunnerSummary } from '../../main/contract/status.ts'
import { ApiError, type ApiImplementation } from '../../main/contract/table.ts'
import { exportJobs } from '../../main/engine/history/export-jobs.ts'
import { fakePages } from './fake-pages.ts'
import { aJob, aStatus, finishedJobs, longProject, someRunners } from './fake-jobs.ts'
import { compileLog } from './fake-log.ts'
import { GrowingBuffer } from './growing-buffer.ts'
import { fakeSetup, type FakeSetup } from './fake-setup.ts'
import { fakeToolchains, type FakeToolchains } from './fake-toolchains.ts'

export interface FakeEngine {
  readonly api: ApiImplementation<typeof runnerApi>
  /** @returns the id of a new running job. */
  accept(given?: Partial<JobDetail>): number
  print(id: number, text: string): void
  move(id: number, state: JobState): void
  pulling(id: number, pulls: readonly ImagePull[]): void
  finish(id: number, outcome: Outcome): void
  /** Keeps the job's container, as if it had ended. */
  keep(id: number): void
  setStatus(change: Partial<AppStatus>): void
  setRunners(runners: readonly RunnerSummary[]): void
  readonly setup: FakeSetup
  readonly toolchains: FakeToolchains
}

export interface FakeEngineOptions {
  readonly now?: number
  /** How many finished jobs it remembers; 214 unless told. Two more run. 0 for an engine just installed. */
  readonly remembers?: number
}

const chunkSize = 64 * 1024

/** The runner's API over jobs in memory: no Docker, no GitLab, but everything moves as it really would. */
export function fakeEngine({ now = Date.now(), remembers = 214 }: FakeEngineOptions = {}): FakeEngine {
  const changes = new Changes()
  /** What jobs print wakes those who read logs alone, as in the engine. */
  const prints = new Changes()
  const jobs = new Map<number, JobDetail>()
  const logs = new Map<number, GrowingBuffer>()
  const removed = new Set<string>()
  let status = aStatus()
  let runners: readonly RunnerSummary[] = remembers === 0 ? [] : someRunners(now)

  const put = (job: JobDetail) => {
    jobs.set(job.id, job)
    changes.happened()
    prints.happened()
  }
  const find = (id: number): JobDetail => {
    const job = jobs.get(id)
    if (job === undefined) throw new ApiError('not-found', `There is no job ${id}`)
    return { ...job, logSize: logOf(job).bytes.length }
  }
  const logOf = (job: JobDetail): GrowingBuffer => {
    const log = logs.get(job.id) ?? new GrowingBuffer(compileLog(job))
    logs.set(job.id, log)
    return log
  }
  const mayGo = () => {
    const items = diskItems(now).filter(
      ({ id, keptBecause }) => !removed.has(id) && keptBecause === undefined,
    )
    return { items, bytes: items.reduce((sum, { bytes }) => sum + bytes, 0), problems: [] }
  }
  const newestFirst = () => [...jobs.values()].toReversed()
  const pages = fakePages(newestFirst)
  const running = () => newestFirst().filter((job) => job.state.phase !== 'finished').length

  const setup = fakeSetup(changes, () => runners)
  const toolchains = fakeToolchains({
    watch: (read, signal) => changes.watch(read, signal),
    happened: () => changes.happened(),
    runners: () => runners,
    jobs: newestFirst,
    now,
    isEmpty: remembers === 0,
  })
  const engine: FakeEngine = {
    accept: (given = {}) => {
      const id = jobs.size + 1
      put(aJob({ id, acceptedAt: Date.now(), state: { phase: 'running', stage: 'step_script' }, ...given }))
      return id
    },
    print: (id, text) => {
      logOf(find(id)).append(text)
      prints.happened()
    },
    move: (id, state) => put({ ...find(id), state }),
    pulling: (id, pulls) => put({ ...find(id), pulls }),
    finish: (id, outcome) => {
      const finishedAt = Date.now()
      const job = find(id)
      put({
        ...job,
        state: { phase: 'finished', outcome },
        finishedAt,
        ...(job.resources !== undefined && { resources: withoutNow(job.resources) }),
        ...(job.kept !== undefined && { kept: { until: finishedAt + 3_600_000 } }),
      })
    },
    keep: (id) => put({ ...find(id), kept: { until: Date.now() + 3_600_000 } }),
    setStatus: (change) => {
      status = { ...status, ...change }
      changes.happened()
    },
    setRunners: (next) => {
      runners = next
      changes.happened()
    },
    setup,
    toolchains,
    api: {
      ...setup.api,
      ...toolchains.api,
      findJobs: (query) => pageOf(newestFirst(), query),
      exportJobs: (query) =>
        exportJobs(
          {
            find: (wanted) => pageOf(newestFirst(), wanted),
            exportSlice: (wanted) =>
              pageOf(newestFirst(), wanted).jobs.map((job) => ({
                job,
                queuedMs: 1500,
                peakMemory: jobs.get(job.id)?.resources?.peakMemory ?? null,
                cpuSeconds: jobs.get(job.id)?.resources?.cpuSeconds ?? null,
              })),
          },
          query,
        ),
      listJobFacets: () => facetsOf(newestFirst()),
      ...pages,
      readJob: ({ id }) => find(id),
      cancelJob: ({ id }) => {
        const job = find(id)
        if (job.state.phase === 'finished') throw new ApiError('conflict', `${job.name} has already ended`)
        engine.move(id, { phase: 'canceling', by: 'user', stage: 'step_script' })
        setTimeout(() => engine.finish(id, { result: 'canceled', by: 'user' }), 150)
      },
      holdJob: ({ id }) => {
        const job = find(id)
        put({ ...job, kept: job.state.phase === 'finished' ? { until: Date.now() + 3_600_000 } : {} })
      },
      releaseJob: ({ id }) => {
        const { kept: _, ...job } = find(id)
        put(job)
      },
      listHeldJobs: () => [],
      openShell: ({ id }) => {
        if (find(id).kept === undefined) throw new ApiError('conflict', say('not-kept', { id }))
        return { endpoint: 'unix:///var/run/docker.sock', container: 'kept', workingDir: '/builds' }
      },
      readDisk: () => ({
        items: diskItems(now).filter(({ id }) => !removed.has(id)),
        counted: 0,
        budget: 0,
        free: 100 * 1024 ** 3,
        reserve: 2 * 1024 ** 3,
      }),
      planPrune: () => mayGo(),
      pruneDisk: () => {
        const going = mayGo()
        for (const { id } of going.items) removed.add(id)
        return going
      },
      removeDiskItem: ({ id }) => void removed.add(id),
      pause: () => engine.setStatus({ paused: true }),
      resume: () => engine.setStatus({ paused: false }),
      watchStatus: (_, signal) => changes.watch(() => ({ ...status, running: running() }), signal),
      watchRunners: (_, signal) => changes.watch(() => runners, signal),
      watchJob: ({ id }, signal) => changes.watch(() => find(id), signal),
      async *watchJobs(_, signal) {
        const known = new Map<number, JobSummary>(jobs)
        yield { type: 'snapshot', jobs: newestFirst().slice(0, 100) }
        for await (const all of changes.watch(() => [...jobs.values()], signal)) {
          for (const job of all) {
            if (known.get(job.id) === job) continue
            known.set(job.id, job)
            yield { type: 'job-changed', job }
          }
        }
      },
      async *watchLog({ id, offset: from }, signal) {
        let offset = from
        for await (const job of prints.watch(() => find(id), signal)) {
          for (;;) {
            const chunk = readChunk(logOf(job).bytes, offset, job.state.phase === 'finished')
            if (chunk.text !== '' || chunk.ended) yield chunk
            if (chunk.ended) return
            if (chunk.text === '') break
            offset = chunk.nextOffset
          }
        }
      },
    },
  }

  for (const job of finishedJobs(remembers, now)) jobs.set(job.id, job)
  if (remembers > 0) {
    engine.accept({
      name: 'build:arm64',
      project: 'firmware/boot',
      ref: 'main',
      acceptedAt: now - 42_000,
      runner: 'tangxin',
    })
    engine.accept({
      name: 'test:unit',
      project: 'firmware/radio',
      ref: 'fix-7',
      acceptedAt: now - 13_000,
      runner: 'tangxin',
    })
  }
  return engine
}

function readChunk(log: Buffer, offset: number, finished: boolean): LogChunk {
  let end = Math.min(offset + chunkSize, log.length)
  // Back to the start of a character.
  while (end < log.length && ((log[end] ?? 0) & 0xc0) === 0x80) end -= 1
  const text = log.subarray(offset, end).toString()
  return { offset, text, nextOffset: end, ended: finished && end === log.length }
}

function pageOf(all: readonly JobDetail[], query: JobQuery): JobPage {
  const words = (query.text ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  const matching = all.filter((job) => {
    const text = `${job.name} ${job.project} ${job.ref} ${job.sha}`.toLowerCase()
    const outcome = job.state.phase === 'finished' ? job.state.outcome.result : 'running'
    return (
      words.every((word) => text.includes(word)) &&
      (query.outcome === undefined || query.outcome === outcome) &&
      (query.project === undefined || query.project === job.project) &&
      (query.runner === undefined || query.runner === job.runner) &&
      (query.branch === undefined || query.branch === job.ref) &&
      (query.toolchain === undefined ||
        job.toolchains?.some(({ name, version }) => `${name}@${version}` === query.toolchain)) &&
      (query.since === undefined || job.acceptedAt >= query.since)
    )
  })
  const older = matching.filter((job) => query.before === undefined || job.id < query.before)
  const { sort = 'when', order = sort === 'when' ? 'desc' : 'asc', offset = 0 } = query
  const sorted = older.toSorted((a, b) => (order === 'asc' ? 1 : -1) * (compare[sort](a, b) || a.id - b.id))
  return { jobs: sorted.slice(offset, offset + query.limit), total: matching.length }
}

const lasted = ({ acceptedAt, finishedAt }: JobDetail) => (finishedAt ?? acceptedAt) - acceptedAt
const compare = {
  when: (a: JobDetail, b: JobDetail) => a.id - b.id,
  duration: (a: JobDetail, b: JobDetail) => lasted(a) - lasted(b),
  job: (a: JobDetail, b: JobDetail) => a.name.localeCompare(b.name),
  project: (a: JobDetail, b: JobDetail) => a.project.localeCompare(b.project),
}

const facetsOf = (jobs: readonly JobDetail[]): JobFacets => ({
  projects: [...new Set(jobs.map(({ project }) => project))],
  runners: [...new Set(jobs.map(({ runner }) => runner))],
  branches: [...new Set(jobs.map(({ ref }) => ref))],
  toolchains: [
    ...new Set(
      jobs.flatMap(({ toolchains = [] }) => toolchains.map(({ name, version }) => `${name}@${version}`)),
    ),
  ],
})

const diskItems = (now: number): readonly DiskItem[] => [
  {
    kind: 'image',
    id: 'sha256:1',
    name: 'debian:12-slim',
    bytes: 78_000_000,
    lastUsedAt: now - 3_600_000,
  },
  {
    kind: 'volume',
    id: 'v1',
    name: 'runner-abcdef-project-7-concurrent-0-cache-3f2c',
    project: longProject,
    bytes: 3_400_000_000,
    lastUsedAt: now - 86_400_000 * 3,
    keptBecause: say('kept-running'),
  },
  { kind: 'cache', id: 'c1', name: 'default-protected', project: 'firmware/boot', bytes: 512_000_000 },
  {
    kind: 'logs',
    id: 'l1',
    name: say('name-logs', { count: 71 }),
    project: 'firmware/boot',
    bytes: 22_000_000,
    keptBecause: say('kept-logs'),
  },
]

/** Wakes whoever watches, once however much happened meanwhile. */
class Changes {
  #count = 0
  #next = Promise.withResolvers<void>()

  happened(): void {
    this.#count += 1
    this.#next.resolve()
    this.#next = Promise.withResolvers()
  }

  async *watch<T>(look: () => T, signal: AbortSignal): AsyncGenerator<T, void> {
    const left = Promise.withResolvers<void>()
    signal.addEventListener('abort', () => left.resolve(), { once: true })
    let seen = -1
    while (!signal.aborted) {
      if (seen === this.#count) await Promise.race([this.#next.promise, left.promise])
      if (signal.aborted) return
      seen = this.#count
      yield look()
    }
  }
}
