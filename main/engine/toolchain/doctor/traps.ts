import { realpath, readdir, lstat } from 'node:fs/promises'
import path from 'node:path'

import type { RunnerConfig } from '../../config/schema.ts'
import { environmentTraps } from '../../config/environment-traps.ts'
import { adviceOn } from '../../docker/volume-advice.ts'
import { parseVolume } from '../../docker/volume-spec.ts'
import { referenceOf, searchFolders, type Toolchain } from '../toolchain.ts'

/** A known way for a toolchain to go wrong, seen before it does. */
export interface Trap {
  readonly name: TrapName
  readonly cause: string
  readonly remedy: string
  /** One command that mends it, where there is one. */
  readonly command?: string
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
  | 'writable'

/** What the runner's configuration says that a toolchain cannot work with, whoever wrote it. */
export function configTraps(runner: RunnerConfig): readonly Trap[] {
  return [...environment(runner), ...script(runner), ...volumes(runner)]
}

function environment(runner: RunnerConfig): Trap[] {
  return environmentTraps('', runner.environment).map(({ path: at, message, remedy = '' }) => {
    const entry = runner.environment[Number(/\[(\d+)\]/.exec(at)?.[1])] ?? ''
    const name = entry.startsWith('PATH=') ? 'path-in-environment' : 'variable-in-environment'
    return { name, cause: `environment "${entry}": ${message}.`, remedy }
  })
}

function script({ pre_build_script }: RunnerConfig): Trap[] {
  const stray = /^\s*(export\s+([A-Z_]*PATH)=\S*(?<!\+):(?:\$\2|\$\{\2\}))\s*$/gm
  return [...pre_build_script.matchAll(stray)]
    .filter(([, , name]) => name !== 'PATH')
    .map(([, line = '', name = '']) => ({
      name: 'stray-colon',
      cause: `"${line}" ends in ":" where ${name} is not set, which makes programs look into the working directory.`,
      remedy: `Write ${line.replace(/:\$\{?\w+\}?$/, '')}\${${name}:+:$${name}}`,
    }))
}

function volumes({ docker }: RunnerConfig): Trap[] {
  return (docker?.volumes ?? []).flatMap((spec): Trap[] => {
    const parsed = parseVolume(spec)
    if (parsed === undefined)
      return [
        { name: 'option-order', cause: `The volume "${spec}" is refused.`, remedy: `${adviceOn(spec)}.` },
      ]
    if (parsed.kind !== 'host') return []
    const found: Trap[] = []
    if (/^\/(?:usr|bin|lib|lib64|etc|usr\/(?:bin|lib|local))\/?$/.test(parsed.destination))
      found.push({
        name: 'system-folder',
        cause: `The volume "${spec}" hides what every image keeps in ${parsed.destination}, git of the helper image among it.`,
        remedy: `Mount it below /opt instead: "${parsed.source}:/opt/${path.posix.basename(parsed.source)}:ro".`,
      })
    if (parsed.label === 'Z')
      found.push({
        name: 'selinux-label',
        cause: `"Z" in the volume "${spec}" relabels the folder for one container; the helper and the build take it from each other.`,
        remedy: `Label it once on the host and mount it plainly: "${parsed.source}:${parsed.destination}:ro".`,
        command: `chcon -R -t container_file_t ${quoted(parsed.source)}`,
      })
    return found
  })
}

/** What is wrong with the toolchain's own folder. */
export async function folderTraps(
  toolchain: Toolchain,
  { isEnforcing }: { readonly isEnforcing: boolean },
): Promise<readonly Trap[]> {
  const { folder, mountPoint } = toolchain
  const found: Trap[] = []
  const real = await realpath(folder)
  if (real !== folder)
    found.push({
      name: 'linked-folder',
      cause: `${folder} is a link to ${real}: when it is pointed elsewhere, the next stage of a running job sees another toolchain.`,
      remedy: `Name the real folder.`,
      command: `drydock toolchain add ${referenceOf(toolchain)} --folder ${quoted(real)} --mount ${quoted(mountPoint)} --replace`,
    })
  if (isEnforcing)
    found.push({
      name: 'selinux-label',
      cause: `SELinux is enforcing on this machine, and containers may read only what is labelled for them.`,
      remedy: `Label the folder once.`,
      command: `chcon -R -t container_file_t ${quoted(real)}`,
    })
  return [...found, ...(await libraryTraps(toolchain))]
}

const ownLibc = /^(?:libc\.so\.6|libpthread\.so\.0|ld-linux.*\.so\.\d)$/

/** A second C library on `LD_LIBRARY_PATH` reaches the image's own programs (docker-executor.md §18.1). */
async function libraryTraps(toolchain: Toolchain): Promise<Trap[]> {
  for (const at of searchFolders(toolchain).libraryPath) {
    const host = path.join(toolchain.folder, path.posix.relative(toolchain.mountPoint, at))
    const names = await readdir(host).catch(() => [])
    const libc = names.find((name) => ownLibc.test(name))
    if (libc === undefined) continue
    const stat = await lstat(path.join(host, libc)).catch(() => undefined)
    if (stat === undefined) continue
    return [
      {
        name: 'library-path-breaks-image',
        cause: `${at} holds a C library (${libc}); on LD_LIBRARY_PATH it is loaded by the image's programs too, and sh, git or make crash.`,
        remedy: `Leave ${at} out of the library path, and let the toolchain's programs find their libraries by RUNPATH or a wrapper.`,
        command: `drydock toolchain add ${referenceOf(toolchain)} --library-path "" --replace`,
      },
    ]
  }
  return []
}

const quoted = (text: string) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)
