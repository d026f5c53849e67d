import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'

import { WebSocketServer } from 'ws'

import { runnerApi } from '../contract/api.ts'
import { serve, type ServeOptions } from '../contract/serve.ts'
import type { ApiImplementation } from '../contract/table.ts'
import { readAsset } from './assets.ts'
import { createGuard, type Guard } from './guard.ts'
import { lockedPage, notBuiltPage, notFoundPage } from './pages.ts'
import { securityHeaders } from './security-headers.ts'
import { socketWire } from './socket-wire.ts'

export interface LoopbackOptions extends ServeOptions {
  readonly api: ApiImplementation<typeof runnerApi>
  /** Directory of the built renderer; may be missing, and may appear later. */
  readonly assets: string
  /** 0 for any free one. */
  readonly port: number
  /** Lets a browser in. At least 16 characters; whoever has it can do everything the window can. */
  readonly token: string
}

export interface Loopback {
  /** `http://127.0.0.1:PORT`, without the token. */
  readonly origin: string
  readonly port: number
  /** To be opened in a browser; carries the token. Not for logs. */
  readonly url: string
}

// The largest request is an edit of a configuration file.
const largestFrame = 1024 * 1024

/**
 * Serves the application to browsers on this machine: its files over HTTP, its API over a WebSocket at `/api`.
 * Listens on 127.0.0.1 only. Rejects with the system's error when the port cannot be had.
 */
export async function startLoopback(options: LoopbackOptions): Promise<Loopback & AsyncDisposable> {
  if (options.token.length < 16)
    throw new Error('The token of the loopback server is shorter than 16 characters')
  const server = createServer()
  server.listen(options.port, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const guard = createGuard(options.token, port)
  const sockets = new WebSocketServer({ noServer: true, maxPayload: largestFrame })

  server.on('request', (request, response) => void answerRequest(request, response, guard, options.assets))
  server.on('upgrade', (request, stream, head) => {
    if (!mayConnect(request, guard)) return refuseUpgrade(stream)
    sockets.handleUpgrade(request, stream, head, (socket) => {
      // Without a listener, a frame over the limit would end the process.
      socket.on('error', () => socket.terminate())
      serve(runnerApi, options.api, socketWire(socket), options)
    })
  })

  const origin = `http://127.0.0.1:${port}`
  return {
    origin,
    port,
    url: `${origin}/?token=${encodeURIComponent(options.token)}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate()
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function mayConnect(request: IncomingMessage, guard: Guard): boolean {
  const fromAPage = request.headers.origin !== undefined && guard.isSameOrigin(request)
  return request.url === '/api' && guard.isForUs(request) && fromAPage && guard.hasSession(request)
}

function refuseUpgrade(stream: Duplex): void {
  stream.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
}

async function answerRequest(
  request: IncomingMessage,
  response: ServerResponse,
  guard: Guard,
  assets: string,
) {
  const answer = (status: number, body: string | Buffer, headers: Record<string, string> = {}) => {
    response.writeHead(status, {
      ...securityHeaders,
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      ...headers,
    })
    response.end(request.method === 'HEAD' ? undefined : body)
  }

  if (!guard.isForUs(request) || !guard.isSameOrigin(request)) return answer(403, notFoundPage)
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return answer(405, notFoundPage, { allow: 'GET, HEAD' })
  const [path = '/', query = ''] = (request.url ?? '/').split('?', 2)
  if (path === '/health') return answer(200, '{"status":"ok"}\n', { 'content-type': 'application/json' })

  const shown = new URLSearchParams(query).get('token')
  if (path === '/' && shown !== null && guard.knowsToken(shown)) {
    return answer(303, '', { location: '/', 'set-cookie': guard.cookie })
  }
  if (!guard.hasSession(request)) return answer(401, lockedPage)

  const asset = await readAsset(assets, path)
  if (asset === undefined) return path === '/' ? answer(503, notBuiltPage) : answer(404, notFoundPage)
  answer(200, asset.body, {
    'content-type': asset.contentType,
    ...(asset.immutable && { 'cache-control': 'private, max-age=31536000, immutable' }),
  })
}
