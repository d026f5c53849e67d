/** One thing to put out: ready now, or once a thread is through with it. */
interface Step {
  /** Bytes of memory it keeps until it is out. */
  readonly weight: number
  readonly ready: Promise<() => readonly Uint8Array[]>
}

/**
 * Work done side by side whose results come out in the order it was begun, holding at most about `budget` bytes.
 * What a step puts out is made when its turn has come, so it may depend on everything before it.
 */
export class OrderedWork {
  readonly #budget: number
  readonly #steps: Step[] = []
  #weight = 0

  constructor(budget: number) {
    this.#budget = budget
  }

  /** Adds something that needs no waiting for. */
  say(put: () => readonly Uint8Array[]): void {
    this.#steps.push({ weight: 0, ready: Promise.resolve(put) })
  }

  /** Adds the result of work under way. */
  follow<T>(weight: number, work: Promise<T>, put: (result: T) => readonly Uint8Array[]): void {
    const ready = work.then((result) => () => put(result))
    // It is waited for when its turn comes; until then nobody listens.
    ready.catch(() => undefined)
    this.#steps.push({ weight, ready })
    this.#weight += weight
  }

  /** Puts out from the front until there is room for more work. */
  async *makeRoom(): AsyncGenerator<Uint8Array> {
    while (this.#weight > this.#budget) yield* this.#next()
  }

  /** Puts out everything. */
  async *finish(): AsyncGenerator<Uint8Array> {
    while (this.#steps.length > 0) yield* this.#next()
  }

  async *#next(): AsyncGenerator<Uint8Array> {
    const step = this.#steps.shift()
    if (!step) return
    const put = await step.ready
    this.#weight -= step.weight
    yield* put()
  }
}
