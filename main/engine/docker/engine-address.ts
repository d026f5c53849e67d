import { readFile } from 'node:fs/promises'
import path from 'node:path'

import { say } from '../../contract/sentences/say.ts'
import type { ApiAddress } from './api-caller.ts'
import type { Endpoint, TlsSource } from './engine-endpoint.ts'

/** An endpoint nobody can connect to, whatever runs there. */
export class UnusableEndpoint extends Error {
  override readonly name = 'UnusableEndpoint'
  readonly remedy: string
  constructor(problem: string, remedy: string, cause?: unknown) {
    super(problem, { cause })
    this.remedy = remedy
  }
}

/**
 * Turns `scheme://address` into what a socket needs, and reads the certificates.
 * @throws UnusableEndpoint for an unknown scheme, a malformed address or an unreadable certificate.
 */
export async function addressOf({ url, tls }: Endpoint): Promise<ApiAddress> {
  const [, scheme = '', rest = ''] = /^([a-z]+):\/\/(.*)$/i.exec(url) ?? []
  switch (scheme.toLowerCase()) {
    case 'unix':
      return { socketPath: rest || '/var/run/docker.sock' }
    case 'npipe':
      return { socketPath: rest || '//./pipe/docker_engine' }
    case 'tcp':
    case 'http':
    case 'https':
      return tcpAddress(url, rest, scheme.toLowerCase() === 'https' || tls !== undefined, tls)
    case 'ssh':
      throw new UnusableEndpoint(say('docker-ssh', { url }), say('docker-forward'))
    default:
      throw new UnusableEndpoint(
        say('docker-address', { url: JSON.stringify(url) }),
        say('docker-address-form'),
      )
  }
}

async function tcpAddress(
  url: string,
  rest: string,
  secure: boolean,
  tls: TlsSource | undefined,
): Promise<ApiAddress> {
  if (!URL.canParse(`http://${rest}`)) {
    throw new UnusableEndpoint(say('docker-no-host', { url }), say('docker-tcp-form'))
  }
  const { hostname, port } = new URL(`http://${rest}`)
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? (secure ? 2376 : 2375) : Number(port),
    protocol: secure ? 'https' : 'http',
    ...(tls?.folder !== undefined && { tls: await certificatesIn(tls.folder, tls) }),
    ...(tls?.trustsAnyone && { trustsAnyone: true }),
  }
}

async function certificatesIn(
  folder: string,
  { mayLackFiles = false }: TlsSource,
): Promise<NonNullable<ApiAddress['tls']>> {
  const read = async (name: string) => {
    try {
      return await readFile(path.join(folder, name))
    } catch (cause) {
      if (mayLackFiles && (cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw new UnusableEndpoint(
        say('docker-certificate', { file: path.join(folder, name) }),
        say('docker-certificates'),
        cause,
      )
    }
  }
  // One after the other, so that the first that is missing is the one that is named.
  const ca = await read('ca.pem')
  const cert = await read('cert.pem')
  const key = await read('key.pem')
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) }
}
