import { setImmediate } from 'node:timers/promises'

import type { Clock } from '../../main/engine/clock.ts'

/** A clock that stands still until it is turned. */
export interface TurnedClock extends Clock {
  /** Lets `ms` pass: sleeps that end within it resolve in order, each followed by what it set off. */
  advance(ms: number): Promise<void>
  /** How many sleeps are pending. */
  readonly sleepers: number
}

interface Sleeper {
  readonly until: number
  readonly wake: () => void
}

/** @param start the wall clock's first reading, milliseconds since the epoch. */
export function turnedClock(start = Date.UTC(2026, 0, 1)): TurnedClock {
  let elapsed = 0
  const sleepers = new Set<Sleeper>()

  return {
    now: () => start + elapsed,
    monotonic: () => elapsed,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason as Error)
        const sleeper = {
          until: elapsed + Math.max(ms, 0),
          wake() {
            sleepers.delete(sleeper)
            signal?.removeEventListener('abort', onAbort)
            resolve()
          },
        }
        const onAbort = () => {
          sleepers.delete(sleeper)
          reject(signal?.reason as Error)
        }
        signal?.addEventListener('abort', onAbort, { once: true })
        sleepers.add(sleeper)
      }),
    async advance(ms) {
      const end = elapsed + ms
      await settle()
      for (;;) {
        const next = [...sleepers]
          .filter(({ until }) => until <= end)
          .toSorted((a, b) => a.until - b.until)[0]
        if (!next) break
        elapsed = Math.max(elapsed, next.until)
        next.wake()
        await settle()
      }
      elapsed = end
    },
    get sleepers() {
      return sleepers.size
    },
  }
}

/** Lets everything run that is not waiting for time, a socket or a file. */
async function settle() {
  for (let turn = 0; turn < 5; turn += 1) await setImmediate()
}
