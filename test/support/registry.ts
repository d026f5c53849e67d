import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'

import { pack } from 'tar-stream'

export interface RegistryOptions {
  /** `user:password`; anybody may pull unless set. */
  readonly login?: string
  /** The next requests for a path that matches are answered with this status, as often as told. */
  readonly faults?: Fault
  readonly architecture?: string
  /** Bytes of further layers, each a file of noise. */
  readonly layers?: readonly number[]
  /** How fast layers are sent; as fast as can be unless set. */
  readonly bytesPerSecond?: number
}

export interface Fault {
  readonly on: RegExp
  /** 0 = the connection is cut: before the answer, or in the middle of it. */
  readonly status: number
  readonly where?: 'before' | 'middle'
  times: number
}

export interface Registry extends AsyncDisposable {
  /** `127.0.0.1:port`, which engines take for an insecure registry. */
  readonly host: string
  /** What was asked for, in order: `GET /v2/…`. */
  readonly requests: readonly string[]
}

/** A registry on loopback with one image, found under every name and tag but `missing`. */
export async function startRegistry(
  layerTar: NodeJS.ReadableStream,
  options: RegistryOptions = {},
): Promise<Registry> {
  const { login, faults, architecture = 'amd64', layers: sizes = [], bytesPerSecond } = options
  const tars = [await buffer(layerTar), ...(await Promise.all(sizes.map(noise)))]
  const layers = tars.map((tar) => gzipSync(tar))
  const config = Buffer.from(
    JSON.stringify({
      architecture,
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: tars.map(digestOf) },
    }),
  )
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      config: {
        mediaType: 'application/vnd.docker.container.image.v1+json',
        size: config.length,
        digest: digestOf(config),
      },
      layers: layers.map((layer) => ({
        mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
        size: layer.length,
        digest: digestOf(layer),
      })),
    }),
  )
  const blobs = new Map([config, ...layers].map((blob) => [digestOf(blob), blob]))
  const requests: string[] = []

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? ''
    requests.push(`${request.method} ${path}`)
    if (faults !== undefined && faults.times > 0 && faults.on.test(path)) {
      faults.times -= 1
      const blob = blobs.get(path.split('/').at(-1) ?? '')
      if (faults.where === 'middle' && blob !== undefined) return sendHalf(response, blob)
      if (faults.status === 0) return void response.destroy()
      const code = { 404: 'MANIFEST_UNKNOWN', 429: 'TOOMANYREQUESTS' }[faults.status] ?? 'UNKNOWN'
      return refuse(response, faults.status, code, 'this registry has a bad day')
    }
    if (
      login !== undefined &&
      request.headers.authorization !== `Basic ${Buffer.from(login).toString('base64')}`
    ) {
      response.setHeader('WWW-Authenticate', 'Basic realm="registry"')
      return refuse(response, 401, 'UNAUTHORIZED', 'authentication required')
    }
    if (path === '/v2/') return send(response, 'application/json', Buffer.from('{}'))
    if (path.endsWith('/manifests/missing'))
      return refuse(response, 404, 'MANIFEST_UNKNOWN', 'manifest unknown')
    if (path.includes('/manifests/')) return send(response, manifestType, manifest)
    const blob = blobs.get(path.split('/').at(-1) ?? '')
    if (blob !== undefined && blob !== config && bytesPerSecond !== undefined)
      return void sendSlowly(response, blob, bytesPerSecond)
    if (blob !== undefined) return send(response, 'application/octet-stream', blob)
    refuse(response, 404, 'BLOB_UNKNOWN', 'blob unknown')
  }

  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const manifestType = 'application/vnd.docker.distribution.manifest.v2+json'
const digestOf = (content: Buffer) => `sha256:${createHash('sha256').update(content).digest('hex')}`

function send(response: ServerResponse, type: string, content: Buffer): void {
  response.writeHead(200, {
    'Content-Type': type,
    'Content-Length': content.length,
    'Docker-Content-Digest': digestOf(content),
  })
  response.end(response.req.method === 'HEAD' ? undefined : content)
}

/** The head promises everything; the connection ends in the middle. */
function sendHalf(response: ServerResponse, content: Buffer): void {
  response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': content.length })
  response.write(content.subarray(0, content.length / 2), () => response.destroy())
}

async function sendSlowly(response: ServerResponse, content: Buffer, bytesPerSecond: number): Promise<void> {
  response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': content.length })
  const piece = Math.ceil(bytesPerSecond / 10)
  for (let at = 0; at < content.length && !response.destroyed; at += piece) {
    response.write(content.subarray(at, at + piece))
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  response.end()
}

/** A tar with one file that cannot be compressed. */
async function noise(bytes: number, index: number): Promise<Buffer> {
  const tar = pack()
  tar.entry({ name: `noise-${index}` }, randomBytes(bytes))
  tar.finalize()
  return buffer(tar)
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { 'Content-Type': 'application/json' })
  response.end(JSON.stringify({ errors: [{ code, message }] }))
}
