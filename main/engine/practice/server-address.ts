import { compatibleVersion, revision } from '../version.ts'

/** How the server names itself to jobs. */
export interface ServerAddress {
  /** `http://<host>:<port>`, without a slash at its end. */
  readonly url: string
  readonly host: string
  readonly port: number
  readonly version: string
  readonly revision: string
  /** `host:port` of a container registry that job tokens open. */
  readonly registry: string | undefined
}

export const addressOf = (host: string, port: number, registry: string | undefined): ServerAddress => ({
  url: `http://${host}:${port}`,
  host,
  port,
  version: compatibleVersion,
  revision,
  registry,
})
