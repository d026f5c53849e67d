import { createHash, randomUUID } from 'node:crypto'
import { realpathSync } from 'node:fs'

/**
 * Names one run of the process: whose run it is, a dot, and which one. The system id does not tell whose: it is the
 * machine's, and two engines with data folders of their own may work on one machine.
 * @param dataDir of which there is one engine at a time
 */
export function newSessionId(dataDir: string): string {
  const installation = createHash('sha256').update(realpathSync(dataDir)).digest('hex').slice(0, 12)
  return `${installation}.${randomUUID()}`
}

/** Whether a session is another run of the same installation: then it is over, for there is one at a time. */
export function isEarlierRun(session: string | undefined, ours: string): boolean {
  return session !== ours && isOfSameInstallation(session, ours)
}

/** Whether a session is a run, this one or another, of the same installation. */
export const isOfSameInstallation = (session: string | undefined, ours: string): boolean =>
  session !== undefined && installationOf(session) === installationOf(ours)

const installationOf = (session: string) => session.slice(0, Math.max(session.indexOf('.'), 0))
