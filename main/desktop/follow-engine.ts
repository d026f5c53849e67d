import type { JobSummary } from '../contract/job.ts'
import type { AppStatus, RunnerSummary } from '../contract/status.ts'
import type { EngineApi } from './engine-door.ts'

/** What the application knows of the engine. */
export interface Standing {
  readonly status?: AppStatus
  readonly runners: readonly RunnerSummary[]
  /** Jobs that are not finished, in the order they were taken. */
  readonly jobs: readonly JobSummary[]
}

export const unknownStanding: Standing = { runners: [], jobs: [] }

export interface StandingListener {
  changed(now: Standing, before: Standing): void
  /** A job that was seen unfinished has finished. */
  finished(job: JobSummary): void
}

/** Tells what changes in the engine. Ends when the signal aborts or the engine is lost; never rejects. */
export async function followEngine(
  api: EngineApi,
  listener: StandingListener,
  signal: AbortSignal,
): Promise<void> {
  const lost = new AbortController()
  const until = AbortSignal.any([signal, lost.signal])
  let standing = unknownStanding
  const change = (part: Partial<Standing>) => {
    const before = standing
    standing = { ...standing, ...part }
    listener.changed(standing, before)
  }

  async function followJobs(): Promise<void> {
    const open = new Map<number, JobSummary>()
    for await (const event of api.watchJobs(undefined, until)) {
      for (const job of event.type === 'snapshot' ? event.jobs : [event.job]) {
        const wasOpen = open.delete(job.id)
        if (job.state.phase !== 'finished') open.set(job.id, job)
        else if (wasOpen) listener.finished(job)
      }
      change({ jobs: [...open.values()].sort((a, b) => a.id - b.id) })
    }
  }

  async function each<T>(values: AsyncIterable<T>, hear: (value: T) => void): Promise<void> {
    for await (const value of values) hear(value)
  }

  const following = [
    each(api.watchStatus(undefined, until), (status) => change({ status })),
    each(api.watchRunners(undefined, until), (runners) => change({ runners })),
    followJobs(),
  ]
  // One that ends means that the others will.
  for (const one of following) void one.finally(() => lost.abort()).catch(() => undefined)
  await Promise.allSettled(following)
  if (!signal.aborted) listener.changed(unknownStanding, standing)
}
