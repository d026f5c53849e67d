import { say } from '../../contract/sentences/say.ts'
import type { StageLog } from '../artifacts/helper-log.ts'
import type { JobContext } from '../job/context.ts'
import type { JobCache } from '../job/job.ts'
import { JobFailure } from '../job/outcome.ts'
import { readCacheKey, type CacheKey } from './cache-key.ts'

export interface CacheEntry {
  /** `undefined` where nothing usable is left of it. */
  readonly key: CacheKey | undefined
  readonly policy: 'pull-push' | 'pull' | 'push'
}

/**
 * An entry's key and policy with their variables replaced, warnings about the key going to the log.
 * @throws JobFailure when the policy is no policy.
 */
export async function readCacheEntry(
  context: JobContext,
  { key: written, policy: writtenPolicy }: JobCache,
  log: StageLog,
): Promise<CacheEntry> {
  const { job, variables } = context
  const raw = variables.expand(written) || `${job.info.name}/${job.git.ref}`
  const key = await usableKey(context, raw, log)
  const policy = variables.expand(writtenPolicy) || 'pull-push'
  if (policy !== 'pull-push' && policy !== 'pull' && policy !== 'push') {
    throw new JobFailure('runner_system_failure', say('cache-policy', { policy, key: key?.shown ?? raw }))
  }
  return { key, policy }
}

export async function usableKey(
  { flags }: JobContext,
  raw: string,
  log: StageLog,
): Promise<CacheKey | undefined> {
  const read = readCacheKey(raw, flags.get('FF_HASH_CACHE_KEYS') ?? false)
  if (read.warning !== undefined) await log.caution(read.warning)
  return read.kind === 'usable' ? read.key : undefined
}

/** Why there is no local cache either; `undefined` where there is one. */
export function reasonWithoutCache({ runner }: JobContext): string | undefined {
  return runner.docker?.disable_cache ? 'disable_cache is set for this runner' : undefined
}
