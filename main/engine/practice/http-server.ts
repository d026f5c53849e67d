import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

import { Faults, type ActiveFault } from './faults.ts'
import { Refusal } from './refusal.ts'
import type { Call, Reply, Route } from './route.ts'
import type { PracticeState } from './state.ts'
import { newToken } from './tokens.ts'

export interface PracticeLogger {
  error(details: object, message: string): void
}

/** The HTTP side: finds a request's row, answers it, and keeps the record. Listens on loopback only. */
export class PracticeServer {
  readonly #server: Server
  readonly #routes: readonly Route[]
  readonly #logger: PracticeLogger | undefined
  readonly #stopping = new AbortController()
  #port = 0
  #host = ''
  #requests = 0
  #gitlab: PracticeState | undefined
  #faults: Faults | undefined

  constructor(routes: readonly Route[], logger?: PracticeLogger) {
    this.#routes = routes
    this.#logger = logger
    // Uploads and held requests take as long as they take; idle connections stay as behind a real front proxy.
    this.#server = createServer({ requestTimeout: 0, keepAliveTimeout: 75_000 })
    this.#server.on('request', (request, response) => void this.#serve(request, response))
  }

  /** @returns the port, which is a free one for 0. */
  async listen(port: number, host: string): Promise<number> {
    this.#host = host
    this.#server.listen(port, host)
    await once(this.#server, 'listening')
    this.#port = (this.#server.address() as AddressInfo).port
    return this.#port
  }

  /** Begins to answer. Before, requests wait: nothing but the port is known yet. */
  open(gitlab: PracticeState): Faults {
    this.#gitlab = gitlab
    this.#faults = new Faults(gitlab.clock, {
      shut: () => this.#shut(),
      open: async () => void (await this.listen(this.#port, this.#host)),
    })
    return this.#faults
  }

  async close(): Promise<void> {
    this.#stopping.abort()
    this.#faults?.close()
    await this.#shut()
  }

  async #shut(): Promise<void> {
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await closed
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gitlab = this.#gitlab
    if (!gitlab) return void response.destroy()
    const { events } = gitlab
    const number = ++this.#requests
    const { method = 'GET', url: target = '/' } = request
    const url = new URL(target, 'http://127.0.0.1')
    const path = withoutTokens(url)
    events.add({ type: 'request-received', request: number, method, path })

    const gone = new AbortController()
    response.once('close', () => gone.abort())
    const signal = AbortSignal.any([gone.signal, this.#stopping.signal])
    const call: Call = { request, url, params: {}, gitlab, signal, about: {} }
    const fault = this.#faults?.meet(request)
    let status: number | undefined
    try {
      status = fault
        ? await this.#spoil(fault, call, response)
        : await this.#send(await this.#answer(call), response)
    } catch (error) {
      if (!signal.aborted)
        this.#logger?.error({ err: error, method, path: url.pathname }, 'The practice GitLab failed')
      response.destroy()
    }
    const { job, runner, detail } = call.about
    events.add({
      type: 'request-answered',
      request: number,
      method,
      path,
      status,
      ...(job !== undefined && { job }),
      ...(runner !== undefined && { runner }),
      ...(detail && { detail }),
      ...(fault && { fault: fault.effect.kind }),
    })
  }

  /** The server's answer, refusals included. */
  async #answer(call: Call): Promise<Reply> {
    try {
      return await this.#dispatch(call)
    } catch (error) {
      if (error instanceof Refusal) {
        const { status, headers, body } = error
        const type = typeof body === 'string' ? { 'content-type': 'text/plain; charset=utf-8' } : {}
        return { status, headers: { ...type, ...headers }, body }
      }
      if (call.signal.aborted) throw error
      this.#logger?.error({ err: error, path: call.url.pathname }, 'The practice GitLab failed')
      return { status: 500, body: { message: '500 Internal Server Error' } }
    }
  }

  async #dispatch(call: Call): Promise<Reply> {
    const { pathname } = call.url
    const matching = this.#routes.filter(({ pattern }) => pattern.test(pathname))
    const route = matching.find(({ method }) => method === call.request.method)
    if (!route) {
      if (matching.length > 0) throw new Refusal(405, { error: '405 Not Allowed' })
      throw new Refusal(404, { error: '404 Not Found' })
    }
    const params = Object.entries(route.pattern.exec(pathname)?.groups ?? {})
    return route.answer({
      ...call,
      params: Object.fromEntries(params.map(([name, text]) => [name, decode(text)])),
    })
  }

  async #send({ status, headers = {}, body }: Reply, response: ServerResponse): Promise<number | undefined> {
    if (response.destroyed) return undefined
    const { bytes, type } = encode(body)
    response.writeHead(status, {
      'x-request-id': newToken.requestId(),
      ...(type && { 'content-type': type }),
      ...(bytes && { 'content-length': String(bytes.length) }),
      ...headers,
    })
    if (body instanceof Readable) await pipeline(body, response)
    else response.end(bytes)
    return status
  }

  /** Does to a request what the fault says. @returns the status, where one was sent. */
  async #spoil(
    { effect, over }: ActiveFault,
    call: Call,
    response: ServerResponse,
  ): Promise<number | undefined> {
    switch (effect.kind) {
      case 'answer':
        call.request.resume()
        return this.#send(effect, response)
      case 'hang': {
        const end = AbortSignal.any([over, call.signal])
        if (!end.aborted) await once(end, 'abort')
        break
      }
      case 'reset-request':
        if (hasBody(call.request)) await once(call.request, 'data').catch(() => {})
        break
      case 'lose-answer':
        await this.#answer(call)
        break
      case 'cut-answer': {
        const { status, headers = {}, body } = await this.#answer(call)
        const { bytes = Buffer.alloc(0) } = encode(body)
        response.writeHead(status, { ...headers, 'content-length': String(bytes.length + 1) })
        await new Promise((sent) => response.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), sent))
        break
      }
    }
    response.destroy()
    return undefined
  }
}

/** Path and query for the record: a query may hold tokens, which are written nowhere. */
function withoutTokens(url: URL): string {
  const shown = new URL(url)
  for (const name of ['token', 'private_token', 'job_token']) shown.searchParams.delete(name)
  return shown.pathname + shown.search
}

const hasBody = ({ headers }: IncomingMessage) =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

function encode(body: Reply['body']): { readonly bytes?: Buffer; readonly type?: string } {
  if (body === undefined || body instanceof Readable) return {}
  if (typeof body === 'string') return { bytes: Buffer.from(body) }
  return { bytes: Buffer.from(JSON.stringify(body)), type: 'application/json' }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
