import type { SetupDraft, SetupScope } from '../../contract/setup.ts'
import { ApiError } from '../../contract/table.ts'
import type { Transport } from '../gitlab/http.ts'
import { registerRunner, verifyRunner } from '../gitlab/lifecycle.ts'
import { createPersonalAccess } from '../gitlab/personal-access.ts'
import type { RunnerScope } from '../gitlab/remote-runner.ts'
import { clientInfo } from '../gitlab/runner-info.ts'
import { withServer } from '../gitlab/with-server.ts'
import { serverAt } from './check-server.ts'
import type { HeldToken } from './setup-memory.ts'
import { neverAborts, type SetupWorld } from './world.ts'

/** A runner that GitLab knows, and the token it is known by. */
export interface IssuedRunner {
  readonly token: string
  /** Absent where an old server does not tell. */
  readonly id: number | undefined
  readonly expiresAt: Date | undefined
}

type Parts = Pick<SetupWorld, 'certsDir' | 'env' | 'clock' | 'logger' | 'systemId'>

/**
 * Turns what a person gave into a runner's token: a runner's own is verified, a registration token exchanged, and with
 * a person's token the runner is created.
 * @throws ApiError `conflict` when GitLab refuses, `unavailable` when it cannot be asked.
 */
export const issueToken = (parts: Parts, held: HeldToken, draft: SetupDraft): Promise<IssuedRunner> =>
  withServer(serverAt(draft.url, draft.caFile), parts, (transport) => {
    const { state } = held.says
    if (state === 'person') return createRunner(transport, held.token, draft)
    if (state === 'registration') return register(transport, held.token, draft)
    return verify(transport, held.token, parts.systemId)
  })

/** With a person's access token (coordinator-api.md, `POST /user/runners`). */
async function createRunner(transport: Transport, token: string, draft: SetupDraft): Promise<IssuedRunner> {
  const { accessLevel, ...settings } = settingsOf(draft)
  const answer = await createPersonalAccess(transport, token).createRunner(
    scopeOf(draft.scope),
    { ...settings, accessLevel, maximumTimeout: draft.maximumTimeout },
    neverAborts,
  )
  return answer.kind === 'created' ? answer : refuse(answer.kind, answer.problem)
}

async function register(
  transport: Transport,
  registrationToken: string,
  draft: SetupDraft,
): Promise<IssuedRunner> {
  const answer = await registerRunner(
    transport,
    { ...settingsOf(draft), registrationToken, maximumTimeout: draft.maximumTimeout ?? 0 },
    neverAborts,
  )
  return answer.kind === 'registered' ? answer : refuse(answer.kind, answer.problem)
}

async function verify(transport: Transport, token: string, systemId: string): Promise<IssuedRunner> {
  const answer = await verifyRunner(transport, { token, systemId, info: clientInfo() }, neverAborts)
  if (answer.kind === 'valid') return answer
  if (answer.kind === 'valid-without-details') return { token, id: undefined, expiresAt: undefined }
  return refuse(answer.kind, answer.problem)
}

const settingsOf = (draft: SetupDraft) => ({
  description: draft.name,
  tags: draft.tags,
  // A runner without tags that takes no untagged jobs would take none; GitLab refuses it.
  runUntagged: draft.runUntagged || draft.tags.length === 0,
  locked: draft.locked,
  accessLevel: draft.protected ? ('ref_protected' as const) : ('not_protected' as const),
  paused: false,
  maintenanceNote: '',
})

function refuse(kind: string, problem: string): never {
  throw new ApiError(kind === 'unavailable' ? 'unavailable' : 'conflict', `${problem}.`)
}

function scopeOf(scope: SetupScope): RunnerScope {
  switch (scope.type) {
    case 'instance':
      return { type: 'instance_type' }
    case 'group':
      return { type: 'group_type', groupId: scope.id }
    case 'project':
      return { type: 'project_type', projectId: scope.id }
  }
}
