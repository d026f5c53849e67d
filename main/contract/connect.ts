import { say } from './sentences/say.ts'
import { parseAnswer, streamWindow, type Answer, type Request } from './frames.ts'
import { Inbox } from './inbox.ts'
import { ApiError, type Api, type Table } from './table.ts'
import type { Wire } from './wire.ts'

/**
 * The API at the other end of a wire. Calls reject and streams throw with an ApiError only; when the wire closes,
 * everything under way fails as `unavailable` and so does what is asked later.
 */
export function connect<T extends Table>(table: T, wire: Wire<unknown, Request>): Api<T> {
  const waiting = new Map<number, (answer: Answer) => void>()
  let lastId = 0
  let closed = false

  wire.onFrame((frame) => {
    const answer = parseAnswer(frame)
    if (answer?.id !== undefined) waiting.get(answer.id)?.(answer)
  })
  wire.onClose(() => {
    closed = true
    for (const [id, listener] of waiting) listener({ type: 'failure', id, ...connectionLost })
  })

  async function call(name: string, input: unknown, signal?: AbortSignal): Promise<unknown> {
    if (closed) throw new ApiError(connectionLost.code, connectionLost.message)
    signal?.throwIfAborted()
    const id = (lastId += 1)
    const answered = Promise.withResolvers<Answer>()
    const stop = () => {
      answered.reject(signal?.reason)
      wire.send({ type: 'stop', id })
    }
    waiting.set(id, answered.resolve)
    signal?.addEventListener('abort', stop, { once: true })
    wire.send({ type: 'call', id, name, input })
    const answer = await answered.promise.finally(() => {
      waiting.delete(id)
      signal?.removeEventListener('abort', stop)
    })
    if (answer.type === 'failure') throw new ApiError(answer.code, answer.message)
    return answer.type === 'answer' ? answer.output : undefined
  }

  async function* listen(name: string, input: unknown, signal: AbortSignal): AsyncGenerator {
    if (closed) throw new ApiError(connectionLost.code, connectionLost.message)
    if (signal.aborted) return
    const id = (lastId += 1)
    const inbox = new Inbox<Answer>()
    let over = false
    const stop = () => inbox.put({ type: 'end', id })
    waiting.set(id, (answer) => inbox.put(answer))
    signal.addEventListener('abort', stop, { once: true })
    wire.send({ type: 'open', id, name, input })
    wire.send({ type: 'more', id, count: streamWindow })
    try {
      while (!signal.aborted) {
        const answer = await inbox.take()
        over = answer.type !== 'item' && !signal.aborted
        if (answer.type === 'failure') throw new ApiError(answer.code, answer.message)
        if (answer.type !== 'item' || signal.aborted) return
        yield answer.value
        wire.send({ type: 'more', id, count: 1 })
      }
    } finally {
      waiting.delete(id)
      signal.removeEventListener('abort', stop)
      if (!over) wire.send({ type: 'stop', id })
    }
  }

  const entries = Object.entries(table).map(([name, { kind }]) => [
    name,
    kind === 'call'
      ? (input: unknown, signal?: AbortSignal) => call(name, input, signal)
      : (input: unknown, signal: AbortSignal) => listen(name, input, signal),
  ])
  return Object.fromEntries(entries) as Api<T>
}

const connectionLost = { code: 'unavailable', message: say('connection-lost') } as const
