import type { Job, JobArtifact, When } from '../job/job.ts'

export type JobResult = 'success' | 'failure'

/** Whether an entry with this `when` is due after such a result (job-execution.md §1.2). */
export function fitsResult(when: When, result: JobResult): boolean {
  return when === 'always' || when === (result === 'success' ? 'on_success' : 'on_failure')
}

/** The artifact entries to upload after such a result, in the order GitLab sent them. */
export function artifactsFor(job: Job, result: JobResult): readonly JobArtifact[] {
  return job.artifacts.filter(
    ({ when, paths, exclude, untracked }) =>
      fitsResult(when, result) && (paths.length > 0 || exclude.length > 0 || untracked),
  )
}

export function hasArtifactsFor(job: Job, result: JobResult): boolean {
  return artifactsFor(job, result).length > 0
}

export function hasDependencies(job: Job): boolean {
  return job.dependencies.some(({ artifacts }) => artifacts !== undefined && artifacts.filename !== '')
}
