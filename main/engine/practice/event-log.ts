import type { JobStatus } from './records.ts'

/** What a request was about, in a shape an invariant can be checked against. No tokens. */
export type RequestDetail =
  | {
      readonly kind: 'job-request'
      readonly cursor: string | undefined
      /** It was held for news. */
      readonly held: boolean
      /** Id of the job handed out. */
      readonly handedOut?: number
    }
  | {
      readonly kind: 'job-update'
      readonly state: string | undefined
      readonly failureReason: string | undefined
      readonly exitCode: number | undefined
      readonly checksum: string | undefined
      readonly bytesize: number | undefined
    }
  /** `end` is as sent: inclusive when the runner is right. `size` is what the server holds afterwards. */
  | {
      readonly kind: 'trace'
      readonly offset: number
      readonly end: number | undefined
      readonly length: number
      readonly size: number
    }
  | {
      readonly kind: 'artifact-upload'
      readonly type: string
      readonly format: string
      readonly bytes: number
    }
  | { readonly kind: 'artifact-download'; readonly direct: boolean }
  | { readonly kind: 'git'; readonly service: string }

interface Stamp {
  /** Ascending from 1. */
  readonly seq: number
  /** Milliseconds since the epoch, of the server's clock. */
  readonly at: number
}

/** What happened, in the past tense. */
export type PracticeFact =
  | {
      readonly type: 'request-received'
      readonly request: number
      readonly method: string
      readonly path: string
    }
  | {
      readonly type: 'request-answered'
      readonly request: number
      readonly method: string
      readonly path: string
      /** Undefined when the connection went before an answer was sent. */
      readonly status: number | undefined
      readonly job?: number
      readonly runner?: number
      readonly detail?: RequestDetail
      /** Set when a fault answered instead of the server. */
      readonly fault?: string
    }
  | {
      readonly type: 'job-handed-out'
      readonly job: number
      readonly runner: number
      readonly systemId: string
    }
  | {
      readonly type: 'job-changed'
      readonly job: number
      readonly from: JobStatus | undefined
      readonly to: JobStatus
      readonly failureReason?: string
      readonly exitCode?: number
    }
  | { readonly type: 'log-grown'; readonly job: number; readonly size: number }
  | { readonly type: 'artifact-stored'; readonly job: number; readonly artifactType: string }
  /** The server put up with something no runner should do. */
  | { readonly type: 'oddity-noticed'; readonly job?: number; readonly what: string }

export type PracticeEvent = PracticeFact & Stamp

/** Everything that happened since the server started, and whoever wants to hear of it. */
export class EventLog {
  readonly #now: () => number
  readonly #listeners = new Set<(event: PracticeEvent) => void>()
  #events: PracticeEvent[] = []
  #seq = 0
  // A server that runs for weeks must not remember every poll.
  static readonly #kept = 100_000

  constructor(now: () => number) {
    this.#now = now
  }

  get all(): readonly PracticeEvent[] {
    return this.#events
  }

  add(fact: PracticeFact): void {
    const event: PracticeEvent = { ...fact, seq: ++this.#seq, at: this.#now() }
    this.#events.push(event)
    if (this.#events.length > EventLog.#kept) this.#events = this.#events.slice(EventLog.#kept / 10)
    for (const listener of this.#listeners) listener(event)
  }

  /** @returns a function that ends the subscription. */
  on(listener: (event: PracticeEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /**
   * Resolves with `read()` as soon as it is not undefined: now, or after one of the events to come.
   * @throws what `read` throws, or the signal's reason.
   */
  until<T>(read: () => T | undefined, signal?: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (how: () => void) => {
        stop()
        signal?.removeEventListener('abort', onAbort)
        how()
      }
      const look = () => {
        try {
          const found = read()
          if (found !== undefined) settle(() => resolve(found))
        } catch (error) {
          settle(() => reject(error))
        }
      }
      const onAbort = () => settle(() => reject(signal?.reason as Error))
      const stop = this.on(look)
      signal?.addEventListener('abort', onAbort, { once: true })
      if (signal?.aborted) onAbort()
      else look()
    })
  }
}
