/** The latest value of something, and every later one for whoever watches. */
export interface NewsBoard<T> {
  readonly latest: T
  post(value: T): void
  /** Begins with the latest value. Values posted while a listener is busy are skipped but for the last. */
  watch(signal: AbortSignal): AsyncIterable<T>
  /** Ends every watch. */
  close(): void
}

export function newsBoard<T>(first: T): NewsBoard<T> {
  let latest = first
  let edition = 0
  const closing = new AbortController()
  let next = Promise.withResolvers<void>()

  async function* watch(signal: AbortSignal): AsyncGenerator<T> {
    const over = AbortSignal.any([signal, closing.signal])
    const ended = new Promise<void>((resolve) =>
      over.addEventListener('abort', () => resolve(), { once: true }),
    )
    for (let read = -1; !over.aborted;) {
      if (read === edition) {
        await Promise.race([next.promise, ended])
        continue
      }
      read = edition
      yield latest
    }
  }

  return {
    get latest() {
      return latest
    },
    post(value) {
      latest = value
      edition += 1
      next.resolve()
      next = Promise.withResolvers()
    },
    watch,
    close: () => closing.abort(),
  }
}
