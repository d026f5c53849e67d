import { createHash } from 'node:crypto'
import { posix } from 'node:path'

/** A cache's key as people see it and as it is stored. */
export interface CacheKey {
  readonly shown: string
  readonly stored: string
  /** How it is stored with FF_HASH_CACHE_KEYS the other way; absent where it cannot be. */
  readonly other?: string
}

export type ReadKey =
  | { readonly kind: 'usable'; readonly key: CacheKey; readonly warning?: string }
  | { readonly kind: 'unusable'; readonly warning: string }

/**
 * Makes a key usable as a path (job-execution.md §10.1).
 * @param raw with its variables replaced.
 * @param isHashed whether FF_HASH_CACHE_KEYS is on, with which every key is usable.
 */
export function readCacheKey(raw: string, isHashed: boolean): ReadKey {
  if (isHashed) {
    const other = sanitized(raw)
    return { kind: 'usable', key: { shown: raw, stored: digestOf(raw), ...(other !== '' && { other }) } }
  }
  const key = sanitized(raw)
  if (key === '') return { kind: 'unusable', warning: `cache key "${raw}" could not be sanitized` }
  const usable = { kind: 'usable', key: { shown: key, stored: key, other: digestOf(raw) } } as const
  return key === raw ? usable : { ...usable, warning: `cache key "${raw}" sanitized to "${key}"` }
}

/** Whether `CACHE_FALLBACK_KEY` may be this: only GitLab itself names protected caches. */
export function isAllowedFallback(raw: string): boolean {
  return !sanitized(raw.replace(/[. ]+$/, '')).endsWith('-protected')
}

const digestOf = (raw: string) => createHash('sha256').update(raw).digest('hex')

function sanitized(raw: string): string {
  const plain = raw.replaceAll(/%2f/gi, '/').replaceAll(/%2e/gi, '.').replaceAll('\\', '/')
  const parts = posix.normalize(`/${plain}`).split('/').slice(1)
  while (parts.length > 0) {
    const last = parts.pop()?.trimEnd() ?? ''
    if (last !== '') return [...parts, last].join('/')
  }
  return ''
}
