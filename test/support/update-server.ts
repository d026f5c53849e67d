import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A release as electron-builder publishes it, and what may be wrong with it. */
export interface Release {
  readonly version: string
  /** Name of its one file. */
  readonly file: string
  readonly content: string
  /** What is sent instead of the content that was published. */
  readonly sends?: string
  /** The connection breaks in the middle of the file. */
  readonly breaks?: boolean
  /** Where a file's name leads instead: the description's as well as the release's. */
  readonly redirects?: Readonly<Record<string, string>>
  /** What the description says instead of the truth. */
  readonly description?: string
}

export interface UpdateServer extends AsyncDisposable {
  readonly url: string
  /** Paths in the order in which they were asked for. */
  readonly asked: readonly string[]
}

/**
 * A place where releases are published, on this machine.
 * @param release undefined where nothing is.
 * @param port 0 for any free one.
 */
export async function updateServer(release: Release | undefined, port = 0): Promise<UpdateServer> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    asked.push(path)
    answer(path, request, response, release)
  }).listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function answer(path: string, _: IncomingMessage, response: ServerResponse, release: Release | undefined) {
  const location = release?.redirects?.[path]
  if (location !== undefined) return response.writeHead(302, { location }).end()
  if (release !== undefined && /latest[\w-]*\.yml$/.test(path))
    return response.end(release.description ?? describe(release))
  if (!path.endsWith(`/${release?.file}`) || release === undefined) return response.writeHead(404).end()
  const content = release.sends ?? release.content
  response.writeHead(200, { 'content-length': Buffer.byteLength(content) })
  if (release.breaks !== true) return response.end(content)
  response.write(content.slice(0, content.length / 2), () => response.destroy())
}

const describe = ({ version, file, content }: Release) => `version: ${version}
files:
  - url: ${file}
    sha512: ${createHash('sha512').update(content).digest('base64')}
    size: ${Buffer.byteLength(content)}
path: ${file}
sha512: ${createHash('sha512').update(content).digest('base64')}
releaseDate: '2026-01-01T00:00:00.000Z'
`
