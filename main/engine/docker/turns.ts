/** Work that goes one at a time under each name. */
export type TakeTurns = <T>(name: string, work: () => Promise<T>, signal: AbortSignal) => Promise<T>

/** Whoever's signal aborts while waiting gives its turn up. */
export function createTurns(): TakeTurns {
  const last = new Map<string, Promise<unknown>>()
  return async (name, work, signal) => {
    const before = last.get(name)
    const { promise: done, resolve: finish } = Promise.withResolvers<void>()
    // Giving up must not let the next one in before its time.
    const both = Promise.all([before, done])
    last.set(name, both)
    try {
      if (before !== undefined) await Promise.race([before, aborted(signal)])
      signal.throwIfAborted()
      return await work()
    } finally {
      finish()
      if (last.get(name) === both) void both.then(() => last.get(name) === both && last.delete(name))
    }
  }
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
