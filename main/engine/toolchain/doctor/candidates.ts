import { readdir, readlink, realpath } from 'node:fs/promises'
import path from 'node:path'
import type { Dirent } from 'node:fs'

import { isBelow } from './container-view.ts'

/** Something in a toolchain that a job may run. */
export interface Program {
  /** In the container. */
  readonly path: string
  /** Where a link says it leads. */
  readonly link?: string
  /** Found in a folder of programs; the others are run by these. */
  readonly isListed: boolean
}

interface Place {
  readonly folder: string
  readonly mountPoint: string
  /** Folders of programs as jobs see them. */
  readonly path: readonly string[]
}

const innerPrograms = /^(?:cc1|cc1plus|cc1obj|f951|gnat1|collect2|lto1|lto-wrapper|g\+\+-mapper-server)$/
const mostDepth = 6

/**
 * What runs on this machine's CPU: the programs on the search path, and those a compiler runs behind the scenes.
 * Everything else in a cross toolchain is for the target, and rightly of another CPU (docker-executor.md §18.9).
 */
export async function findPrograms({
  folder,
  mountPoint,
  path: folders,
}: Place): Promise<readonly Program[]> {
  const own = [...new Set(folders)].filter((at) => isBelow(at, mountPoint))
  const hostOf = (at: string) => path.join(folder, path.posix.relative(mountPoint, at))
  const found = new Map<string, Program>()
  const add = (program: Program) => {
    if (!found.has(program.path)) found.set(program.path, program)
  }
  for (const at of own) for (const program of await programsIn(hostOf(at), at, true)) add(program)
  const prefixes = new Set(own.map((at) => path.posix.dirname(at)))
  const root = await realpath(folder)
  for (const at of own) {
    // A folder of programs may be a link; what its programs run lies beside where they really are.
    const real = await realpath(hostOf(at)).catch(() => undefined)
    if (real !== undefined && isBelow(real, root))
      prefixes.add(path.posix.join(mountPoint, path.posix.relative(root, path.dirname(real))))
  }
  for (const prefix of prefixes) {
    for (const inner of ['libexec/gcc', 'lib/gcc', 'lib/gcc-cross'])
      for (const program of await innerOf(path.posix.join(prefix, inner), hostOf)) add(program)
    for (const entry of await entriesOf(hostOf(prefix))) {
      if (!entry.isDirectory() || !/^[a-z0-9_]+-[\w-]+$/.test(entry.name)) continue
      const at = path.posix.join(prefix, entry.name, 'bin')
      for (const program of await programsIn(hostOf(at), at, false)) add(program)
    }
  }
  return [...found.values()]
}

async function programsIn(host: string, at: string, isListed: boolean): Promise<readonly Program[]> {
  const entries = await entriesOf(host)
  return Promise.all(
    entries
      .filter((entry) => entry.isFile() || entry.isSymbolicLink())
      .map(async (entry) => ({
        path: path.posix.join(at, entry.name),
        isListed,
        ...(entry.isSymbolicLink() && { link: await readlink(path.join(host, entry.name)) }),
      })),
  )
}

async function innerOf(
  at: string,
  hostOf: (at: string) => string,
  depth = mostDepth,
): Promise<readonly Program[]> {
  if (depth === 0) return []
  const found: Program[] = []
  for (const entry of await entriesOf(hostOf(at))) {
    const inside = path.posix.join(at, entry.name)
    if (entry.isDirectory()) found.push(...(await innerOf(inside, hostOf, depth - 1)))
    else if (innerPrograms.test(entry.name)) {
      const link = entry.isSymbolicLink() ? await readlink(hostOf(inside)) : undefined
      found.push({ path: inside, isListed: false, ...(link !== undefined && { link }) })
    }
  }
  return found
}

/** Sorted by name; a folder that is not there has none. */
async function entriesOf(host: string): Promise<readonly Dirent[]> {
  const entries = await readdir(host, { withFileTypes: true }).catch(() => [])
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
}

const skipped = /^(?:sysroot|share|include|doc|man|src|proc|sys)$/

/** Folders named `bin` with programs in them, for a folder of which nothing else is known; relative, shallow first. */
export async function discoverBinFolders(folder: string): Promise<readonly string[]> {
  const found: string[] = []
  let level: readonly string[] = ['']
  for (let depth = 0; depth < 5 && level.length > 0 && level.length < 5000; depth++) {
    const next: string[] = []
    for (const at of level) {
      for (const entry of await entriesOf(path.join(folder, at))) {
        const inside = path.join(at, entry.name)
        if (entry.name === 'bin' && (entry.isDirectory() || entry.isSymbolicLink())) found.push(inside)
        else if (entry.isDirectory() && !skipped.test(entry.name)) next.push(inside)
      }
    }
    level = next
  }
  return found
}
