import { compatibleVersion, revision } from '../version.ts'

/** How the server names itself to jobs. */
export interface ServerAddress {
  /** `http://127.0.0.1:<port>`, without a slash at its end. */
  readonly url: string
  readonly host: string
  readonly port: number
  readonly version: string
  readonly revision: string
  /** `host:port` of a container registry that job tokens open. */
  readonly registry: string | undefined
}

export const addressOf = (port: number, registry: string | undefined): ServerAddress => ({
  url: `http://127.0.0.1:${port}`,
  host: '127.0.0.1',
  port,
  version: compatibleVersion,
  revision,
  registry,
})
