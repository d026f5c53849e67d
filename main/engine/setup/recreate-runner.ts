import { say } from '../../contract/sentences/say.ts'
import type { TokenRenewal } from '../../contract/runner-file.ts'
import { ApiError } from '../../contract/table.ts'
import { setRunnerKey, setToken } from '../config/edits.ts'
import type { RunnerConfig } from '../config/schema.ts'
import { createPersonalAccess, type PersonalAccess } from '../gitlab/personal-access.ts'
import type { RemoteRunner, RunnerScope } from '../gitlab/remote-runner.ts'
import { tokenCalls } from '../gitlab/token-calls.ts'
import { NoServer, withServer } from '../gitlab/with-server.ts'
import type { AccessTokens } from './access-tokens.ts'
import { askOld } from './renew-token.ts'
import { editFile } from './save-runner.ts'
import { neverAborts, type SetupWorld } from './world.ts'

/**
 * Creates a runner anew in GitLab with the settings it has, writes its number and token into the file, deletes the old
 * one and asks GitLab whether the old token is dead: for a token that leaked and cannot be reset. Nothing is deleted
 * before the file has the new one.
 */
export async function recreateRunner(
  world: SetupWorld,
  runner: RunnerConfig,
  accessTokens: AccessTokens,
): Promise<TokenRenewal> {
  const person = await accessTokens.of(runner.url)
  if (person === undefined) return refused(say('access-token-needed'))
  if (runner.id === 0) return refused(say('runner-number-unknown'))
  try {
    return await withServer(runner, world, (transport) =>
      exchange(world, runner, createPersonalAccess(transport, person)),
    )
  } catch (error) {
    if (!(error instanceof NoServer)) throw error
    return { state: 'unavailable', problem: error.message }
  }
}

async function exchange(
  world: SetupWorld,
  runner: RunnerConfig,
  access: PersonalAccess,
): Promise<TokenRenewal> {
  const known = await access.readRunner(runner.id, neverAborts)
  if (known.kind !== 'found') return refused(known.problem)
  const { length: count } = known.runner.projects
  if (count > 1) return refused(say('runner-of-several', { count }))
  const scope = scopeOf(known.runner)
  if (scope === undefined) return refused(say('runner-owner-unknown'))
  const made = await access.createRunner(scope, known.runner, neverAborts)
  if (made.kind !== 'created') return refused(made.problem)
  const { id, token, expiresAt } = made
  try {
    await editFile(world.store, (text) => {
      const index = world.store.current().runners.findIndex((one) => one.token === runner.token)
      if (index < 0) throw new ApiError('not-found', say('runner-gone'))
      const obtainedAt = new Date(world.clock.now())
      const exchanged = setToken(text, index, { token, obtainedAt, ...(expiresAt && { expiresAt }) })
      return setRunnerKey(exchanged, index, ['id'], id)
    })
  } catch (error) {
    // Nobody would ever use it.
    await access.deleteRunner(id, neverAborts)
    throw error
  }
  const deleted = await access.deleteRunner(runner.id, neverAborts)
  if (deleted.kind !== 'deleted')
    world.logger.warn({ runner: runner.name }, `the old runner is still in GitLab: ${deleted.problem}`)
  const old = await askOld(tokenCalls(world), runner)
  return { state: 'recreated', id, old, ...(expiresAt && { expiresAt: expiresAt.getTime() }) }
}

function scopeOf({ type, projects, groups }: RemoteRunner): RunnerScope | undefined {
  switch (type) {
    case 'instance_type':
      return { type }
    case 'group_type': {
      const [groupId] = groups
      return groupId === undefined ? undefined : { type, groupId }
    }
    case 'project_type': {
      const [projectId] = projects
      return projectId === undefined ? undefined : { type, projectId }
    }
  }
}

const refused = (problem: string): TokenRenewal => ({ state: 'refused', problem })
