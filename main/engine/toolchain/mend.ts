import { say } from '../../contract/sentences/say.ts'
import { removeEntry, replaceEntry } from '../config/list-entries.ts'
import { setRunnerKey } from '../config/edits.ts'
import { editLines, formOfScript, prependLines } from '../config/script-lines.ts'
import { byteOrderMark, readToml, withoutBom } from '../config/toml-text.ts'
import { parseVolume } from '../docker/volume-spec.ts'
import { assignedTo, switchToolchain } from './assign.ts'
import {
  configTraps,
  type Mend,
  type SuspectRunner,
  type ToolchainChange,
  type Trap,
} from './doctor/traps.ts'
import { readToolchain, referenceOf, ToolchainProblem, type Toolchain } from './toolchain.ts'

/**
 * Remedies as pure functions from the text of config.toml to another. Comments, order and unknown keys stay, and a
 * file with errors is mended as well as one without.
 */

export interface Mended {
  readonly text: string
  /** What was mended, in order. */
  readonly done: readonly Trap[]
  /** What only a person can decide. */
  readonly left: readonly Trap[]
}

const mostMends = 100

/** Mends all that can be mended in the section of the runner at `index`. */
export function mendRunner(text: string, index: number): Mended {
  const done: Trap[] = []
  const left: Trap[] = []
  for (let next = text; ;) {
    const isLeft = (trap: Trap) => left.some((other) => other.cause === trap.cause)
    const trap = configTraps(suspectAt(next, index)).find((one) => !isLeft(one))
    if (trap === undefined || done.length > mostMends) return { text: next, done, left }
    const mended = trap.mend && tryMend(next, index, trap.mend)
    if (mended === undefined) left.push(trap)
    else {
      next = mended
      done.push(trap)
    }
  }
}

function tryMend(text: string, index: number, mend: Mend): string | undefined {
  try {
    const mended = applyMend(text, index, mend)
    return mended === text ? undefined : mended
  } catch {
    // A layout that is edited by hand is left as it is.
    return undefined
  }
}

/** Does what one trap's remedy says. @throws Error where the file is laid out in a way that cannot be edited. */
export function applyMend(text: string, index: number, mend: Mend): string {
  const mark = text.startsWith(byteOrderMark) ? byteOrderMark : ''
  return mark + editOf(withoutBom(text), index, mend)
}

function editOf(text: string, index: number, mend: Mend): string {
  const section = `runners[${index}]`
  switch (mend.kind) {
    case 'volume':
      return replaceEntry(text, `${section}.docker.volumes`, mend.from, mend.to)
    case 'variable': {
      const without = removeEntry(text, `${section}.environment`, (entry) => entry === mend.entry)
      if (mend.line === undefined) return without
      return prependLines(without, { sectionPath: section, key: 'pre_build_script' }, [mend.line])
    }
    case 'line':
      return editScript(text, index, (line) => (line.trim() === mend.from ? mend.to : undefined))
    case 'mount':
      return moveMount(text, index, mend)
    case 'toolchain':
      throw new ToolchainProblem(`${say('toolchain-other-remedy')}.`)
  }
}

function moveMount(
  text: string,
  index: number,
  { volume, from, to }: Extract<Mend, { kind: 'mount' }>,
): string {
  const parsed = parseVolume(volume)
  if (parsed === undefined || parsed.kind === 'cache') return text
  const behind = volume.slice(`${parsed.source}:${parsed.destination}`.length)
  const moved = (value: string) => value.replaceAll(new RegExp(`${literally(from)}(?=[/:"'\\s;]|$)`, 'g'), to)
  let next = editOf(text, index, { kind: 'volume', from: volume, to: `${parsed.source}:${to}${behind}` })
  for (const entry of suspectAt(next, index).environment)
    next = replaceEntry(next, `runners[${index}].environment`, entry, moved(entry))
  return editScript(next, index, (line) => (moved(line) === line ? undefined : moved(line).trim()))
}

const literally = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

/** @param edit a line to another, without indent; `undefined` where it stays. */
function editScript(text: string, index: number, edit: (line: string) => string | undefined): string {
  const script = `runners[${index}].pre_build_script`
  const each = (line: string) => {
    const changed = edit(line)
    const [indent = '', end = ''] = [/^[ \t]*/.exec(line)?.[0], /\s*$/.exec(line)?.[0]]
    return changed === undefined ? line : indent + changed + end
  }
  if (formOfScript(text, script) === 'many lines') return editLines(text, script, (lines) => lines.map(each))
  const { pre_build_script } = suspectAt(text, index)
  const changed = pre_build_script
    .split(/(?<=\n)/)
    .map(each)
    .join('')
  return changed === pre_build_script ? text : setRunnerKey(text, index, ['pre_build_script'], changed)
}

/** The runner at `index` of a file, errors or not. */
export function suspectAt(text: string, index: number): SuspectRunner {
  const runners = readToml(text)['runners']
  const runner = recordOf(Array.isArray(runners) ? (runners[index] as unknown) : undefined)
  const docker = runner['docker'] === undefined ? undefined : recordOf(runner['docker'])
  return {
    name: textOf(runner['name']),
    environment: textsOf(runner['environment']),
    pre_build_script: textOf(runner['pre_build_script']),
    docker: docker && { user: textOf(docker['user']), volumes: textsOf(docker['volumes']) },
  }
}

/** How many runners a file has, errors or not. */
export const runnersIn = (text: string): number => {
  const { runners } = readToml(text)
  return Array.isArray(runners) ? runners.length : 0
}

const recordOf = (value: unknown) =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
const textOf = (value: unknown) => (typeof value === 'string' ? value : '')
const textsOf = (value: unknown) =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []

export interface ChangedToolchain {
  readonly toolchain: Toolchain
  /** The file, in which every runner that has the toolchain has it as it is now. */
  readonly text: string
  readonly runners: readonly string[]
}

/**
 * Changes a toolchain's description, and the sections of the runners that have it with it.
 * @throws ToolchainProblem where the change makes no toolchain, or the file cannot be edited.
 */
export function changeToolchain(
  text: string,
  toolchain: Toolchain,
  change: ToolchainChange,
): ChangedToolchain {
  const reference = referenceOf(toolchain)
  const described = { ...toolchain, ...moved(toolchain, change.mountPoint), ...change }
  const next = readToolchain(described, reference)
  const runners: string[] = []
  let edited = text
  for (let index = 0; index < runnersIn(text); index++) {
    const suspect = suspectAt(edited, index)
    if (!assignedTo(suspect).some((other) => referenceOf(other) === reference)) continue
    edited = switchToolchain(edited, index, toolchain, next)
    runners.push(suspect.name)
  }
  return { toolchain: next, text: edited, runners }
}

/** Variables that name the mount point follow it. */
function moved(
  { mountPoint, variables }: Toolchain,
  to: string | undefined,
): Pick<ToolchainChange, 'variables'> {
  if (to === undefined) return {}
  const follow = (value: string) =>
    value === mountPoint || value.startsWith(`${mountPoint}/`) ? to + value.slice(mountPoint.length) : value
  return {
    variables: Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, follow(value)])),
  }
}
