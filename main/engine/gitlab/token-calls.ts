import type { TokenCalls } from '../config/rotate-token.ts'
import { resetToken, verifyRunner } from './lifecycle.ts'
import { runnerInfo } from './runner-info.ts'
import { withServer, type ServerAccess } from './with-server.ts'

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
