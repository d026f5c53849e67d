import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

/**
 * Real git over real HTTP for the bare repositories in a directory, for one user and password. Large files are handed
 * out as git-lfs asks for them, from `largeFiles` by their SHA-256.
 */
export async function gitServer(
  root: string,
  {
    username,
    password,
    host = '127.0.0.1',
    largeFiles = new Map(),
  }: { username: string; password: string; host?: string; largeFiles?: ReadonlyMap<string, Buffer> },
) {
  const wanted = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  const requests: { readonly url: string; readonly headers: IncomingMessage['headers'] }[] = []
  let sent = 0
  const server = createServer((request, response) => {
    const { socket } = request
    const before = socket.bytesWritten
    response.on('close', () => (sent += socket.bytesWritten - before))
    requests.push({ url: request.url ?? '', headers: request.headers })
    if (request.headers.authorization === wanted) {
      if (request.url?.includes('/info/lfs/') === true)
        return void answerLfs(largeFiles, request, response).catch(() => response.destroy())
      return answerWithGit(root, request, response)
    }
    response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="git"' }).end('HTTP Basic: Access denied\n')
  })
  server.listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://${host}:${port}`,
    /** With the credentials in it, as the payload's `repo_url` has them. */
    urlOf: (path: string) => `http://${username}:${password}@${host}:${port}/${path}.git`,
    requests,
    /** Bytes of answers on the wire so far. */
    get sent() {
      return sent
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** git-lfs's batch API, and the objects it leads to. */
async function answerLfs(
  files: ReadonlyMap<string, Buffer>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, oid] = /\/info\/lfs\/objects\/([0-9a-f]{64})$/.exec(request.url ?? '') ?? []
  if (oid !== undefined) {
    const content = files.get(oid)
    return void response.writeHead(content === undefined ? 404 : 200).end(content)
  }
  const asked = (await json(request)) as { objects: readonly { oid: string; size: number }[] }
  const base = `http://${request.headers.host}${(request.url ?? '').replace(/\/batch$/, '')}`
  const objects = asked.objects.map(({ oid, size }) => ({
    oid,
    size,
    ...(files.has(oid)
      ? { actions: { download: { href: `${base}/${oid}` } } }
      : { error: { code: 404, message: 'Object does not exist' } }),
  }))
  response.setHeader('content-type', 'application/vnd.git-lfs+json')
  response.end(JSON.stringify({ transfer: 'basic', objects }))
}

function answerWithGit(root: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://localhost')
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'],
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
      REMOTE_USER: 'job',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  request.pipe(child.stdin)
  child.stdin.on('error', () => {})
  let head = Buffer.alloc(0)
  child.stdout.on('data', (chunk: Buffer) => {
    if (response.headersSent) return void response.write(chunk)
    head = Buffer.concat([head, chunk])
    const end = head.indexOf('\r\n\r\n')
    if (end < 0) return
    const headers = head
      .subarray(0, end)
      .toString()
      .split('\r\n')
      .map((line) => line.split(/: (.*)/s))
    const status = headers.find(([name]) => name === 'Status')?.[1] ?? '200'
    for (const [name = '', value = ''] of headers) if (name !== 'Status') response.setHeader(name, value)
    response.writeHead(Number.parseInt(status, 10)).write(head.subarray(end + 4))
  })
  child.stdout.on('end', () => response.end())
}
