import { z } from 'zod'

import { say } from './sentences/say.ts'
import { parseRequest, type Answer, type Request } from './frames.ts'
import { inputProblem } from './input-problem.ts'
import { ApiError, type ApiImplementation, type Table } from './table.ts'
import type { Wire } from './wire.ts'

// A window needs a dozen; a peer that opens more has lost count of what it opened.
const mostOpen = 200

export interface ServeOptions {
  /** Hears of what crossed the wire as `internal` only: the error itself stays on this side. */
  readonly onUnexpected?: (entry: string, error: unknown) => void
}

/**
 * Answers one peer until its wire closes. Inputs are parsed here; a stream is advanced only when the peer has asked
 * for more, so a slow peer costs no memory.
 */
export function serve<T extends Table>(
  table: T,
  implementation: ApiImplementation<T>,
  wire: Wire<unknown, Answer>,
  options: ServeOptions = {},
): void {
  const open = new Map<number, Peer>()
  let closed = false

  wire.onClose(() => {
    closed = true
    for (const peer of open.values()) peer.stopped.abort()
  })

  wire.onFrame((frame) => {
    if (closed) return
    const parsed = parseRequest(frame)
    if ('request' in parsed) return obey(parsed.request)
    wire.send(failure(parsed.id, new ApiError('bad-input', parsed.problem)))
  })

  function obey(request: Request): void {
    if (request.type === 'more') return open.get(request.id)?.credit.add(request.count)
    if (request.type === 'stop') return open.get(request.id)?.stopped.abort()
    if (open.has(request.id)) return refuse(request.id, 'bad-input', `Id ${request.id} is in use`)
    if (open.size >= mostOpen) return refuse(request.id, 'unavailable', say('too-many-requests'))
    const entry = Object.hasOwn(table, request.name) ? table[request.name] : undefined
    if (entry === undefined || (entry.kind === 'call') !== (request.type === 'call')) {
      return refuse(request.id, 'bad-input', `There is no ${request.type} ${request.name}`)
    }
    const peer: Peer = { credit: new Credit(), stopped: new AbortController() }
    open.set(request.id, peer)
    void answer(request, entry.input, peer).finally(() => open.delete(request.id))
  }

  async function answer(request: Asking, input: z.ZodType, peer: Peer): Promise<void> {
    const { id, name } = request
    try {
      const parsed = input.parse(request.input)
      const entry = implementation[name] as Entry
      if (request.type === 'call') {
        const output = await entry(parsed, peer.stopped.signal)
        if (!peer.stopped.signal.aborted) wire.send({ type: 'answer', id, output })
      } else {
        await pump(id, entry(parsed, peer.stopped.signal) as AsyncIterable<unknown>, peer)
      }
    } catch (error) {
      if (!peer.stopped.signal.aborted) wire.send(failure(id, toApiError(name, error)))
    }
  }

  async function pump(id: number, values: AsyncIterable<unknown>, { credit, stopped }: Peer): Promise<void> {
    const iterator = values[Symbol.asyncIterator]()
    try {
      while (await credit.take(stopped.signal)) {
        const next = await iterator.next()
        if (stopped.signal.aborted) return
        if (next.done === true) return wire.send({ type: 'end', id })
        wire.send({ type: 'item', id, value: next.value })
      }
    } finally {
      await iterator.return?.()
    }
  }

  function refuse(id: number, code: ApiError['code'], message: string): void {
    wire.send(failure(id, new ApiError(code, message)))
  }

  function toApiError(entry: string, error: unknown): ApiError {
    if (error instanceof ApiError) return error
    if (error instanceof z.ZodError) return new ApiError('bad-input', inputProblem(error))
    options.onUnexpected?.(entry, error)
    return new ApiError('internal', say('met-an-error'))
  }
}

type Asking = Extract<Request, { type: 'call' | 'open' }>

type Entry = (input: unknown, signal: AbortSignal) => unknown

interface Peer {
  readonly credit: Credit
  readonly stopped: AbortController
}

/** How many items the peer is still willing to receive. */
class Credit {
  #left = 0
  #wake: (() => void) | undefined

  add(count: number): void {
    this.#left = Math.min(this.#left + count, 1000)
    this.#wake?.()
  }

  /** Waits for one and uses it up. @returns false once the signal aborted. */
  async take(signal: AbortSignal): Promise<boolean> {
    while (this.#left === 0 && !signal.aborted) {
      const woken = Promise.withResolvers<void>()
      const wake = () => woken.resolve()
      this.#wake = wake
      signal.addEventListener('abort', wake, { once: true })
      await woken.promise
      signal.removeEventListener('abort', wake)
    }
    if (signal.aborted) return false
    this.#left -= 1
    return true
  }
}

function failure(id: number | undefined, { code, message }: ApiError): Answer {
  return id === undefined ? { type: 'failure', code, message } : { type: 'failure', id, code, message }
}
