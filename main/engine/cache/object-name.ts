import { posix } from 'node:path'

import type { JobContext } from '../job/context.ts'

/**
 * Where a cache lies in a bucket, the same as gitlab-runner's so that both find each other's (job-execution.md §10.6).
 * @param key as it is stored.
 * @param isHashed whether that is its digest.
 * @returns `undefined` when the key leads out of the project's folder.
 */
export function objectName(
  { job, runner, shortToken, flags }: Pick<JobContext, 'job' | 'runner' | 'shortToken' | 'flags'>,
  key: string,
  isHashed = flags.get('FF_HASH_CACHE_KEYS') ?? false,
): string | undefined {
  const { Path, Shared } = runner.cache
  const own = Shared ? [] : ['runner', shortToken]
  const folder = posix.join(Path, ...own, 'project', String(job.info.projectId))
  const name = posix.join(folder, ...(isHashed ? [key.slice(0, 2)] : []), key)
  return name.startsWith(`${folder}/`) ? name.replace(/^\/+/, '') : undefined
}
