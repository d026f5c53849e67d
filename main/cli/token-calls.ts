import type { Clock } from '../engine/clock.ts'
import type { RunnerConfig } from '../engine/config/schema.ts'
import type { TokenCalls } from '../engine/config/rotate-token.ts'
import type { Transport } from '../engine/gitlab/http.ts'
import { resetToken, verifyRunner } from '../engine/gitlab/lifecycle.ts'
import type { ProxyEnvironment } from '../engine/gitlab/proxy.ts'
import { runnerInfo } from '../engine/gitlab/runner-info.ts'
import { reachServer } from '../engine/gitlab/server.ts'
import type { Logger } from 'pino'

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

/** What token rotation asks of GitLab, over a connection of its own each time. */
export function tokenCalls({
  systemId,
  ...access
}: ServerAccess & { readonly systemId: string }): TokenCalls {
  return {
    resetToken: (runner, signal) =>
      withServer(runner, access, (transport) => resetToken(transport, runner.token, signal)),
    verify: (runner, signal) =>
      withServer(runner, access, async (transport) => {
        const { token } = runner
        const info = runnerInfo(runner, runner.labels)
        const answer = await verifyRunner(transport, { token, systemId, info }, signal)
        if (answer.kind === 'removed') return 'gone'
        return answer.kind === 'unavailable' ? 'unknown' : 'valid'
      }),
  }
}
