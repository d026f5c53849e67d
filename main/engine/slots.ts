/** A place taken in a limited number of places. Disposing gives it back; doing so twice is harmless. */
export type Slot = Disposable

interface Waiting {
  readonly admit: () => void
}

/**
 * A limited number of places, handed out in the order they were asked for. The number may change at any time;
 * shrinking takes nothing away from those who have a place.
 */
export class Slots {
  #capacity: number
  #taken = 0
  readonly #queue: Waiting[] = []

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get capacity(): number {
    return this.#capacity
  }

  get taken(): number {
    return this.#taken
  }

  resize(capacity: number): void {
    this.#capacity = capacity
    this.#admit()
  }

  /** @throws the signal's reason when it aborts before a place is free. */
  acquire(signal: AbortSignal): Promise<Slot> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error)
      const onAbort = () => {
        this.#queue.splice(this.#queue.indexOf(waiting), 1)
        reject(signal.reason as Error)
      }
      const waiting: Waiting = {
        admit: () => {
          signal.removeEventListener('abort', onAbort)
          resolve(this.#newSlot())
        },
      }
      signal.addEventListener('abort', onAbort, { once: true })
      this.#queue.push(waiting)
      this.#admit()
    })
  }

  #newSlot(): Slot {
    let held = true
    return {
      [Symbol.dispose]: () => {
        if (!held) return
        held = false
        this.#taken--
        this.#admit()
      },
    }
  }

  #admit(): void {
    while (this.#taken < this.#capacity) {
      const next = this.#queue.shift()
      if (next === undefined) return
      this.#taken++
      next.admit()
    }
  }
}
