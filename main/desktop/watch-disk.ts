import { statfs } from 'node:fs/promises'

import type { Clock } from '../engine/clock.ts'
import type { Notice } from './notices.ts'

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
  tell: (notice: Notice) => void,
  signal: AbortSignal,
): Promise<void> {
  let isLow = false
  while (!signal.aborted) {
    const free = await look().catch(() => undefined)
    if (free !== undefined) {
      if (!isLow && free < low) tell(diskLow(free))
      isLow = free < (isLow ? enoughAgain : low)
    }
    await clock.sleep(lookEveryMs, signal).catch(() => undefined)
  }
}

const diskLow = (free: number): Notice => ({
  kind: 'DiskLow',
  title: `${(free / gib).toFixed(1)} GiB are left on the disk`,
  body: 'Jobs fail when it is full. Remove images, caches or logs that are no longer needed.',
  path: '/',
})
