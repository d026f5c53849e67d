import { say } from '../../../contract/sentences/say.ts'
import type { ToolchainEdit } from '../../../contract/toolchain.ts'
import type { Config } from '../../config/schema.ts'
import { successionOf } from './succession.ts'
import { applyToolchain, assignedTo, removeToolchain, switchToolchain, volumeOf } from '../assign.ts'
import type { Mend, ToolchainChange } from '../doctor/traps.ts'
import { applyMend, changeToolchain } from '../mend.ts'
import { adoptToolchain, recogniseToolchains } from '../recognise.ts'
import { referenceOf, searchFolders, ToolchainProblem, type Reference, type Toolchain } from '../toolchain.ts'
import { runnersWith, toolchainOf, type ToolchainDesk } from './desk.ts'
import { requireFolder } from './shelve.ts'

/** An edit of config.toml about toolchains, and what has to happen to the library before and after it. */
export interface ToolchainPlan {
  /** The whole text to the whole text, as often as it is asked. @throws ToolchainProblem */
  readonly change: (text: string, config: Config) => string
  readonly before: () => Promise<void>
  readonly after: () => Promise<void>
}

const nothing = async () => {}

/**
 * What an edit comes to; nothing is changed yet.
 * @param find the index of the runner an edit names. @throws ToolchainProblem where there is none.
 */
export async function planEdit(
  desk: ToolchainDesk,
  edit: ToolchainEdit,
  find: (config: Config, runner: string) => number,
): Promise<ToolchainPlan> {
  const { library } = desk
  switch (edit.what) {
    case 'assign': {
      const toolchain = await library.read(edit.reference)
      const change = (text: string, config: Config) =>
        applyToolchain(text, find(config, edit.runner), toolchain)
      return { change, before: nothing, after: nothing }
    }
    case 'unassign': {
      const change = (text: string, config: Config) =>
        removeToolchain(text, find(config, edit.runner), edit.reference)
      return { change, before: nothing, after: nothing }
    }
    case 'switch': {
      const next = await library.read(edit.reference)
      return {
        change: (text, config) => exchange(text, config, ({ name }) => name === next.name, next),
        before: nothing,
        after: () => library.switchTo(next),
      }
    }
    case 'describe':
      return planDescription(desk, edit)
    case 'adopt':
      return planAdoption(desk, edit)
    case 'accept':
      return planAcceptance(desk, edit)
    case 'mend':
      return planMend(desk, edit, find)
  }
}

/** Every other toolchain of a runner that `isOld` for the next one. */
function exchange(
  text: string,
  { runners }: Config,
  isOld: (reference: Required<Reference>) => boolean,
  next: Toolchain,
): string {
  return runners.reduce((edited, runner, index) => {
    const assigned = assignedTo(runner)
    const old = assigned.find((one) => isOld(one) && referenceOf(one) !== referenceOf(next))
    return old === undefined ? edited : switchToolchain(edited, index, old, next)
  }, text)
}

async function planDescription(
  { library }: ToolchainDesk,
  { reference, form }: Extract<ToolchainEdit, { what: 'describe' }>,
): Promise<ToolchainPlan> {
  const old = await library.read(reference)
  const next = toolchainOf(form, old)
  const isRenamed = referenceOf(next) !== referenceOf(old)
  if (isRenamed && (await library.list()).some((other) => referenceOf(other) === referenceOf(next)))
    throw new ToolchainProblem(`${say('toolchain-there', { name: referenceOf(next) })}.`)
  await requireFolder(next.folder)
  const wasCurrent = (await library.currentVersion(old.name)) === old.version
  return {
    change: (text, config) =>
      isSameInFile(old, next)
        ? text
        : runnersWith(config, old).reduce((edited, index) => switchToolchain(edited, index, old, next), text),
    before: () => library.save(next),
    after: async () => {
      if (!isRenamed) return
      await library.remove(old)
      if (wasCurrent) await library.switchTo(next)
    },
  }
}

/** Notes, licences and the like stand in no configuration. */
function isSameInFile(a: Toolchain, b: Toolchain): boolean {
  const written = (one: Toolchain) =>
    JSON.stringify([referenceOf(one), volumeOf(one), Object.entries(one.variables), searchFolders(one)])
  return written(a) === written(b)
}

async function planAdoption(
  { library }: ToolchainDesk,
  { folder, reference }: Extract<ToolchainEdit, { what: 'adopt' }>,
): Promise<ToolchainPlan> {
  const there = (await library.list()).find((other) => referenceOf(other) === referenceOf(reference))
  if (there !== undefined && there.folder !== folder)
    throw new ToolchainProblem(
      `${say('toolchain-there-in', { name: referenceOf(reference), folder: there.folder })}.`,
    )
  const found = (config: Config) =>
    recogniseToolchains(config)
      .filter((one) => one.toolchain.folder === folder)
      .map((one) => ({ ...one, toolchain: { ...one.toolchain, ...reference } }))
  let adopted: Toolchain | undefined
  return {
    change: (text, config) => {
      const [first, ...others] = found(config)
      if (first === undefined) throw new ToolchainProblem(`${say('toolchain-not-by-hand', { folder })}.`)
      adopted = first.toolchain
      const wanted = JSON.stringify(first.toolchain)
      // A runner that uses the folder in another way keeps its lines.
      const alike = others.filter(({ toolchain }) => JSON.stringify(toolchain) === wanted)
      return [first, ...alike].reduce(adoptToolchain, text)
    },
    before: nothing,
    after: async () => {
      if (adopted !== undefined && there === undefined) await library.save(adopted)
    },
  }
}

async function planMend(
  { library }: ToolchainDesk,
  { reference, runner, mend }: Extract<ToolchainEdit, { what: 'mend' }>,
  find: (config: Config, runner: string) => number,
): Promise<ToolchainPlan> {
  if (mend.kind !== 'toolchain') {
    const change = (text: string, config: Config) =>
      applyMend(text, find(config, runner ?? ''), withoutGaps(mend) as Mend)
    return { change, before: nothing, after: nothing }
  }
  const old = await library.read(reference)
  const change = withoutGaps(mend.change) as ToolchainChange
  const { toolchain: next } = changeToolchain('', old, change)
  await requireFolder(next.folder)
  return {
    change: (text) => changeToolchain(text, old, change).text,
    before: () => library.save(next),
    after: nothing,
  }
}

/** What is not told is absent, not undefined. */
const withoutGaps = (value: object): object =>
  Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined))

async function planAcceptance(
  desk: ToolchainDesk,
  { reference, version }: Extract<ToolchainEdit, { what: 'accept' }>,
): Promise<ToolchainPlan> {
  const old = await desk.library.read(reference)
  const { begin, change, end } = await successionOf(old, version, desk)
  return {
    change,
    before: async () => begin((await desk.fingerprints.look(old)).fingerprint),
    after: end,
  }
}
