import { say } from '../../contract/sentences/say.ts'
import { parseConfig } from '../config/parse-config.ts'
import { addEntry, addRow, removeEntry, removeRow } from '../config/list-entries.ts'
import type { RunnerConfig } from '../config/schema.ts'
import { editLines, formOfScript, prependLines, restoreForm } from '../config/script-lines.ts'
import { byteOrderMark, withoutBom } from '../config/toml-text.ts'
import { parseVolume } from '../docker/volume-spec.ts'
import {
  blockLines,
  exportsOf,
  readBlocks,
  withNotes,
  withoutBlock,
  type Block,
  type Made,
} from './script-block.ts'
import { referenceOf, ToolchainProblem, type Reference, type Toolchain } from './toolchain.ts'

/**
 * Toolchains of a runner in config.toml, as pure functions from text to text. What they write is plain: any
 * gitlab-runner reads it, and taking a toolchain out gives the text from before it was put in, byte for byte.
 */

export const volumeOf = ({ folder, volume, mountPoint }: Toolchain) => `${volume ?? folder}:${mountPoint}:ro`

/**
 * Gives the runner at `index` a toolchain: a read-only volume, its variables in full, its folders in front of the
 * search paths.
 * @throws ToolchainProblem when the runner has it, or has something else in its place.
 */
export function applyToolchain(text: string, index: number, toolchain: Toolchain): string {
  const runner = runnerAt(text, index)
  const reference = referenceOf(toolchain)
  const volume = volumeOf(toolchain)
  const wanted = Object.entries(toolchain.variables).map(([name, value]) => `${name}=${value}`)
  refuseConflicts(runner, toolchain)
  const isMounted = runner.docker?.volumes.includes(volume) === true
  const plain = withoutBom(text)
  const { runnerPath, volumes, environment, script } = pathsOf(index)

  const form = formOfScript(plain, script)
  const made: Made[] = []
  if (wanted.length > 0 && formOfScript(plain, environment) === 'absent') made.push('environment')
  if (!isMounted && formOfScript(plain, volumes) === 'absent') made.push('volumes')
  if (form === 'absent') made.push('script')
  if (form === 'one line') made.push('lines')

  const exports = exportsOf(toolchain)
  const block: Block = {
    reference: { name: toolchain.name, version: toolchain.version },
    ...(!isMounted && { volume }),
    environment: Object.keys(toolchain.variables),
    exports: exports.map(({ name }) => name),
    made,
  }
  const edited = attempt(reference, () => {
    let next = plain
    if (made.includes('environment')) next = addRow(next, runnerPath, 'environment = []')
    for (const entry of wanted.toReversed()) next = addEntry(next, environment, entry)
    if (made.includes('volumes')) next = addRow(next, `${runnerPath}.docker`, 'volumes = []')
    if (!isMounted) next = addEntry(next, volumes, volume)
    const lines = blockLines(
      block,
      exports.map(({ line }) => line),
    )
    return prependLines(next, { sectionPath: runnerPath, key: 'pre_build_script' }, lines)
  })
  const after = runnerAt(edited, index)
  const isThere =
    after.docker?.volumes.includes(volume) === true &&
    wanted.every((entry) => after.environment.includes(entry)) &&
    readBlocks(after.pre_build_script).some((other) => referenceOf(other.reference) === reference)
  if (!isThere) throw new ToolchainProblem(`${say('toolchain-layout', { name: reference })}.`)
  return markOf(text) + edited
}

/** Takes a toolchain of a runner out again. @throws ToolchainProblem when the runner has none of this name. */
export function removeToolchain(text: string, index: number, reference: Required<Reference>): string {
  const blocks = readBlocks(runnerAt(text, index).pre_build_script)
  const block = blocks.find((other) => referenceOf(other.reference) === referenceOf(reference))
  if (block === undefined) {
    const others = blocks.map((other) => referenceOf(other.reference)).join(', ')
    const name = referenceOf(reference)
    const problem =
      others === ''
        ? say('toolchain-not-assigned', { name })
        : say('toolchain-assigned-others', { name, others })
    throw new ToolchainProblem(`${problem}.`)
  }
  const rest = blocks.filter((other) => other !== block)
  const edited = attempt(referenceOf(reference), () => takeOut(withoutBom(text), index, block, rest))
  return markOf(text) + edited
}

/** One version for another, in one edit. */
export const switchToolchain = (
  text: string,
  index: number,
  from: Required<Reference>,
  to: Toolchain,
): string => applyToolchain(removeToolchain(text, index, from), index, to)

/** The toolchains a runner's script is marked with. */
export const assignedTo = ({ pre_build_script }: Pick<RunnerConfig, 'pre_build_script'>) =>
  readBlocks(pre_build_script).map(({ reference }) => reference)

function takeOut(text: string, index: number, block: Block, rest: readonly Block[]): string {
  const { volumes, environment, script } = pathsOf(index)
  let next = text
  for (const name of block.environment)
    next = removeEntry(next, environment, (entry) => entry.startsWith(`${name}=`))
  if (block.volume !== undefined) next = removeEntry(next, volumes, (entry) => entry === block.volume)
  next = editLines(next, script, (lines) => withoutBlock(lines, block))

  const left = new Set(block.made)
  const runner = runnerAt(next, index)
  if (left.has('environment') && runner.environment.length === 0) {
    next = removeRow(next, environment)
    left.delete('environment')
  }
  if (left.has('volumes') && runner.docker?.volumes.length === 0) {
    next = removeRow(next, volumes)
    left.delete('volumes')
  }
  const [heir] = rest
  if (heir === undefined) {
    if (left.has('script')) next = restoreForm(next, script, 'absent')
    if (left.has('lines')) next = restoreForm(next, script, 'one line')
    return next
  }
  // What was made is still needed by another toolchain, which now is the one to undo it.
  if (left.size === 0) return next
  const made = [...new Set([...heir.made, ...left])]
  return editLines(next, script, (lines) => withNotes(lines, { ...heir, made }))
}

function refuseConflicts(runner: RunnerConfig, toolchain: Toolchain): void {
  const name = runner.name || 'the runner'
  const reference = referenceOf(toolchain)
  if (runner.docker === undefined)
    throw new ToolchainProblem(`${say('toolchain-no-docker', { runner: name, name: reference })}.`)
  for (const other of assignedTo(runner)) {
    if (referenceOf(other) === reference)
      throw new ToolchainProblem(`${say('toolchain-assigned-already', { runner: name, name: reference })}.`)
  }
  for (const entry of runner.environment) {
    const at = entry.indexOf('=')
    const key = entry.slice(0, at)
    const wanted = toolchain.variables[key]
    if (at > 0 && wanted !== undefined && entry.slice(at + 1) !== wanted)
      throw new ToolchainProblem(
        `${say('toolchain-variable-taken', { runner: name, key, value: entry.slice(at + 1), name: reference, wanted })}.`,
      )
  }
  for (const spec of runner.docker.volumes) {
    const parsed = parseVolume(spec)
    if (parsed === undefined || trimmed(parsed.destination) !== toolchain.mountPoint) continue
    if (spec !== volumeOf(toolchain))
      throw new ToolchainProblem(
        `${say('toolchain-mount-taken', { runner: name, spec, name: reference, mount: toolchain.mountPoint })}.`,
      )
  }
}

const trimmed = (folder: string) => (folder.length > 1 ? folder.replace(/\/$/, '') : folder)

function runnerAt(text: string, index: number): RunnerConfig {
  const { config } = parseConfig(text, {})
  const runner = config?.runners[index]
  if (runner === undefined)
    throw new ToolchainProblem(
      config === undefined ? `${say('toolchain-file-errors')}.` : `${say('toolchain-no-runner', { index })}.`,
    )
  return runner
}

const pathsOf = (index: number) => {
  const runnerPath = `runners[${index}]`
  return {
    runnerPath,
    environment: `${runnerPath}.environment`,
    volumes: `${runnerPath}.docker.volumes`,
    script: `${runnerPath}.pre_build_script`,
  }
}

const markOf = (text: string) => (text.startsWith(byteOrderMark) ? byteOrderMark : '')

function attempt(reference: string, edit: () => string): string {
  try {
    return edit()
  } catch (cause) {
    if (cause instanceof ToolchainProblem) throw cause
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new ToolchainProblem(say('toolchain-file-edit', { name: reference, why }), { cause })
  }
}

/**
 * The runner's configuration without one of its toolchains, for a single job; the file is left alone.
 * @param mount the entry of `volumes`, for one that was there before the toolchain and is not marked as its own.
 */
export function withoutToolchain(
  runner: RunnerConfig,
  reference: Required<Reference>,
  mount?: string,
): RunnerConfig {
  const block = readBlocks(runner.pre_build_script).find(
    (other) => referenceOf(other.reference) === referenceOf(reference),
  )
  if (block === undefined || runner.docker === undefined) return runner
  const lines = withoutBlock(runner.pre_build_script.split(/(?<=\n)/), block)
  const isOwn = (entry: string) => block.environment.includes(entry.slice(0, entry.indexOf('=')))
  return {
    ...runner,
    environment: runner.environment.filter((entry) => !isOwn(entry)),
    pre_build_script: lines.join(''),
    docker: {
      ...runner.docker,
      volumes: runner.docker.volumes.filter((spec) => spec !== block.volume && spec !== mount),
    },
  }
}

/** The runner's configuration with one more toolchain, for a single job; the file is left alone. */
export function withToolchain(runner: RunnerConfig, toolchain: Toolchain): RunnerConfig {
  refuseConflicts(runner, toolchain)
  const exports = exportsOf(toolchain)
  const volume = volumeOf(toolchain)
  const block: Block = {
    reference: toolchain,
    volume,
    environment: Object.keys(toolchain.variables),
    exports: exports.map(({ name }) => name),
    made: [],
  }
  const lines = blockLines(
    block,
    exports.map(({ line }) => line),
  )
  const docker = runner.docker!
  const variables = Object.entries(toolchain.variables).map(([name, value]) => `${name}=${value}`)
  return {
    ...runner,
    environment: [...variables, ...runner.environment],
    pre_build_script: `${lines.join('\n')}\n${runner.pre_build_script}`,
    docker: {
      ...docker,
      volumes: docker.volumes.includes(volume) ? docker.volumes : [...docker.volumes, volume],
    },
  }
}
