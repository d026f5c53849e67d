import { certsDirectory } from '../engine/config/locations.ts'
import type { Transport } from '../engine/gitlab/http.ts'
import { withServer, type ServerAccess, type ServerOf } from '../engine/gitlab/with-server.ts'
import type { Terminal } from './terminal.ts'

export const serverAccess = ({ around, clock, logger }: Terminal): ServerAccess => ({
  certsDir: certsDirectory(around),
  env: around.environment,
  clock,
  logger,
})

/** Speaks to the GitLab of one runner and hangs up. @throws NoServer */
export const atServer = <T>(
  runner: ServerOf,
  terminal: Terminal,
  use: (transport: Transport) => Promise<T>,
): Promise<T> => withServer(runner, serverAccess(terminal), use)
