import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'

export interface RegistryOptions {
  /** `user:password`; anybody may pull unless set. */
  readonly login?: string
  /** The next requests for a path that matches are answered with this status, as often as told. */
  readonly faults?: { readonly on: RegExp; readonly status: number; times: number }
  readonly architecture?: string
}

export interface Registry extends AsyncDisposable {
  /** `127.0.0.1:port`, which engines take for an insecure registry. */
  readonly host: string
  /** What was asked for, in order: `GET /v2/…`. */
  readonly requests: readonly string[]
}

/** A registry on loopback with one image of one layer, found under every name and tag but `missing`. */
export async function startRegistry(
  layerTar: NodeJS.ReadableStream,
  options: RegistryOptions = {},
): Promise<Registry> {
  const { login, faults, architecture = 'amd64' } = options
  const tar = await buffer(layerTar)
  const layer = gzipSync(tar)
  const config = Buffer.from(
    JSON.stringify({
      architecture,
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
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
      layers: [
        {
          mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
          size: layer.length,
          digest: digestOf(layer),
        },
      ],
    }),
  )
  const blobs = new Map([config, layer].map((blob) => [digestOf(blob), blob]))
  const requests: string[] = []

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? ''
    requests.push(`${request.method} ${path}`)
    if (faults !== undefined && faults.times > 0 && faults.on.test(path)) {
      faults.times -= 1
      if (faults.status === 0) return void response.destroy()
      return refuse(response, faults.status, 'UNKNOWN', 'this registry has a bad day')
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

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { 'Content-Type': 'application/json' })
  response.end(JSON.stringify({ errors: [{ code, message }] }))
}
