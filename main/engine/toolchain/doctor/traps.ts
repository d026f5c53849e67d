import path from 'node:path'

import { say } from '../../../contract/sentences/say.ts'
import { environmentTraps } from '../../config/environment-traps.ts'
import { adviceOn } from '../../docker/volume-advice.ts'
import { parseVolume, type VolumeEntry } from '../../docker/volume-spec.ts'
import type { ToolchainInput } from '../toolchain.ts'
import { quoted } from './quoted.ts'

/** A known way for a toolchain to go wrong, seen before it does. */
export interface Trap {
  readonly name: TrapName
  readonly cause: string
  readonly remedy: string
  /** One command that mends it, where there is one. */
  readonly command?: string
  /** What a program can do about it at once. */
  readonly mend?: Mend
  /** What somebody still has to do on the machine itself. */
  readonly byHand?: string
}

export type TrapName =
  | 'variable-in-environment'
  | 'path-in-environment'
  | 'stray-colon'
  | 'closed-parent'
  | 'system-folder'
  | 'option-order'
  | 'linked-folder'
  | 'selinux-label'
  | 'not-seen-by-engine'
  | 'library-path-breaks-image'

/** A remedy as plain data: an edit of the runner's section, or of the toolchain's description. */
export type Mend =
  /** Another entry of `volumes` in the place of one. */
  | { readonly kind: 'volume'; readonly from: string; readonly to: string }
  /** Another destination; what environment and script say of the old one follows. */
  | { readonly kind: 'mount'; readonly volume: string; readonly from: string; readonly to: string }
  /** An entry of `environment` becomes a line of the script; without a line it only goes. */
  | { readonly kind: 'variable'; readonly entry: string; readonly line?: string }
  /** Another line of `pre_build_script` in the place of one. */
  | { readonly kind: 'line'; readonly from: string; readonly to: string }
  | { readonly kind: 'toolchain'; readonly change: ToolchainChange }

export type ToolchainChange = Partial<
  Pick<ToolchainInput, 'version' | 'folder' | 'volume' | 'mountPoint' | 'libraryPath' | 'variables'>
>

/** What of a runner traps are looked for in; a file with errors has it, too. */
export interface SuspectRunner {
  readonly name: string
  readonly environment: readonly string[]
  readonly pre_build_script: string
  readonly docker?: { readonly user: string; readonly volumes: readonly string[] } | undefined
}

/** What the runner's configuration says that a toolchain cannot work with, whoever wrote it. */
export function configTraps(runner: SuspectRunner): readonly Trap[] {
  const found = [...environment(runner), ...script(runner), ...volumes(runner)]
  const command = `drydock toolchain fix${runner.name === '' ? '' : ` --runner ${quoted(runner.name)}`}`
  return found.map((trap) => (trap.mend && trap.command === undefined ? { ...trap, command } : trap))
}

function environment(runner: SuspectRunner): Trap[] {
  return environmentTraps('', runner.environment).flatMap(({ path: at, message, remedy = '' }) => {
    const entry = runner.environment[Number(/\[(\d+)\]/.exec(at)?.[1])] ?? ''
    if (!entry.includes('=')) return []
    const name = entry.startsWith('PATH=') ? 'path-in-environment' : 'variable-in-environment'
    const mend = intoScript(entry)
    return [
      {
        name,
        cause: `${say('trap-entry', { entry, why: message })}.`,
        remedy,
        ...(mend && { mend }),
      } as const,
    ]
  })
}

/** In the script a shell reads the value, and finds what the image has set. */
function intoScript(entry: string): Mend | undefined {
  const at = entry.indexOf('=')
  const [name, value] = [entry.slice(0, at), entry.slice(at + 1)]
  const isItself = value === `$${name}` || value === `\${${name}}`
  if (isItself) return { kind: 'variable', entry }
  // Kinds of TOML strings disagree about backslashes, so the line does without.
  if (value.includes('\\')) return undefined
  const inQuotes = value.replaceAll(/["`]+|(?:\$\$)+/g, (text) => `"'${text.replaceAll('$$', '$')}'"`)
  return { kind: 'variable', entry, line: `export ${name}="${inQuotes}"` }
}

function script({ pre_build_script }: SuspectRunner): Trap[] {
  const stray = /^[ \t]*(export\s+([A-Z_]*PATH)=(\S*)(?<!\+):(?:\$\2|\$\{\2\}))[ \t]*$/gm
  return [...pre_build_script.matchAll(stray)]
    .filter(([, , name]) => name !== 'PATH')
    .map(([, line = '', name = '', before = '']) => {
      const to = `export ${name}=${before}\${${name}:+:$${name}}`
      return {
        name: 'stray-colon',
        cause: `"${line}" ends in ":" where ${name} is not set, which makes programs look into the working directory.`,
        remedy: say('trap-line-instead', { to }),
        mend: { kind: 'line', from: line, to },
      }
    })
}

const hidden = /^\/(?:usr|bin|sbin|lib|lib32|lib64|etc|usr\/(?:bin|sbin|lib|lib64|local|local\/bin))\/?$/

function volumes({ docker }: SuspectRunner): Trap[] {
  return (docker?.volumes ?? []).flatMap((spec): Trap[] => {
    const parsed = parseVolume(spec)
    if (parsed === undefined) return [refused(spec)]
    if (parsed.kind !== 'host') return []
    return [
      ...(hidden.test(parsed.destination) ? [overSystem(spec, parsed)] : []),
      ...(parsed.label === 'Z' ? [privateLabel(spec, parsed)] : []),
      ...closedToUser(spec, parsed, docker?.user ?? ''),
    ]
  })
}

type HostEntry = Extract<VolumeEntry, { kind: 'host' | 'named' }>

function refused(spec: string): Trap {
  const to = inOrder(spec)
  return {
    name: 'option-order',
    cause: `${say('trap-volume-refused', { spec, why: adviceOn(spec) })}.`,
    remedy: `${to === undefined ? say('trap-correct-volume') : say('trap-volume-instead', { to })}.`,
    ...(to !== undefined && { mend: { kind: 'volume', from: spec, to } }),
  }
}

/** Docker takes options in any order and some that the runner's grammar lacks (docker-executor.md §9.1). */
function inOrder(spec: string): string | undefined {
  const match = /^([^:]+:\/[^:]*):(.+)$/.exec(spec)
  if (match === null) return undefined
  const [, place = '', written = ''] = match
  const options = written.split(/[:,]/)
  const pick = (like: RegExp) => options.find((option) => like.test(option))
  const ordered = [pick(/^(?:ro|rw|O)$/i), pick(/^z$/i), pick(/^r?(?:shared|slave|private)$/i)]
  const kept = ordered.filter((option) => option !== undefined)
  const to = kept.length === 0 ? place : `${place}:${kept.join(',')}`
  return parseVolume(to) === undefined ? undefined : to
}

const optionsOf = ({ mode, label, propagation }: HostEntry, withLabel = true): string => {
  const words = [mode === 'o' ? 'O' : mode, withLabel ? label : '', propagation].filter(Boolean)
  return words.length === 0 ? '' : `:${words.join(',')}`
}

function overSystem(spec: string, parsed: HostEntry): Trap {
  const to = `${parsed.source}:/opt/${path.posix.basename(parsed.source)}${optionsOf(parsed)}`
  return {
    name: 'system-folder',
    cause: `The volume "${spec}" hides what every image keeps in ${parsed.destination}, git of the helper image among it.`,
    remedy: `Mount it below /opt instead: "${to}".`,
    mend: { kind: 'volume', from: spec, to },
  }
}

function privateLabel(spec: string, parsed: HostEntry): Trap {
  const to = `${parsed.source}:${parsed.destination}${optionsOf(parsed, false)}`
  const command = `chcon -R -t container_file_t ${quoted(parsed.source)}`
  const byHand = say('trap-label-on-host', { command })
  return {
    name: 'selinux-label',
    cause: `${say('trap-private-label', { spec })}.`,
    remedy: `${say('trap-mount-plainly', { to })}. ${byHand}`,
    mend: { kind: 'volume', from: spec, to },
    byHand,
  }
}

/** Images keep /root closed to everybody but root (docker-executor.md §18.2). */
function closedToUser(spec: string, { destination }: HostEntry, user: string): Trap[] {
  const isRoot = /^(?:root|0)?(?::.*)?$/.test(user)
  if (isRoot || !/^\/root\/./.test(destination)) return []
  const from = destination.replace(/\/$/, '')
  const to = `/opt/${path.posix.basename(from)}`
  return [
    {
      name: 'closed-parent',
      cause: `The volume "${spec}" lies in /root, which images close to everybody but root, and jobs run as ${user} ("user" in [runners.docker]).`,
      remedy: `Mount it at ${to} instead.`,
      mend: { kind: 'mount', volume: spec, from, to },
    },
  ]
}
