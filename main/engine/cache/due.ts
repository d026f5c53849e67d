import { fitsResult, type JobResult } from '../artifacts/due.ts'
import type { Job, JobCache } from '../job/job.ts'

/** The cache entries that name anything. */
export function cachesOf({ caches }: Job): readonly JobCache[] {
  return caches.filter(({ paths, untracked }) => paths.length > 0 || untracked)
}

export function cachesFor(job: Job, result: JobResult): readonly JobCache[] {
  return cachesOf(job).filter(({ when }) => fitsResult(when, result))
}

export function hasCaches(job: Job): boolean {
  return cachesOf(job).length > 0
}

export function hasCacheFor(job: Job, result: JobResult): boolean {
  return cachesFor(job, result).length > 0
}
