import type { JobsEvent } from '../../contract/api.ts'
import type { JobSummary } from '../../contract/job.ts'

/** Seconds; gitlab-runner's buckets of `gitlab_runner_job_duration_seconds`. */
export const durationBuckets = [30, 60, 300, 600, 1800, 3600, 7200, 10_800, 18_000, 36_000] as const

/** What the jobs of one runner, by its name, came to since the process began. */
export interface RunnerTally {
  taken: number
  /** By reason; `canceled` where somebody ended it. */
  readonly failed: Map<string, number>
  /** How many took at most so long, by the bucket's index. */
  readonly within: number[]
  finished: number
  seconds: number
}

/** Counts jobs as events tell of them. What was over before the first event is not counted. */
export class JobTally {
  readonly open = new Map<number, JobSummary>()
  readonly byRunner = new Map<string, RunnerTally>()

  note(event: JobsEvent): void {
    if (event.type === 'job-changed') this.#change(event.job)
    else for (const job of event.jobs) if (job.state.phase !== 'finished') this.#change(job)
  }

  #change(job: JobSummary): void {
    const isKnown = this.open.has(job.id)
    if (job.state.phase !== 'finished') {
      this.open.set(job.id, job)
      if (!isKnown) this.#of(job).taken++
      return
    }
    // Later changes of a finished job are nobody's business here.
    if (!this.open.delete(job.id)) return
    const tally = this.#of(job)
    const { outcome } = job.state
    if (outcome.result !== 'success') {
      const reason = outcome.result === 'failed' ? outcome.reason : 'canceled'
      tally.failed.set(reason, (tally.failed.get(reason) ?? 0) + 1)
    }
    const seconds = Math.max((job.finishedAt ?? job.acceptedAt) - job.acceptedAt, 0) / 1000
    tally.finished++
    tally.seconds += seconds
    for (const [at, limit] of durationBuckets.entries()) if (seconds <= limit) tally.within[at]!++
  }

  #of({ runner }: JobSummary): RunnerTally {
    const known = this.byRunner.get(runner)
    if (known !== undefined) return known
    const made = {
      taken: 0,
      failed: new Map(),
      within: durationBuckets.map(() => 0),
      finished: 0,
      seconds: 0,
    }
    this.byRunner.set(runner, made)
    return made
  }
}
