/** Time as the engine sees it. Tests turn one by hand. */
export interface Clock {
  /** Milliseconds since the epoch; may jump when the wall clock is set. */
  now(): number
  /** Milliseconds from an arbitrary start; never jumps. Deadlines are measured with it. */
  monotonic(): number
  /** Resolves after `ms`; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

// Node's timers hold at most a 32-bit count of milliseconds, about 24 days.
const longestTimer = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error)
      const onAbort = () => {
        clearTimeout(timer)
        reject(signal?.reason as Error)
      }
      const timer = setTimeout(
        () => {
          signal?.removeEventListener('abort', onAbort)
          resolve()
        },
        Math.min(Math.max(ms, 0), longestTimer),
      )
      signal?.addEventListener('abort', onAbort, { once: true })
    }),
}
