/** A door that is open or shut; those who come while it is shut wait. */
export class Gate {
  #isOpen: boolean
  #waiting: (() => void)[] = []

  constructor(isOpen: boolean) {
    this.#isOpen = isOpen
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  open(): void {
    this.#isOpen = true
    for (const proceed of this.#waiting.splice(0)) proceed()
  }

  shut(): void {
    this.#isOpen = false
  }

  /** @throws the signal's reason when it aborts first. */
  async pass(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    while (!this.#isOpen) {
      await new Promise<void>((resolve, reject) => {
        const onAbort = () => reject(signal.reason as Error)
        signal.addEventListener('abort', onAbort, { once: true })
        this.#waiting.push(() => {
          signal.removeEventListener('abort', onAbort)
          resolve()
        })
      })
    }
  }
}
