import type { Instant } from '../../main/contract/instant.ts'
import type { JobSummary } from '../../main/contract/job.ts'

export interface DayNumbers {
  readonly finished: number
  readonly passed: number
  readonly failed: number
  /** 0 to 1, of those that passed or failed; undefined where none did. */
  readonly successRate: number | undefined
  /** Milliseconds. */
  readonly median: number | undefined
}

/** The numbers of the jobs that finished since `from`. */
export function numbersSince(from: Instant, jobs: Iterable<JobSummary>): DayNumbers {
  const finished = [...jobs].filter((job) => job.finishedAt !== undefined && job.finishedAt >= from)
  const having = (result: string) =>
    finished.filter(({ state }) => state.phase === 'finished' && state.outcome.result === result).length
  const durations = finished.map((job) => (job.finishedAt ?? 0) - job.acceptedAt).toSorted((a, b) => a - b)
  const [passed, failed] = [having('success'), having('failed')]
  return {
    finished: finished.length,
    passed,
    failed,
    successRate: passed + failed === 0 ? undefined : passed / (passed + failed),
    median: durations[Math.floor((durations.length - 1) / 2)],
  }
}

/** The midnight before `now` where this screen stands. */
export function startOfDay(now: Instant): Instant {
  return new Date(now).setHours(0, 0, 0, 0)
}
