import { say } from '../contract/sentences/say.ts'
import type { toolchainApi } from '../contract/toolchain-api.ts'
import type { ToolchainEdit, ToolchainRef, ToolchainShelf } from '../contract/toolchain.ts'
import { ApiError, type ApiImplementation } from '../contract/table.ts'
import { Changes } from './changes.ts'
import { checkToolchain, copyToVolume, importToolchain } from './toolchain/desk/events.ts'
import type { Clock } from './clock.ts'
import { ConfigRefused } from './config/config-refused.ts'
import type { ConfigStore } from './config/config-store.ts'
import type { Config } from './config/schema.ts'
import { endpointSettings } from './docker/endpoint.ts'
import { EngineUnreachable } from './docker/engine-unreachable.ts'
import type { DockerEngine } from './docker/port.ts'
import type { History } from './history/port.ts'
import { keyOf } from './pool.ts'
import { carryOut, previewPlan } from './toolchain/desk/carry-out.ts'
import { checkFolder } from './toolchain/desk/check-folder.ts'
import { toolchainOf, type ToolchainDesk } from './toolchain/desk/desk.ts'
import { diagnoseJob } from './toolchain/desk/diagnose-job.ts'
import {
  endpointOfToolchain,
  firstEndpoint,
  openEngines,
  openEngineWith,
  type OpenDocker,
} from './toolchain/desk/engines.ts'
import { readMatrix } from './toolchain/desk/matrix.ts'
import { planEdit } from './toolchain/desk/plan-edit.ts'
import { readShelf } from './toolchain/desk/shelf.ts'
import { requireFolder, unshelve } from './toolchain/desk/shelve.ts'
import { watchFolder } from './toolchain/desk/watch-folder.ts'
import type { WatchedFingerprints } from './toolchain/desk/watched-fingerprints.ts'
import { referenceOf, ToolchainProblem, type Toolchain } from './toolchain/toolchain.ts'

export interface ToolchainHost extends ToolchainDesk {
  readonly fingerprints: WatchedFingerprints
  /** Of containers the doctor makes. */
  readonly labels: Readonly<Record<string, string>>
  readonly home: string
  /** Absent where no dialog can be shown. @returns `undefined` when it was left. */
  readonly chooseFolder?: () => Promise<string | undefined>
}

export interface ToolchainParts {
  readonly host: ToolchainHost
  readonly store: ConfigStore
  readonly env: Readonly<Record<string, string | undefined>>
  readonly openDocker: OpenDocker
  readonly history: Pick<History, 'find' | 'read'>
  /** Jobs begin and end. */
  readonly jobsChanged: (signal: AbortSignal) => AsyncIterable<unknown>
  readonly clock: Pick<Clock, 'now'>
}

export type ToolchainApi = ApiImplementation<typeof toolchainApi>

const shownJobs = 5
// Whoever opens the page sees what is so now, and not what was so an hour ago.
const verifiedForMs = 10 * 60_000

/** What the page of toolchains asks of the engine. */
export function offerToolchains(parts: ToolchainParts): ToolchainApi {
  const { host, store, env, history, clock } = parts
  const { library, fingerprints } = host
  const changes = new Changes<'shelf', 'shelf'>()
  const changed = () => changes.publish('shelf', 'shelf')
  let verifying: Promise<unknown> = Promise.resolve()

  const shelf = async (): Promise<ToolchainShelf> => ({
    ...(await readShelf({
      library,
      config: store.current(),
      keyOf,
      fingerprint: (toolchain) => fingerprints.state(toolchain),
      jobsWith: (toolchain) => history.find({ toolchain, limit: shownJobs }),
    })),
    configFile: store.file,
    canBrowse: host.chooseFolder !== undefined,
  })

  /** One after another, so that the disk serves jobs too. */
  function verify(toolchain: Toolchain): void {
    verifying = verifying.then(() => fingerprints.look(toolchain)).catch(() => undefined)
  }

  async function verifyOld(): Promise<void> {
    for (const toolchain of await library.list()) {
      const known = await fingerprints.state(toolchain)
      const isFresh =
        known.state === 'computing' ||
        (known.state === 'known' && clock.now() - (known.verifiedAt ?? 0) < verifiedForMs)
      if (!isFresh) verify(toolchain)
    }
  }

  const { openDocker } = parts
  const config = () => store.current()
  const engineOf = (reference: ToolchainRef) => openDocker(endpointOfToolchain(config(), reference))

  const find = ({ runners }: Config, key: string): number => {
    const index = runners.findIndex((runner) => keyOf(runner) === key)
    if (index < 0) throw new ApiError('not-found', say('runner-gone'))
    return index
  }
  const plan = (edit: ToolchainEdit) => planEdit(host, edit, find)

  return {
    async *watchToolchains(_, signal) {
      const news = changes.watch(signal)
      follow(fingerprints.watch(signal), changed)
      follow(store.watch(signal), changed)
      follow(parts.jobsChanged(signal), changed)
      follow(watchFolder(host.libraryFolder, signal), changed)
      yield await inWords(shelf)
      void verifyOld().catch(() => undefined)
      for await (const _ of news) yield await inWords(shelf)
    },
    checkFolder: ({ path }) => checkFolder(library, path, host.home),
    browseFolder: async () => {
      if (host.chooseFolder === undefined) throw new ApiError('unavailable', say('toolchain-no-dialog'))
      const folder = await host.chooseFolder()
      return folder === undefined ? { state: 'left' } : { state: 'chosen', folder }
    },
    addToolchain: ({ form }) =>
      inWords(async () => {
        const toolchain = toolchainOf(form)
        await requireFolder(toolchain.folder)
        if ((await library.list()).some((other) => referenceOf(other) === referenceOf(toolchain)))
          throw new ApiError('conflict', say('toolchain-there', { name: referenceOf(toolchain) }))
        await library.save(toolchain)
        changed()
        verify(toolchain)
        return { name: toolchain.name, version: toolchain.version }
      }),
    removeToolchain: (reference) =>
      inWords(async () => {
        await unshelve(host, store.current(), reference)
        changed()
      }),
    previewToolchainEdit: ({ edit }) =>
      inWords(async () => previewPlan(store, await plan(edit), { environment: env, now: clock.now() })),
    editToolchains: ({ edit, basedOn }) =>
      inWords(async () => {
        if ((await carryOut(store, await plan(edit), basedOn)) === 'conflict')
          throw new ApiError('conflict', say('file-changed', { file: store.file }))
        changed()
        await verifyOld()
      }),
    verifyToolchain: (reference) => inWords(async () => verify(await library.read(reference))),
    acceptDrift: (reference) =>
      inWords(async () => {
        const toolchain = await library.read(reference)
        await fingerprints.accept(toolchain, (await fingerprints.look(toolchain)).fingerprint)
      }),
    readMatrix: async () => {
      try {
        return await closing(await openEngines(config(), openDocker), (engines) =>
          readMatrix(host, engines, config()),
        )
      } catch (error) {
        if (!(error instanceof EngineUnreachable)) throw error
        return { state: 'no-engine', problem: error.problem, remedy: error.remedy }
      }
    },
    watchCheck: ({ reference, image }, signal) =>
      eventsInWords(
        checkToolchain(
          { host, engine: () => openEngineWith(config(), openDocker, reference, image), clock, config },
          reference,
          image,
          signal,
        ),
      ),
    importToolchain: ({ form, source }, signal) =>
      eventsInWords(
        importToolchain(
          { host, engine: () => openDocker(firstEndpoint(config())), changed, verify },
          form,
          source,
          signal,
        ),
      ),
    copyToVolume: ({ reference, volume }, signal) =>
      eventsInWords(copyToVolume({ host, engine: () => engineOf(reference) }, reference, volume, signal)),
    diagnoseJob: ({ id, program }) =>
      inWords(async () => {
        const job = history.read(id)
        if (job === undefined) throw new ApiError('not-found', say('job-unknown', { id }))
        if (!job.mounts.some(({ toolchain }) => toolchain !== undefined)) return { state: 'unknown' }
        const runner = store.current().runners.find(({ name }) => name === job.runner)
        const asked = { ...job, user: runner?.docker?.user ?? '' }
        const itsOwn = await openDocker(
          runner === undefined ? firstEndpoint(config()) : endpointSettings(runner.docker),
        )
        const found = await closing([itsOwn], () => diagnoseJob(host, itsOwn, host.labels, asked, program))
        if (found === undefined) return { state: 'unknown' }
        const isDefault = runner?.docker?.image === job.image
        return {
          state: 'explained',
          diagnosis: { ...found, ...(runner && isDefault && { runner: keyOf(runner) }) },
        }
      }),
  }
}

/** Closes the engines when what is done with them is done. */
async function closing<E extends readonly DockerEngine[], T>(
  engines: E,
  use: (engines: E) => Promise<T>,
): Promise<T> {
  try {
    return await use(engines)
  } finally {
    for (const engine of engines) engine.close()
  }
}

function follow(news: AsyncIterable<unknown>, heard: () => void): void {
  void (async () => {
    for await (const _ of news) heard()
  })().catch(() => undefined)
}

/** What a toolchain's own rules say is the user's to mend. */
function refusalOf(error: unknown): unknown {
  if (error instanceof ToolchainProblem) return new ApiError('bad-input', error.message, { cause: error })
  if (error instanceof ConfigRefused) return new ApiError('conflict', error.message, { cause: error })
  if (error instanceof EngineUnreachable)
    return new ApiError('unavailable', `${error.problem}. ${error.remedy}`, { cause: error })
  return error
}

async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw refusalOf(error)
  }
}

async function* eventsInWords<T>(events: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* events
  } catch (error) {
    throw refusalOf(error)
  }
}
