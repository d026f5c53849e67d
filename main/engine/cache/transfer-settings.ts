import { BadSetting } from '../artifacts/archive-settings.ts'
import type { JobContext } from '../job/context.ts'

/** How caches move between this machine and a shared store (job-execution.md §10.5). */
export interface TransferSettings {
  /** Bytes of one piece. */
  readonly chunkSize: number
  /** Pieces at once. */
  readonly concurrency: number
  /** Milliseconds one request may take. */
  readonly requestTimeout: number
}

const defaults = { chunkSize: 16 * 1024 * 1024, asked: 16, unasked: 4, minutes: 10 } as const
const mostPieces = 64

/** @throws BadSetting for a number that is none, or is negative. */
export function transferSettings({ variables, flags, settings }: JobContext): TransferSettings {
  const number = (name: string, fallback: number) => {
    const text = variables.get(name)
    if (text === '') return fallback
    if (!/^\d+$/.test(text)) throw new BadSetting(`${name}: "${text}" is not a number of at least 0`)
    return Number(text) || fallback
  }
  const isAsked = flags.get('FF_USE_PARALLEL_CACHE_TRANSFER') ?? false
  const { cacheRequestTimeout: minutes } = settings
  return {
    chunkSize: isAsked ? number('CACHE_CHUNK_SIZE', defaults.chunkSize) : defaults.chunkSize,
    concurrency: isAsked
      ? Math.min(mostPieces, number('CACHE_CONCURRENCY', defaults.asked))
      : defaults.unasked,
    requestTimeout: (minutes > 0 ? minutes : defaults.minutes) * 60_000,
  }
}
