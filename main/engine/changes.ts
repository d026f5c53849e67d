/**
 * Tells any number of listeners what changed. A listener that is slow hears the latest value of each key once it asks
 * again, so nobody is pushed at and nothing piles up.
 */
export class Changes<Key, Value> {
  readonly #listeners = new Set<(key: Key, value: Value) => void>()

  publish(key: Key, value: Value): void {
    for (const listener of this.#listeners) listener(key, value)
  }

  /** Values from now on, until the signal aborts. Listening begins with the call, not with the first `next()`. */
  watch(signal: AbortSignal): AsyncIterable<Value> {
    const pending = new Map<Key, Value>()
    let wake = () => {}
    const listener = (key: Key, value: Value) => {
      pending.delete(key)
      pending.set(key, value)
      wake()
    }
    this.#listeners.add(listener)
    const stop = () => {
      this.#listeners.delete(listener)
      wake()
    }
    signal.addEventListener('abort', stop, { once: true })
    return drain(pending, signal, (resolve) => (wake = resolve), stop)
  }
}

async function* drain<Key, Value>(
  pending: Map<Key, Value>,
  signal: AbortSignal,
  onNews: (wake: () => void) => void,
  stop: () => void,
): AsyncGenerator<Value> {
  try {
    while (!signal.aborted) {
      for (const [key, value] of pending) {
        pending.delete(key)
        yield value
        if (signal.aborted) return
      }
      if (pending.size === 0) await new Promise<void>(onNews)
    }
  } finally {
    stop()
  }
}
