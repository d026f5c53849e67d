import type { Logger } from 'pino'

import type { Clock } from '../clock.ts'
import type { RunnerConfig } from '../config/schema.ts'
import type { Transport } from './http.ts'
import type { ProxyEnvironment } from './proxy.ts'
import { reachServer } from './server.ts'

export interface ServerAccess {
  readonly certsDir: string
  readonly env: ProxyEnvironment
  readonly clock: Clock
  readonly logger: Logger
}

export type ServerOf = Pick<RunnerConfig, 'url' | 'tls-ca-file' | 'tls-cert-file' | 'tls-key-file'>

/** The address names no server: no request was made. */
export class NoServer extends Error {
  override readonly name = 'NoServer'
}

/** Speaks to the GitLab of one runner and hangs up. @throws NoServer */
export async function withServer<T>(
  runner: ServerOf,
  access: ServerAccess,
  use: (transport: Transport) => Promise<T>,
): Promise<T> {
  const server = reachServer({
    ...access,
    url: runner.url,
    tls: { ca: runner['tls-ca-file'], cert: runner['tls-cert-file'], key: runner['tls-key-file'] },
  })
  if (server.kind === 'bad-url') throw new NoServer(`${server.problem}.`)
  try {
    return await use(server.transport)
  } finally {
    await server.transport.close()
  }
}
