import { say } from '../../contract/sentences/say.ts'
import { apiUrlOf } from './api-url.ts'
import type { ConnectionOptions } from './connections.ts'
import { createTransport, type Transport } from './http.ts'
import type { TlsPaths } from './tls-material.ts'

const noTlsPaths: TlsPaths = { ca: '', cert: '', key: '' }

export type ServerOptions = Omit<ConnectionOptions, 'apiUrl' | 'tls'> & {
  readonly url: string
  readonly tls?: TlsPaths
  readonly random?: () => number
}

/** Opens the way to a GitLab server for whoever is no runner of it yet. Close it when done. */
export function reachServer({
  url,
  tls = noTlsPaths,
  ...rest
}: ServerOptions):
  | { readonly kind: 'reached'; readonly transport: Transport }
  | { readonly kind: 'bad-url'; readonly problem: string } {
  const apiUrl = apiUrlOf(url)
  return apiUrl
    ? { kind: 'reached', transport: createTransport({ ...rest, apiUrl, tls }) }
    : { kind: 'bad-url', problem: say('not-http', { url }) }
}
