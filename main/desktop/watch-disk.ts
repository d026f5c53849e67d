import { statfs } from 'node:fs/promises'

import type { Clock } from '../engine/clock.ts'

const lookEveryMs = 10 * 60 * 1000
const gib = 1024 ** 3
const low = 5 * gib
// Space that comes and goes around the limit is told of once.
const enoughAgain = 8 * gib

/** @returns free bytes of the disk that a folder is on. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

/** Tells when the disk becomes low, once until it is no longer. Ends when the signal aborts. */
export async function watchDisk(
  look: () => Promise<number>,
  clock: Clock,
  /** Told how many bytes are free. */
  tell: (free: number) => void,
  signal: AbortSignal,
): Promise<void> {
  let isLow = false
  while (!signal.aborted) {
    const free = await look().catch(() => undefined)
    if (free !== undefined) {
      if (!isLow && free < low) tell(free)
      isLow = free < (isLow ? enoughAgain : low)
    }
    await clock.sleep(lookEveryMs, signal).catch(() => undefined)
  }
}
