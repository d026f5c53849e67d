import { merge, plainPayload, type DeepPartial } from './enqueue-payload.ts'
import type { JobPayload } from './payload.ts'
import { projectAt } from './projects.ts'
import { isFinal, type Assignment, type JobRecord, type JobStatus } from './records.ts'
import type { PracticeState } from './state.ts'
import { viewOf } from './views.ts'

export interface EnqueueOptions {
  readonly tags?: readonly string[]
  readonly protected?: boolean
  /** Path of a project the job belongs to. */
  readonly project?: string
  /** Features the runner must announce. */
  readonly requires?: readonly string[]
}

/** What PracticeGitLab does with jobs. */
export function jobVerbs(gitlab: PracticeState) {
  const { jobs, events } = gitlab
  const recordOf = (id: number) => {
    const job = jobs.get(id)
    if (!job) throw new Error(`There is no job ${id}.`)
    return job
  }
  const show = (job: JobRecord) => viewOf(job, events.all)
  const enqueue = (
    { tags = [], requires = [], ...options }: EnqueueOptions,
    { name = 'test', stage = 'test', timeout = 3600 }: { name?: string; stage?: string; timeout?: number },
    payload: (assignment: Assignment) => string,
  ) => {
    const job = jobs.add({
      name,
      stage,
      project: options.project === undefined ? undefined : projectAt(gitlab, options.project),
      tags,
      protected: options.protected ?? false,
      timeout,
      allowFailure: false,
      requires,
      payload,
    })
    jobs.enqueue(job)
    return show(job)
  }
  return {
    enqueue(overrides: DeepPartial<JobPayload> = {}, options: EnqueueOptions = {}) {
      const { name, stage } = overrides.job_info ?? {}
      const about = {
        ...(typeof name === 'string' && { name }),
        ...(typeof stage === 'string' && { stage }),
        ...(overrides.runner_info?.timeout !== undefined && { timeout: overrides.runner_info.timeout }),
      }
      // The runner's maximum timeout counts here too, so the timeout is no plain override.
      const { runner_info: runnerInfo, ...rest } = overrides
      const { timeout: _, ...runnerRest } = runnerInfo ?? {}
      return enqueue(options, about, (assignment) =>
        JSON.stringify(merge(plainPayload(assignment), { ...rest, runner_info: runnerRest })),
      )
    },
    enqueueRaw: (write: (valid: JobPayload) => string, options: EnqueueOptions = {}) =>
      enqueue(options, {}, (assignment) => write(plainPayload(assignment))),
    job: (id: number) => show(recordOf(id)),
    jobs: () => [...jobs.all].map(show),
    waitForJob(id: number, status: JobStatus | 'finished', signal?: AbortSignal) {
      const job = recordOf(id)
      return events.until(() => {
        if (job.status === status || (status === 'finished' && isFinal(job.status))) return show(job)
        if (!isFinal(job.status)) return undefined
        throw new Error(
          `Job ${id} (${job.name}) became ${job.status}${job.failureReason ? ` (${job.failureReason})` : ''}, not ${status}.`,
        )
      }, signal)
    },
    cancelJob: (id: number, options: { readonly graceful?: boolean } = {}) =>
      jobs.cancel(recordOf(id), options),
    dropJob: (id: number, failureReason: string) => jobs.end(recordOf(id), 'failed', { failureReason }),
    loseLog: (id: number, size: number) => recordOf(id).log.truncate(size),
  }
}
