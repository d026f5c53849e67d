import { say } from '../../contract/sentences/say.ts'
import type { setupApi } from '../../contract/setup-api.ts'
import { emptyDraft, type SetupDraft, type SetupState } from '../../contract/setup.ts'
import { ApiError, type ApiImplementation } from '../../contract/table.ts'
import { shortToken } from '../../contract/token.ts'
import { importRunners, reportImport } from '../config/import-config.ts'
import { keyOf } from '../pool.ts'
import type { AccessTokens } from './access-tokens.ts'
import { checkEngine, listImages } from './check-engine.ts'
import { engineOf, engineOfDraft, engineToWrite, isOnThisComputer, listEngines } from './choose-engine.ts'
import { checkServer } from './check-server.ts'
import { checkToken } from './check-token.ts'
import { spelledOut, toolchainsOf } from './draft-toolchains.ts'
import type { MountPolicy } from './mount-policy.ts'
import { issueToken, type IssuedRunner } from './issue-token.ts'
import { Practice } from './practice-server.ts'
import { listImportFiles, readImport } from './import-files.ts'
import { draftRunner, isLocalImage, previewRunner } from './preview-runner.ts'
import { entryOf } from './runner-entry.ts'
import { editFile, requireComplete, savedRunner, writeRunner } from './save-runner.ts'
import { SetupMemory } from './setup-memory.ts'
import { TestRun } from './test-run.ts'
import type { SetupWorld } from './world.ts'

/** The wizard's side of the engine. */
export interface Setup extends AsyncDisposable {
  readonly api: ApiImplementation<typeof setupApi>
  /** The practice GitLab's address, once it runs. */
  readonly practiceUrl: string | undefined
}

export function createSetup(
  world: SetupWorld,
  accessTokens: AccessTokens,
  mounts: MountPolicy,
  practiceStarted: () => void,
): Setup {
  const { store, dirs, openDocker, clock, hostname } = world
  const memory = new SetupMemory(dirs.root)
  const test = new TestRun({ ...world, changed: () => memory.changed() })
  const practice = world.practice && new Practice(world, world.practice)
  /** Given out by GitLab and not yet in the file: asking again would make another runner. */
  let issued: { readonly draft: string; readonly runner: IssuedRunner } | undefined

  const practiceOf = ({ url }: SetupDraft) =>
    practice?.running?.url === url && url !== '' ? practice.running : undefined

  const state = (): SetupState => {
    const { draft, saved } = memory
    const token = draft && memory.held(draft.url)?.says
    return {
      test: test.state,
      practice: draft !== undefined && practiceOf(draft) !== undefined,
      canPractise: practice !== undefined,
      hostname,
      ...(draft && { draft }),
      ...(token && { token }),
      ...(saved && { saved }),
    }
  }

  /** What of this computer the draft's engine would see. */
  const hostSources = async (draft: SetupDraft) => {
    const { host } = await engineToWrite(world, draft)
    return isOnThisComputer(host) ? draft.mounts.map(({ source }) => source) : []
  }

  async function issue(draft: SetupDraft): Promise<IssuedRunner> {
    const held = memory.held(draft.url)
    if (held === undefined) throw new ApiError('conflict', say('token-not-kept'))
    const about = JSON.stringify([held.token, draft.name, draft.tags, draft.scope])
    if (issued?.draft === about) return issued.runner
    const runner = await issueToken(world, held, { ...draft, name: draft.name || hostname })
    issued = { draft: about, runner }
    return runner
  }

  return {
    get practiceUrl() {
      return practice?.running?.url
    },
    async [Symbol.asyncDispose]() {
      await test.stop()
      await practice?.[Symbol.asyncDispose]()
    },
    api: {
      async *watchSetup(_, signal) {
        const changes = memory.watch(signal)
        yield state()
        for await (const _ of changes) yield state()
      },
      keepSetup: (draft) => memory.keep(draft),
      leaveSetup: async () => {
        await test.forget()
        issued = undefined
        await memory.leave()
      },
      listEngines: () => listEngines(world),
      checkEngine: (engine) => checkEngine(world, engineOf(engine)),
      checkServer: (server) => checkServer(world, server),
      checkToken: async ({ url, caFile, token, remembered, remember }) => {
        const held = remembered === true ? await accessTokens.of(url) : memory.held(url)?.token
        const given = token?.trim() ?? held
        if (given === undefined) throw new ApiError('not-found', say('no-token-held'))
        const says = await checkToken(world, { url, caFile, token: given })
        if (remembered === true && says.state === 'refused') await accessTokens.forget(url)
        memory.hold({ url, token: given, says })
        if (remember === true && says.state === 'person') {
          accessTokens.hold(url, given)
          await accessTokens.remember(url)
        }
        return says
      },
      offerToken: async ({ url }) => {
        const place = await accessTokens.offers()
        return { isAtHand: (await accessTokens.of(url)) !== undefined, ...(place && { place }) }
      },
      listImages: (engine) => listImages(openDocker, engineOf(engine)),
      previewRunner: async (draft) => ({
        ...(await previewRunner(world, draft, practiceOf(draft)?.entry)),
        dangers: await mounts.judge(await hostSources(draft), []),
      }),
      testRunner: async (draft) => {
        requireComplete(draft)
        await mounts.require(await hostSources(draft), [], draft.consents)
        const runner = await draftRunner(world, draft, practiceOf(draft)?.entry)
        if (runner === undefined) throw new ApiError('bad-input', say('settings-mistaken'))
        const toolchains = await toolchainsOf(world.library, draft)
        await test.start(spelledOut(draft, toolchains), runner)
      },
      stopTest: () => test.stop(),
      watchTestLog: ({ run, offset }, signal) => test.watchLog(run, offset, signal),
      startPractice: async () => {
        if (practice === undefined) throw new ApiError('unavailable', say('no-practice'))
        const before = memory.draft ?? emptyDraft
        const server = await practice.start(engineOfDraft(before))
        practiceStarted()
        const draft: SetupDraft = {
          ...before,
          step: 'job',
          url: server.url,
          caFile: '',
          name: before.name || 'practice',
          image: before.image || server.image,
        }
        const token = memory.held(server.url)?.token ?? server.createRunner(draft.name)
        const says = { state: 'runner', shortToken: shortToken(token), isHere: false } as const
        memory.hold({ url: server.url, token, says })
        await memory.keep(draft)
      },
      runSample: async () => {
        if (practice?.running === undefined) throw new ApiError('conflict', say('practice-over'))
        await practice.running.runSample()
      },
      saveRunner: async (draft) => {
        requireComplete(draft)
        await mounts.require(await hostSources(draft), [], draft.consents)
        const toolchains = await toolchainsOf(world.library, draft)
        const entry = entryOf(draft, {
          issued: await issue(draft),
          obtainedAt: new Date(clock.now()),
          hostname,
          engine: await engineToWrite(world, draft),
          isLocalImage: await isLocalImage(openDocker, draft),
          ...(practiceOf(draft) && { practice: practiceOf(draft)!.entry }),
        })
        const { runner, toml } = await writeRunner(store, entry, toolchains)
        const isPractice = practiceOf(draft) !== undefined
        const isCreated = memory.held(draft.url)?.says.state === 'person'
        const saved = savedRunner(runner, {
          key: keyOf(runner),
          file: store.file,
          toml,
          practice: isPractice,
          systemId: world.systemId,
          ...(isCreated && { scope: draft.scope.type }),
        })
        issued = undefined
        await memory.finish(saved)
        return saved
      },
      listImportFiles: () => listImportFiles(world),
      reportImport: async (source) =>
        reportImport(await readImport(world, source), store.current(), { environment: world.env }),
      takeImport: async (source) => {
        const text = await readImport(world, source)
        let added = 0
        await editFile(store, (present) => {
          const taken = importRunners(present, text, store.current())
          added = taken.added
          return taken.text
        })
        return added
      },
    },
  }
}
