import path from 'node:path'

import { isSameCpu, muslLoader } from '../elf/machines.ts'
import type { Elf } from '../elf/read-elf.ts'
import { closedTo, mayRead } from './access.ts'
import type { Found } from './container-view.ts'
import type { Surroundings } from './surroundings.ts'
import type { Verdict } from './verdict.ts'

/** A program and the loader that is to load what it needs. */
export interface Loading {
  readonly elf: Elf
  readonly found: Found
  readonly loader: Found
  readonly isMusl: boolean
}

interface Loaded {
  readonly name: string
  readonly at: Found
  readonly elf: Elf
  /** Who asked for it first; the program for itself. */
  readonly parent: Loaded | undefined
}

const reserved = /^lib(?:c|pthread|rt|m|dl|util|xnet)\./

/** Loads as the loader does, breadth first, then holds every version that is needed against those that are there. */
export async function judgeLibraries(
  { elf: programElf, found, loader, isMusl }: Loading,
  around: Surroundings,
): Promise<Verdict> {
  const loaded: Loaded[] = [{ name: found.path, at: found, elf: programElf, parent: undefined }]
  const byName = new Map<string, Loaded>()
  // The loader is there before anything is loaded, under its own name.
  const loaderElf = await around.view.elf(loader)
  if (loaderElf?.soname !== undefined)
    byName.set(loaderElf.soname, { name: loader.path, at: loader, elf: loaderElf, parent: undefined })
  for (let index = 0; index < loaded.length; index++) {
    const asking = loaded[index]!
    for (const name of asking.elf.needed) {
      if (byName.has(name) || (isMusl && reserved.test(name))) continue
      const at = name.includes('/')
        ? await around.view.find(name)
        : await findLibrary(name, asking, loader, isMusl, around)
      const elf = at && (await around.view.elf(at))
      if (at === undefined || elf === undefined)
        return { kind: 'missing-library', library: name, neededBy: path.posix.basename(asking.name) }
      const same = loaded.find((other) => other.at.path === at.path)
      const library = same ?? { name, at, elf, parent: asking }
      byName.set(name, library)
      if (elf.soname !== undefined) byName.set(elf.soname, library)
      if (same === undefined) loaded.push(library)
    }
  }
  return isMusl ? { kind: 'runs' } : judgeVersions(loaded, byName)
}

function judgeVersions(loaded: readonly Loaded[], byName: ReadonlyMap<string, Loaded>): Verdict {
  let worst: Verdict = { kind: 'runs' }
  let worstVersion = ''
  for (const { elf, name } of loaded) {
    for (const { file, versions } of elf.versionNeeds) {
      const library = byName.get(file)
      // A library without versions gets a warning of the loader, no refusal.
      if (library === undefined || library.elf.versionsDefined.length === 0) continue
      const has = library.elf.versionsDefined
      const missing = versions
        .filter((version) => !version.weak && !has.includes(version.name))
        .map((version) => version.name)
      const highest = missing.sort(byVersion).at(-1)
      if (highest === undefined || (worst.kind === 'too-old' && byVersion(highest, worstVersion) <= 0))
        continue
      worstVersion = highest
      const family = /^[A-Z]+_/.exec(highest)?.[0] ?? ''
      const newest = has
        .filter((version) => version.startsWith(family) && /\d/.test(version))
        .sort(byVersion)
        .at(-1)
      worst = {
        kind: 'too-old',
        library: file,
        needs: highest,
        has: newest ?? '',
        neededBy: path.posix.basename(name),
      }
    }
  }
  return worst
}

const byVersion = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true })

async function findLibrary(
  name: string,
  asking: Loaded,
  loader: Found,
  isMusl: boolean,
  around: Surroundings,
): Promise<Found | undefined> {
  const fits = async (file: string): Promise<Found | undefined> => {
    const found = await around.view.find(file)
    if (found?.kind !== 'file') return undefined
    if (around.user && (await closedTo(around.user, found, mayRead, around)) !== undefined) return undefined
    const elf = await around.view.elf(found)
    // Like the loader, go on where the file is for another processor.
    return elf !== undefined && isSameCpu(elf, asking.elf) ? found : undefined
  }
  for (const folder of searched(asking, isMusl, around.libraryPath)) {
    const found = await fits(path.posix.join(folder, name))
    if (found !== undefined) return found
  }
  if (isMusl) return firstOf(await muslFolders(around), name, fits)
  const cached = (await around.image.cachedLibraries()).filter((library) => library.soname === name)
  for (const { path: file } of cached.sort((a, b) => Number(a.special) - Number(b.special))) {
    const found = await fits(file)
    if (found !== undefined) return found
  }
  return firstOf(await around.image.loaderFolders(loader.path), name, fits)
}

async function firstOf(
  folders: readonly string[],
  name: string,
  fits: (file: string) => Promise<Found | undefined>,
): Promise<Found | undefined> {
  for (const folder of folders) {
    const found = await fits(path.posix.join(folder, name))
    if (found !== undefined) return found
  }
  return undefined
}

/** In the loader's order: RPATH of the asking file and those that asked for it, the environment, RUNPATH. */
function searched(asking: Loaded, isMusl: boolean, libraryPath: readonly string[]): readonly string[] {
  const rpath: string[] = []
  const ownRunpath = expand(asking.elf.runpath, asking)
  if (asking.elf.runpath.length === 0) {
    for (let one: Loaded | undefined = asking; one !== undefined; one = one.parent)
      if (one.elf.runpath.length === 0) rpath.push(...expand(one.elf.rpath, one))
  }
  if (!isMusl) return [...rpath, ...libraryPath, ...ownRunpath]
  const all: string[] = []
  for (let one: Loaded | undefined = asking; one !== undefined; one = one.parent)
    all.push(...expand(one.elf.runpath.length > 0 ? one.elf.runpath : one.elf.rpath, one))
  return [...libraryPath, ...all]
}

function expand(folders: readonly string[], { at, elf }: Loaded): readonly string[] {
  const origin = path.posix.dirname(at.path)
  return folders.map((folder) =>
    folder
      .replaceAll(/\$(?:ORIGIN\b|\{ORIGIN\})/g, origin)
      .replaceAll(/\$(?:LIB\b|\{LIB\})/g, elf.bits === 64 ? 'lib64' : 'lib'),
  )
}

async function muslFolders({ image, architecture }: Surroundings): Promise<readonly string[]> {
  const file = muslLoader(architecture)
    .replace('/lib/', '/etc/')
    .replace(/\.so\.1$/, '.path')
  const text = await image.text(file)
  return text === undefined ? ['/lib', '/usr/local/lib', '/usr/lib'] : text.split(/[:\n]/).filter(Boolean)
}
