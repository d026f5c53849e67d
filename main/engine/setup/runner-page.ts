import { isDeepStrictEqual } from 'node:util'

import { say } from '../../contract/sentences/say.ts'
import type {
  OtherManager,
  RunnerFile,
  RunnerForm,
  ServerEdit,
  ServerFacts,
} from '../../contract/runner-file.ts'
import type { runnerPageApi } from '../../contract/setup-api.ts'
import { ApiError, type ApiImplementation } from '../../contract/table.ts'
import { isCreatedRunnerToken } from '../../contract/token.ts'
import { removeRunner } from '../config/edits.ts'
import { lintConfig } from '../config/lint.ts'
import { applyForm, formOf } from '../config/runner-form.ts'
import { runnerSection } from '../config/runner-section.ts'
import type { RunnerConfig } from '../config/schema.ts'
import { parseVolume } from '../docker/volume-spec.ts'
import { unregisterManager, unregisterRunner } from '../gitlab/lifecycle.ts'
import { createPersonalAccess, type AccessRefusal, type PersonalAccess } from '../gitlab/personal-access.ts'
import type { RemoteRunner, RunnerSettings } from '../gitlab/remote-runner.ts'
import { withServer } from '../gitlab/with-server.ts'
import { isSameRunner, keyOf, type Pool } from '../pool.ts'
import type { AccessTokens } from './access-tokens.ts'
import { isOnThisComputer } from './choose-engine.ts'
import type { MountPolicy } from './mount-policy.ts'
import { readJobTags } from './job-tags.ts'
import { recreateRunner } from './recreate-runner.ts'
import { createTokenRenewal } from './renew-token.ts'
import { editFile } from './save-runner.ts'
import { neverAborts, type SetupWorld } from './world.ts'

const day = 86_400_000

/** What a runner's page asks of the engine. */
export function createRunnerPage(
  world: SetupWorld,
  pool: Pick<Pool, 'pauseRunner' | 'resumeRunner'>,
  accessTokens: AccessTokens,
  mounts: MountPolicy,
): ApiImplementation<typeof runnerPageApi> {
  const { store, clock, env } = world
  const renew = createTokenRenewal(world)

  const find = (key: string): { readonly index: number; readonly runner: RunnerConfig } => {
    const { runners } = store.current()
    const index = runners.findIndex((runner) => keyOf(runner) === key)
    const runner = runners[index]
    if (runner === undefined) throw new ApiError('not-found', say('runner-gone'))
    return { index, runner }
  }

  const problemsOf = (text: string, index: number) => {
    const { problems, advice } = lintConfig(text, { environment: env, now: clock.now() })
    return [...problems, ...advice].filter(({ path }) => path.startsWith(`runners[${index}]`))
  }

  async function readFile(index: number, runner: RunnerConfig): Promise<RunnerFile> {
    const { text, revision } = await store.read()
    return {
      key: keyOf(runner),
      revision,
      file: store.file,
      form: formOf(runner),
      toml: runnerSection(text, index),
      problems: problemsOf(text, index),
      dangers: await judgeMounts(mounts, formOf(runner), formOf(runner)),
      id: runner.id,
    }
  }

  async function asked(
    { url, id, ...runner }: RunnerConfig,
    ask: (
      access: ReturnType<typeof createPersonalAccess>,
      id: number,
    ) => Promise<{ readonly runner: RemoteRunner } | AccessRefusal>,
  ): Promise<ServerFacts> {
    const token = await accessTokens.of(url)
    if (token === undefined) return tokenNeeded()
    if (id === 0) return { state: 'no-id' }
    const answer = await withServer({ ...runner, url }, world, async (transport) => {
      const access = createPersonalAccess(transport, token)
      const said = await ask(access, id)
      return 'runner' in said ? { ...said, others: await othersOf(access, id) } : said
    })
    if ('runner' in answer)
      return {
        ...factsOf(answer.runner, answer.others),
        ...(accessTokens.isRemembered(url) && { isRemembered: true }),
      }
    if (answer.kind === 'forbidden') await accessTokens.forget(url)
    return { ...(await tokenNeeded()), state: 'refused', problem: answer.problem }
  }

  /** Whoever has the token can take this runner's jobs, so that others are worth knowing of. */
  async function othersOf(access: PersonalAccess, id: number): Promise<readonly OtherManager[]> {
    const answer = await access.listManagers(id, neverAborts)
    if (answer.kind !== 'found') return []
    return answer.managers
      .filter(({ systemId }) => systemId !== world.systemId)
      .map((manager) => ({ ...manager, contactedAt: manager.contactedAt.getTime() }))
      .filter(({ contactedAt }) => clock.now() - contactedAt < day)
  }

  const tokenNeeded = async () => {
    const place = await accessTokens.offers()
    return { state: 'token-needed', ...(place && { place }) } as const
  }

  return {
    async *watchRunnerFile({ key }, signal) {
      let last: RunnerFile | undefined
      let { index, runner } = find(key)
      for await (const { runners } of store.watch(signal)) {
        // A new token makes a new key; whoever looks at the runner goes on looking at it.
        const known = keyOf(runner)
        index = runners.findIndex((one) => keyOf(one) === known)
        if (index === -1) index = runners.findIndex((one) => isSameRunner(one, runner))
        runner = runners[index] ?? find(known).runner
        const next = await readFile(index, runner)
        if (!isDeepStrictEqual(last, next)) yield next
        last = next
      }
    },
    previewRunnerEdit: async ({ key, form }) => {
      const { index, runner } = find(key)
      const { text } = await store.read()
      const edited = applyForm(text, index, runner, form)
      return {
        before: runnerSection(text, index),
        after: runnerSection(edited, index),
        problems: problemsOf(edited, index),
        dangers: await judgeMounts(mounts, form, formOf(runner)),
      }
    },
    editRunner: async ({ key, form, basedOn, consents = [] }) => {
      const { index, runner } = find(key)
      await mounts.require(hostSources(form), hostSources(formOf(runner)), consents)
      await editFile(store, (text) => applyForm(text, index, runner, form), basedOn)
      return (await store.read()).revision
    },
    pauseRunner: ({ key }) => pool.pauseRunner(key),
    resumeRunner: ({ key }) => pool.resumeRunner(key),
    removeRunner: async ({ key }) => {
      const { index, runner } = find(key)
      const { revision } = await store.read()
      await editFile(store, (text) => removeRunner(text, index), revision)
      await leaveServer(world, runner)
    },
    renewToken: ({ key }) => renew(find(key).runner),
    recreateRunner: ({ key }) => recreateRunner(world, find(key).runner, accessTokens),
    askServer: async ({ key, token, remember = false }) => {
      const { runner } = find(key)
      if (token !== undefined) accessTokens.hold(runner.url, token.trim())
      const facts = await asked(runner, (access, id) => access.readRunner(id, neverAborts))
      if (!remember || facts.state !== 'known') return facts
      await accessTokens.remember(runner.url)
      return { ...facts, isRemembered: true }
    },
    forgetToken: async ({ key }) => {
      await accessTokens.forget(find(key).runner.url)
      return tokenNeeded()
    },
    readJobTags: ({ key }) => readJobTags(world, find(key).runner, accessTokens),
    editOnServer: ({ key, change }) =>
      asked(find(key).runner, (access, id) => access.editRunner(id, settingsOf(change), neverAborts)),
  }
}

/** What of the runner's own computer its volumes name; nothing where its engine is on another. */
const hostSources = ({ host, volumes }: RunnerForm): readonly string[] =>
  isOnThisComputer(host)
    ? volumes.flatMap((volume) => {
        const entry = parseVolume(volume)
        return entry?.kind === 'host' ? [entry.source] : []
      })
    : []

const judgeMounts = (mounts: MountPolicy, wanted: RunnerForm, now: RunnerForm) =>
  mounts.judge(hostSources(wanted), hostSources(now))

/** Best effort: the runner is out of the file whatever the server says. */
async function leaveServer(world: SetupWorld, runner: RunnerConfig): Promise<void> {
  const { token } = runner
  const { systemId, logger } = world
  if (token === '') return
  try {
    const answer = await withServer(runner, world, (transport) =>
      isCreatedRunnerToken(token)
        ? unregisterManager(transport, { token, systemId }, neverAborts)
        : unregisterRunner(transport, token, neverAborts),
    )
    if (answer.kind !== 'unregistered')
      logger.warn({ runner: runner.name }, `GitLab still lists the runner: ${answer.problem}`)
  } catch (error) {
    logger.warn({ err: error, runner: runner.name }, 'GitLab could not be told that the runner is gone')
  }
}

const scopes = { instance_type: 'instance', group_type: 'group', project_type: 'project' } as const

const factsOf = (runner: RemoteRunner, others: readonly OtherManager[]): ServerFacts => ({
  state: 'known',
  id: runner.id,
  scope: scopes[runner.type],
  description: runner.description,
  tags: runner.tags,
  runUntagged: runner.runUntagged,
  protected: runner.accessLevel === 'ref_protected',
  locked: runner.locked,
  paused: runner.paused,
  ...(runner.maximumTimeout !== undefined && { maximumTimeout: runner.maximumTimeout }),
  ...(runner.owner !== undefined && { owner: runner.owner }),
  others,
})

function settingsOf(change: ServerEdit): Partial<RunnerSettings> {
  const { description, tags, runUntagged, locked, paused, maximumTimeout } = change
  return {
    ...(description !== undefined && { description }),
    ...(tags && { tags }),
    ...(runUntagged !== undefined && { runUntagged }),
    ...(locked !== undefined && { locked }),
    ...(paused !== undefined && { paused }),
    ...(change.protected !== undefined && {
      accessLevel: change.protected ? ('ref_protected' as const) : ('not_protected' as const),
    }),
    ...(maximumTimeout !== undefined && { maximumTimeout: maximumTimeout ?? undefined }),
  }
}
