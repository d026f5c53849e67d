import type { IncomingMessage } from 'node:http'

import type { Clock } from '../clock.ts'

/** Which requests a fault strikes, and for how long. Without limits: all, until it is restored. */
export interface FaultScope {
  readonly method?: string
  /** Matched against the path with its query. */
  readonly path?: RegExp
  /** Requests it strikes before it is over. */
  readonly times?: number
  /** Seconds until it is over by itself. */
  readonly forSeconds?: number
}

/** What a fault does to a request it strikes. */
export type FaultEffect =
  /** Nothing is ever answered; the connection is cut when the fault ends. */
  | { readonly kind: 'hang' }
  /** The connection is cut when the first piece of the request's body has arrived; nothing was done. */
  | { readonly kind: 'reset-request' }
  /** The request is carried out, but its answer is lost with the connection. */
  | { readonly kind: 'lose-answer' }
  /** The request is carried out, and the connection is cut in the midst of the answer's body. */
  | { readonly kind: 'cut-answer' }
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers: Readonly<Record<string, string>>
      readonly body: string
    }

export interface Fault {
  /** Requests struck so far. */
  readonly hits: number
  /** Ends it; what hangs is cut off. Does nothing when it is over already. */
  restore(): void
}

export interface ActiveFault extends Fault {
  readonly effect: FaultEffect
  readonly over: AbortSignal
}

interface Door {
  /** Stops listening and cuts every connection. */
  shut(): Promise<void>
  /** Listens again, on the same port. */
  open(): Promise<void>
}

/** Trouble on demand, for trying what a runner does then. */
export class Faults {
  readonly #clock: Clock
  readonly #door: Door
  #active: (ActiveFault & { readonly strikes: (request: IncomingMessage) => boolean })[] = []
  #refusal: AbortController | undefined

  constructor(clock: Clock, door: Door) {
    this.#clock = clock
    this.#door = door
  }

  /** Nobody listens on the port any more: connections are refused, existing ones cut. */
  async refuse({ forSeconds }: Pick<FaultScope, 'forSeconds'> = {}): Promise<void> {
    if (this.#refusal) return
    const over = new AbortController()
    this.#refusal = over
    await this.#door.shut()
    if (forSeconds === undefined) return
    this.#clock.sleep(forSeconds * 1000, over.signal).then(
      () => this.listen(),
      () => {},
    )
  }

  /** Ends `refuse`. */
  async listen(): Promise<void> {
    if (!this.#refusal) return
    this.#refusal.abort()
    this.#refusal = undefined
    await this.#door.open()
  }

  hang(scope: FaultScope = {}): Fault {
    return this.#add({ kind: 'hang' }, scope)
  }

  resetRequest(scope: FaultScope = {}): Fault {
    return this.#add({ kind: 'reset-request' }, scope)
  }

  loseAnswer(scope: FaultScope = {}): Fault {
    return this.#add({ kind: 'lose-answer' }, scope)
  }

  cutAnswer(scope: FaultScope = {}): Fault {
    return this.#add({ kind: 'cut-answer' }, scope)
  }

  /** Any answer instead of the server's own, such as 500, 503, or 429 with `retry-after`. */
  answer(
    status: number,
    {
      headers = {},
      body = '',
      ...scope
    }: FaultScope & { readonly headers?: Readonly<Record<string, string>>; readonly body?: string } = {},
  ): Fault {
    return this.#add({ kind: 'answer', status, headers, body }, scope)
  }

  /** Ends every fault. */
  async restore(): Promise<void> {
    for (const fault of this.#active) fault.restore()
    await this.listen()
  }

  /** The fault that strikes this request, if any; it counts as struck. The oldest fault comes first. */
  meet(request: IncomingMessage): ActiveFault | undefined {
    return this.#active.find((fault) => fault.strikes(request))
  }

  /** Forgets what waits for time to pass; the port stays as it is. */
  close(): void {
    for (const fault of this.#active) fault.restore()
    this.#refusal?.abort()
  }

  #add(effect: FaultEffect, { method, path, times = Infinity, forSeconds }: FaultScope): Fault {
    const over = new AbortController()
    let hits = 0
    const drop = () => void (this.#active = this.#active.filter((one) => one !== fault))
    const fault = {
      effect,
      over: over.signal,
      get hits() {
        return hits
      },
      restore: () => {
        drop()
        over.abort()
      },
      strikes: (request: IncomingMessage) => {
        if (method !== undefined && request.method !== method) return false
        if (path && !path.test(request.url ?? '')) return false
        hits += 1
        if (hits >= times) drop()
        return true
      },
    }
    this.#active.push(fault)
    if (forSeconds !== undefined) {
      this.#clock.sleep(forSeconds * 1000, over.signal).then(fault.restore, () => {})
    }
    return fault
  }
}
