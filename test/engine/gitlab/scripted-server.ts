import http from 'node:http'
import https from 'node:https'
import type { AddressInfo, Socket } from 'node:net'

import { vi } from 'vitest'

/** What the server was asked, in order. */
export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}

export type Reply =
  | {
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      readonly json?: unknown
      readonly text?: string
    }
  /** Never answers. */
  | 'hang'
  /** Breaks the connection before answering. */
  | 'reset'
  /** Begins an answer and breaks the connection within its body. */
  | 'reset mid-body'

export interface ScriptedServer extends AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly requests: SeenRequest[]
  /** How many were opened so far. */
  readonly connections: number
  /** Resolves once something was asked. */
  asked(): Promise<void>
}

/**
 * A real server that answers by a script: a list is used up in order, its last entry again and again.
 * @param tls makes it speak https with these.
 */
export async function scriptedServer(
  script: readonly Reply[] | ((request: SeenRequest) => Reply | Promise<Reply>),
  tls?: https.ServerOptions,
): Promise<ScriptedServer> {
  const requests: SeenRequest[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  const listener: http.RequestListener = (incoming, outgoing) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const url = new URL(incoming.url ?? '', 'http://server')
      const request = {
        method: incoming.method ?? '',
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        headers: incoming.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      }
      requests.push(request)
      const reply =
        typeof script === 'function'
          ? script(request)
          : (script[Math.min(requests.length, script.length) - 1] ?? 'hang')
      void Promise.resolve(reply).then((made) => send(made, outgoing))
    })
  }
  const server = tls ? https.createServer(tls, listener) : http.createServer(listener)
  server.on('connection', (socket: Socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo

  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    requests,
    get connections() {
      return connections
    },
    asked: () => vi.waitUntil(() => requests.length > 0, { timeout: 30_000 }).then(() => undefined),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  }
}

function send(reply: Reply, outgoing: http.ServerResponse): void {
  if (reply === 'hang') return
  if (reply === 'reset') return void outgoing.socket?.destroy()
  if (reply === 'reset mid-body') {
    outgoing.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '1000' })
    outgoing.write('{"half":', () => outgoing.socket?.destroy())
    return
  }
  const { status, headers = {}, json, text = '' } = reply
  if (json === undefined) outgoing.writeHead(status, headers).end(text)
  else
    outgoing.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(json))
}
