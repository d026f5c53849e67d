import type { JobsEvent } from '../../main/contract/api.ts'
import type { JobSummary } from '../../main/contract/job.ts'

/** The jobs that are not finished and the latest finished ones, by id. */
export type Jobs = ReadonlyMap<number, JobSummary>

export function reduceJobs(jobs: Jobs, event: JobsEvent): Jobs {
  switch (event.type) {
    case 'snapshot':
      return new Map(event.jobs.map((job) => [job.id, job]))
    case 'job-changed':
      return new Map(jobs).set(event.job.id, event.job)
  }
}

export const isActive = ({ state }: JobSummary): boolean => state.phase !== 'finished'

/** Oldest first, as they were begun. */
export const activeJobs = (jobs: Jobs): JobSummary[] =>
  [...jobs.values()].filter(isActive).toSorted((a, b) => a.id - b.id)

/** The `count` that finished last, newest first. */
export const latestJobs = (jobs: Jobs, count: number): JobSummary[] =>
  [...jobs.values()]
    .filter((job) => !isActive(job))
    .toSorted((a, b) => (b.finishedAt ?? 0) - (a.finishedAt ?? 0))
    .slice(0, count)
