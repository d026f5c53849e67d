/** What has arrived and was not taken yet, in order. One taker at a time. */
export class Inbox<T> {
  readonly #items: T[] = []
  #taker: ((item: T) => void) | undefined

  put(item: T): void {
    const taker = this.#taker
    this.#taker = undefined
    if (taker === undefined) this.#items.push(item)
    else taker(item)
  }

  /** The oldest item, once there is one. */
  take(): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<T>()
    const item = this.#items.shift()
    if (item === undefined) this.#taker = resolve
    else resolve(item)
    return promise
  }
}
