/** Wakes those who wait for a log to grow. Nobody polls. */
export interface Growth {
  changed(): void
  /** Resolves once `isDue` holds, asked again after every change. Rejects with the signal's reason. */
  until(isDue: () => boolean, signal: AbortSignal): Promise<void>
}

export function createGrowth(): Growth {
  const waiting = new Set<() => void>()
  return {
    changed() {
      for (const look of waiting) look()
    },
    until: (isDue, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason as Error)
        if (isDue()) return resolve()
        const look = () => {
          if (!isDue()) return
          leave()
          resolve()
        }
        const abort = () => {
          leave()
          reject(signal.reason as Error)
        }
        const leave = () => {
          waiting.delete(look)
          signal.removeEventListener('abort', abort)
        }
        waiting.add(look)
        signal.addEventListener('abort', abort, { once: true })
      }),
  }
}
