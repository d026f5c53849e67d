import type { TokenCheck } from '../../contract/setup.ts'
import { shortToken, tokenKind } from '../../contract/token.ts'
import type { Transport } from '../gitlab/http.ts'
import { verifyRunner } from '../gitlab/lifecycle.ts'
import { clientInfo } from '../gitlab/runner-info.ts'
import { whoAmI } from '../gitlab/who-am-i.ts'
import { NoServer, withServer } from '../gitlab/with-server.ts'
import { serverAt } from './check-server.ts'
import { neverAborts, type SetupWorld } from './world.ts'

type Parts = Pick<SetupWorld, 'certsDir' | 'env' | 'clock' | 'logger' | 'systemId' | 'store'>

export interface TokenQuestion {
  readonly url: string
  readonly caFile: string
  readonly token: string
}

/** What a token is for and whether GitLab takes it. A registration token can be asked about by using it only. */
export async function checkToken(parts: Parts, { url, caFile, token }: TokenQuestion): Promise<TokenCheck> {
  const kind = tokenKind(token)
  if (kind === 'job' || kind === 'other-gitlab') return { state: 'wrong-kind', kind }
  if (kind === 'registration') return { state: 'registration', certain: true }
  const isHere = parts.store.current().runners.some((runner) => runner.token === token)
  try {
    return await withServer(serverAt(url, caFile), parts, async (transport) => {
      if (kind === 'personal-access') return askPerson(transport, token)
      const runner = await askRunner(transport, token, parts.systemId, isHere)
      if (kind !== 'unknown' || runner.state !== 'refused') return runner
      // Servers may have prefixes of their own, or none: then only asking tells what a token is.
      const person = await askPerson(transport, token)
      return person.state === 'refused' ? { state: 'registration', certain: false } : person
    })
  } catch (error) {
    if (!(error instanceof NoServer)) throw error
    return { state: 'unavailable', problem: error.message }
  }
}

async function askRunner(
  transport: Transport,
  token: string,
  systemId: string,
  isHere: boolean,
): Promise<TokenCheck> {
  const answer = await verifyRunner(transport, { token, systemId, info: clientInfo() }, neverAborts)
  switch (answer.kind) {
    case 'valid':
      return {
        state: 'runner',
        id: answer.id,
        shortToken: shortToken(token),
        isHere,
        ...(answer.expiresAt && { expiresAt: answer.expiresAt.getTime() }),
      }
    case 'valid-without-details':
      return { state: 'runner', shortToken: shortToken(token), isHere }
    case 'removed':
      return { state: 'refused', problem: answer.problem }
    case 'unavailable':
      return { state: 'unavailable', problem: answer.problem }
  }
}

async function askPerson(transport: Transport, token: string): Promise<TokenCheck> {
  const answer = await whoAmI(transport, token, neverAborts)
  switch (answer.kind) {
    case 'person':
      return {
        state: 'person',
        ...(answer.user !== undefined && { user: answer.user }),
        ...(answer.mayCreateRunners !== undefined && { mayCreate: answer.mayCreateRunners }),
        ...(answer.version !== undefined && { version: answer.version }),
      }
    case 'refused':
      return { state: 'refused', problem: answer.problem }
    case 'unavailable':
      return { state: 'unavailable', problem: answer.problem }
  }
}
