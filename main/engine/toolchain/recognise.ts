import path from 'node:path'

import { say } from '../../contract/sentences/say.ts'
import type { Config, RunnerConfig } from '../config/schema.ts'
import { editLines, formOfScript } from '../config/script-lines.ts'
import { parseVolume } from '../docker/volume-spec.ts'
import { blockLines } from './script-block.ts'
import { assignedTo } from './assign.ts'
import {
  referenceOf,
  toolchainSchema,
  ToolchainProblem,
  type Toolchain,
  type ToolchainInput,
} from './toolchain.ts'

/** A toolchain that somebody has written into config.toml by hand. */
export interface Recognised {
  /** Index of the runner. */
  readonly runner: number
  readonly runnerName: string
  readonly toolchain: Toolchain
  /** The entry of `volumes`, as it stands there. */
  readonly volume: string
  /** Names of the entries of `environment` that speak of the mount. */
  readonly environment: readonly string[]
  /** Names the script exports for it. */
  readonly exports: readonly string[]
}

/**
 * Finds host folders that are mounted and that `environment` or `pre_build_script` speak of: the way teams write a
 * toolchain by hand. What the variables come to is worked out as a shell would.
 */
export const recogniseToolchains = (config: Config): readonly Recognised[] =>
  config.runners.flatMap((runner, index) => recogniseIn(runner, index))

function recogniseIn(runner: RunnerConfig, index: number): readonly Recognised[] {
  const given = environmentOf(runner)
  const exported = readExports(runner.pre_build_script, given)
  const known = new Set(assignedTo(runner).map(({ name }) => name))
  return (runner.docker?.volumes ?? []).flatMap((volume) => {
    const parsed = parseVolume(volume)
    if (parsed?.kind !== 'host' || parsed.label !== '' || parsed.mode !== 'ro') return []
    const mountPoint = parsed.destination.replace(/(.)\/$/, '$1')
    const isBelow = (value: string) => value === mountPoint || value.startsWith(`${mountPoint}/`)
    const speaksOf = (value: string) => value.split(':').some(isBelow)
    const environment = [...given].filter(([, value]) => speaksOf(value)).map(([name]) => name)
    const searched = (name: string) =>
      (exported.get(name) ?? given.get(name) ?? '')
        .split(':')
        .filter(isBelow)
        .map((folder) => relative(mountPoint, folder))
    const exports = [...exported].filter(([, value]) => speaksOf(value)).map(([name]) => name)
    if (environment.length === 0 && exports.length === 0) return []
    const names = [...new Set([...environment, ...exports])].filter((name) => !searchPaths.has(name))
    const input: ToolchainInput = {
      ...nameOf(parsed.source),
      folder: parsed.source,
      mountPoint,
      variables: Object.fromEntries(names.map((name) => [name, exported.get(name) ?? given.get(name) ?? ''])),
      path: searched('PATH'),
      libraryPath: searched('LD_LIBRARY_PATH'),
    }
    const toolchain = toolchainSchema.safeParse(input)
    if (!toolchain.success || known.has(toolchain.data.name)) return []
    return [
      { runner: index, runnerName: runner.name, toolchain: toolchain.data, volume, environment, exports },
    ]
  })
}

const searchPaths = new Set(['PATH', 'LD_LIBRARY_PATH'])
const relative = (mountPoint: string, folder: string) => path.posix.relative(mountPoint, folder) || '.'

/** `/srv/atlas500-20.2` is atlas500, version 20.2. */
function nameOf(folder: string): { readonly name: string; readonly version: string } {
  const base =
    path.posix
      .basename(folder)
      .replaceAll(/[^\w.+-]/g, '-')
      .replace(/^[^A-Za-z0-9]+/, '') || 'toolchain'
  const match = /^(.*?[A-Za-z0-9])[-_]v?(\d[\w.+-]*)$/.exec(base)
  return match ? { name: match[1]!, version: match[2]! } : { name: base, version: '1' }
}

function environmentOf({ environment }: RunnerConfig): Map<string, string> {
  const entries = environment.flatMap((entry) => {
    const at = entry.indexOf('=')
    return at > 0 ? [[entry.slice(0, at), entry.slice(at + 1)] as const] : []
  })
  return new Map(entries)
}

const exportLine = /^\s*export\s+([A-Za-z_]\w*)=(.*?)\s*$/
const use = /\$(?:\{([A-Za-z_]\w*)(?::?[+-][^}]*)?\}|([A-Za-z_]\w*))/g

/** Values of plain `export NAME=VALUE` lines; what the script does not set itself is empty, as `$PATH` is here. */
function readExports(script: string, given: ReadonlyMap<string, string>): Map<string, string> {
  const found = new Map<string, string>()
  for (const line of script.split(/\r?\n/)) {
    const match = exportLine.exec(line)
    if (match === null) continue
    const [, name = '', written = ''] = match
    const value = written
      .replace(/^"(.*)"$/, '$1')
      .replaceAll(use, (whole, braced: string | undefined, bare: string | undefined) => {
        const used = braced ?? bare ?? ''
        // `${PATH:+:$PATH}` and its like add what was there before, which is not the toolchain's.
        if (/:?[+-]/.test(whole)) return ''
        return found.get(used) ?? given.get(used) ?? ''
      })
    found.set(name, value)
  }
  return found
}

/**
 * Marks the hand-made lines as the toolchain's, so that it can be seen, switched and taken out like any other. Only
 * comments are added; every line and comment stays where it is.
 * @throws ToolchainProblem where the script has no lines to mark.
 */
export function adoptToolchain(
  text: string,
  { runner, toolchain, volume, environment, exports }: Recognised,
): string {
  const script = `runners[${runner}].pre_build_script`
  const block = {
    reference: toolchain,
    volume,
    environment,
    exports,
    made: [],
  }
  const lines = blockLines(block, [])
  if (formOfScript(text, script) !== 'many lines' || exports.length === 0)
    throw new ToolchainProblem(`${say('toolchain-no-marks', { name: referenceOf(toolchain), volume })}.`)
  const isOwn = (line: string) => exports.includes(exportLine.exec(line.trimEnd())?.[1] ?? '')
  return editLines(text, script, (all) => {
    const first = all.findIndex(isOwn)
    const last = all.findLastIndex(isOwn)
    const indent = /^\s*/.exec(all[first] ?? '')?.[0] ?? ''
    const newline = /\r?\n$/.exec(all[first] ?? '')?.[0] ?? '\n'
    const marked = lines.map((line) => indent + line + newline)
    return [
      ...all.slice(0, first),
      ...marked.slice(0, -1),
      ...all.slice(first, last + 1),
      ...marked.slice(-1),
      ...all.slice(last + 1),
    ]
  })
}
