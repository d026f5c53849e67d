import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import {
  connect,
  createServer as createTcpServer,
  type AddressInfo,
  type Server,
  type Socket,
} from 'node:net'
import { tmpdir } from 'node:os'

import { pino } from 'pino'

import { createArtifactGateway } from '../../main/engine/gitlab/artifact-gateway.ts'
import type { RunnerConfig } from '../../main/engine/config/schema.ts'
import type { ArtifactGateway } from '../../main/engine/gitlab/artifact-port.ts'
import { createTransport } from '../../main/engine/gitlab/http.ts'
import type { Clock } from '../../main/engine/clock.ts'
import { systemClock } from '../../main/engine/clock.ts'

export interface Received {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export type Answer = (request: IncomingMessage, response: ServerResponse, received: Received) => void

export interface ArtifactServer extends AsyncDisposable {
  readonly url: string
  readonly received: readonly Received[]
  readonly gateway: ArtifactGateway
}

/** A clock whose sleeps take no time. */
export const sleepless: Clock = { ...systemClock, sleep: () => Promise.resolve() }

/** Hands content out whole or in the pieces asked for, as object storages do. */
export const inPieces =
  (body: Buffer, etag = '"v1"'): Answer =>
  ({ headers }, response) => {
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? []
    const known = { 'Accept-Ranges': 'bytes', ETag: etag }
    if (from === undefined) {
      return response.writeHead(200, { ...known, 'Content-Length': body.length }).end(body)
    }
    if (headers['if-match'] !== etag) return response.writeHead(412).end()
    const piece = body.subarray(Number(from), Number(to) + 1)
    return response
      .writeHead(206, { ...known, 'Content-Range': `bytes ${from}-${to}/${body.length}` })
      .end(piece)
  }

/** An HTTP server that keeps what it is sent and answers in turn; the last answer repeats. */
export const artifactServer = (...answers: readonly (Answer | number)[]): Promise<ArtifactServer> =>
  impatientServer(undefined, ...answers)

/** The same, for a runner that breaks a download off which stands still for `stallTimeout` milliseconds. */
export async function impatientServer(
  stallTimeout: number | undefined,
  ...answers: readonly (Answer | number)[]
): Promise<ArtifactServer> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('error', () => undefined)
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      const got = { method, url, headers, body: Buffer.concat(chunks) }
      const answer = answers[Math.min(received.length, answers.length - 1)] ?? 201
      received.push(got)
      if (typeof answer === 'function') answer(request, response, got)
      else response.writeHead(answer).end()
    })
  })
  return { ...(await listening(server, {}, stallTimeout)), received }
}

async function listening(server: Server, limits: RunnerConfig['artifact'] = {}, stallTimeout?: number) {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const transport = createTransport({
    apiUrl: new URL(`${url}/api/v4/`),
    tls: { ca: '', cert: '', key: '' },
    certsDir: tmpdir(),
    env: {},
    clock: sleepless,
    logger: pino({ level: 'silent' }),
  })
  return {
    url,
    gateway: createArtifactGateway(transport, limits, stallTimeout),
    async [Symbol.asyncDispose]() {
      await transport.close()
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** The one file of a form, and how the form names it. */
export function fileInForm({ body, headers }: Received) {
  const boundary = /boundary=(\w+)/.exec(headers['content-type'] ?? '')?.[1] ?? ''
  const start = body.indexOf('\r\n\r\n') + 4
  const end = body.lastIndexOf(`\r\n--${boundary}--\r\n`)
  const head = body.toString('utf8', 0, start)
  return {
    disposition: /Content-Disposition: (.*)\r\n/.exec(head)?.[1],
    type: /Content-Type: (.*)\r\n/.exec(head)?.[1],
    isWhole: body.length === end + boundary.length + 8,
    content: body.subarray(start, end),
  }
}

/** Takes the first upload and never says so; the next ones are answered. */
export async function silentAtFirst(limits: RunnerConfig['artifact']) {
  let uploads = 0
  const server = createServer((request, response) => {
    const isFirst = uploads++ === 0
    request.resume().on('end', () => {
      if (!isFirst) response.writeHead(201).end()
    })
  })
  return { ...(await listening(server, limits)), uploads: () => uploads }
}

/** Refuses uploads as too large before it has read them. */
export async function earlyRefusal(): Promise<{ readonly gateway: ArtifactGateway } & AsyncDisposable> {
  const server = createServer((_, response) => {
    response.writeHead(413, { Connection: 'close', 'Content-Length': 0 }).end()
  })
  return listening(server)
}

/** Hands connections through to a server, but resets the first ones after so many bytes from the client. */
export async function cuttingProxy(
  to: { readonly url: string },
  cuts: readonly number[],
): Promise<{ readonly gateway: ArtifactGateway } & AsyncDisposable> {
  let connections = 0
  const server = createTcpServer((client) => {
    const limit = cuts[connections++]
    const onward = connect(Number(new URL(to.url).port), '127.0.0.1')
    let passed = 0
    client.on('error', () => onward.destroy())
    onward.on('error', () => client.destroy())
    client.on('data', (chunk: Buffer) => {
      passed += chunk.length
      if (limit === undefined || passed < limit) return void onward.write(chunk)
      client.resetAndDestroy()
      onward.destroy()
    })
    onward.pipe(client)
  })
  return listening(server)
}
