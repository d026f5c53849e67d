import { isAllowedFailure, isFinal, type JobRecord, type JobStatus } from '../records.ts'
import type { PipelineJob } from './pipeline-file.ts'

/** What a waiting job becomes now that its forerunners stand as they do; undefined = it goes on waiting. */
export function nextStatus(job: PipelineJob, forerunners: readonly JobRecord[]): JobStatus | undefined {
  if (!forerunners.every(isSettled)) return undefined
  const verdicts = new Set(forerunners.map(verdictOf))
  const failed = verdicts.has('failed')
  switch (job.when) {
    case 'manual':
      return failed || verdicts.has('canceled') ? 'skipped' : 'manual'
    case 'always':
      return 'pending'
    case 'on_failure':
      return failed ? 'pending' : 'skipped'
    case 'on_success':
      // In a chain of needs a skipped job skips those after it; in a stage it does not count.
      return failed || verdicts.has('canceled') || (job.needs && verdicts.has('skipped'))
        ? 'skipped'
        : 'pending'
  }
}

/** Over, or a manual job nobody has to start. */
function isSettled(job: JobRecord): boolean {
  return isFinal(job.status) || (job.status === 'manual' && job.allowFailure === true)
}

function verdictOf(job: JobRecord): JobStatus {
  if (isAllowedFailure(job)) return 'success'
  return job.status === 'manual' ? 'success' : job.status
}

/** The jobs that must be over before `job` may begin: those it needs, else all of earlier stages. */
export function forerunnersOf(
  job: PipelineJob,
  jobs: readonly JobRecord[],
  stages: readonly string[],
): readonly JobRecord[] {
  const { needs } = job
  if (needs) return jobs.filter(({ name }) => needs.some((need) => need.job === name))
  const stage = stages.indexOf(job.stage)
  return jobs.filter((other) => stages.indexOf(other.stage) < stage)
}

/** The jobs whose archives `job` gets: by `dependencies`, else by `needs`, else all of earlier stages. */
export function dependenciesOf(
  job: PipelineJob,
  jobs: readonly JobRecord[],
  stages: readonly string[],
): readonly JobRecord[] {
  const { needs, dependencies } = job
  const reachable = forerunnersOf(job, jobs, stages).filter(
    ({ name }) => needs?.find((need) => need.job === name)?.artifacts ?? true,
  )
  return dependencies ? reachable.filter(({ name }) => dependencies.includes(name)) : reachable
}

/** One word for a whole pipeline. */
export function pipelineStatus(jobs: readonly JobRecord[]): JobStatus {
  const verdicts = new Set(jobs.filter(({ status }) => status !== 'manual').map(verdictOf))
  if (verdicts.has('running') || verdicts.has('canceling')) return 'running'
  if (verdicts.has('pending')) return jobs.some(({ status }) => isFinal(status)) ? 'running' : 'pending'
  if (verdicts.has('created')) return jobs.some(({ status }) => status === 'manual') ? 'manual' : 'created'
  if (verdicts.has('failed')) return 'failed'
  if (verdicts.has('canceled')) return 'canceled'
  if (verdicts.has('success')) return 'success'
  return jobs.some(({ status }) => status === 'manual') ? 'manual' : 'skipped'
}
