import { posix } from 'node:path'

import type { JobContext } from '../job/context.ts'

/**
 * Where a cache lies in a bucket, the same as gitlab-runner's so that both find each other's (job-execution.md §10.6).
 * @param key as it is stored.
 * @returns `undefined` when the key leads out of the project's folder.
 */
export function objectName(
  { job, runner, shortToken, flags }: Pick<JobContext, 'job' | 'runner' | 'shortToken' | 'flags'>,
  key: string,
): string | undefined {
  const { Path, Shared } = runner.cache
  const own = Shared ? [] : ['runner', shortToken]
  const folder = posix.join(Path, ...own, 'project', String(job.info.projectId))
  const isHashed = flags.get('FF_HASH_CACHE_KEYS') ?? false
  const name = posix.join(folder, ...(isHashed ? [key.slice(0, 2)] : []), key)
  return name.startsWith(`${folder}/`) ? name.replace(/^\/+/, '') : undefined
}
