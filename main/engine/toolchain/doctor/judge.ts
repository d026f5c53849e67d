import path from 'node:path'

import { architectureOf, isSameCpu, machineName, muslLoader, runsOn } from '../elf/machines.ts'
import type { Elf } from '../elf/read-elf.ts'
import { closedTo, type User } from './access.ts'
import type { Program } from './candidates.ts'
import type { EngineCpu } from './engine-cpu.ts'
import type { ContainerView, Found } from './container-view.ts'
import type { ImageFiles } from './image-files.ts'
import { isRunning, type Verdict } from './verdict.ts'

/** Where programs are judged: one toolchain in one image. */
export interface Surroundings {
  readonly view: ContainerView
  readonly image: ImageFiles
  /** Of the image: `amd64`, `arm64`, … */
  readonly architecture: string
  /** Of the engine, which is what programs run on. */
  readonly cpu: EngineCpu
  /** `LD_LIBRARY_PATH` of a job. */
  readonly libraryPath: readonly string[]
  /** `PATH` of a job. */
  readonly path: readonly string[]
  /** The job's user, where it is not root. */
  readonly user: User | undefined
}

interface Loaded {
  readonly name: string
  readonly at: Found
  readonly elf: Elf
  /** Who asked for it first; the program for itself. */
  readonly parent: Loaded | undefined
}

const reserved = /^lib(?:c|pthread|rt|m|dl|util|xnet)\./

/**
 * What would happen if a job ran the program (docker-executor.md §18.9). `undefined` for what is no program.
 */
export async function judge(program: Program, around: Surroundings, depth = 0): Promise<Verdict | undefined> {
  const { view } = around
  const found = await view.find(program.path)
  if (found === undefined) return { kind: 'broken-link', target: program.link ?? program.path }
  if (found.kind !== 'file') return undefined
  const opened = found.hostPath === undefined ? undefined : tryOpen(view, found.hostPath)
  const elf = found.hostPath === undefined ? await view.elf(found) : opened?.elf
  const script = opened === undefined ? undefined : shebang(opened.head)
  if (elf === undefined && script === undefined) return undefined
  if (elf !== undefined && (elf.type === 'other' || isLibrary(elf, found.path))) return undefined
  if ((found.mode & 0o111) === 0) return { kind: 'not-executable' }
  const closed = around.user && (await closedTo(around.user, found, around))
  if (closed !== undefined) return closed
  return elf === undefined ? judgeScript(script!, around, depth) : judgeElf(elf, found, around)
}

function tryOpen(view: ContainerView, hostPath: string) {
  try {
    return view.open(hostPath)
  } catch {
    return undefined
  }
}

const isLibrary = (elf: Elf, file: string) =>
  elf.type === 'shared' && elf.interpreter === undefined && /\.so(?:\.|$)/.test(path.basename(file))

/** Program and first argument of a `#!` line. */
function shebang(head: Buffer): readonly [string, string] | undefined {
  const match = /^#![ \t]*(\S+)(?:[ \t]+([^\n]*\S))?/.exec(head.toString('latin1'))
  return match ? [match[1]!, match[2] ?? ''] : undefined
}

const mostInterpreters = 4

async function judgeScript(
  [interpreter, argument]: readonly [string, string],
  around: Surroundings,
  depth: number,
): Promise<Verdict> {
  const verdict = await judgeInterpreter(interpreter, around, depth)
  if (verdict.kind !== 'runs' || path.posix.basename(interpreter) !== 'env') return verdict
  const wanted = argument.split(/\s+/).find((word) => !word.startsWith('-') && !word.includes('='))
  if (wanted === undefined) return verdict
  for (const folder of wanted.includes('/') ? [''] : around.path) {
    const at = path.posix.join(folder, wanted)
    const found = await around.view.find(at)
    if (found?.kind === 'file' && (found.mode & 0o111) !== 0) return judgeInterpreter(at, around, depth)
  }
  return { kind: 'missing-interpreter', interpreter: wanted }
}

/** A script is as good as what reads it. */
async function judgeInterpreter(interpreter: string, around: Surroundings, depth: number): Promise<Verdict> {
  const found = await around.view.find(interpreter)
  if (found === undefined || depth > mostInterpreters) return { kind: 'missing-interpreter', interpreter }
  const why = await judge({ path: interpreter, isListed: false }, around, depth + 1)
  return why === undefined || isRunning(why)
    ? { kind: 'runs' }
    : { kind: 'broken-interpreter', interpreter, why }
}

async function judgeElf(elf: Elf, found: Found, around: Surroundings): Promise<Verdict> {
  const { architecture, cpu } = around
  const made = architectureOf(elf)
  const needs = made ?? machineName(elf.machine)
  const isNative = runsOn(cpu.architecture, elf)
  const foreign = { kind: 'wrong-cpu', needs, has: architecture, engine: cpu.architecture } as const
  if (!isNative && (made === undefined || !(await cpu.emulates(made)))) return foreign
  const verdict = await judgeLoading(elf, found, around)
  // Its loader and libraries are in images for its own CPU.
  if (verdict.kind.startsWith('no-') && !runsOn(architecture, elf)) return foreign
  // 64-bit ARM has the 32-bit instructions, or not; where it has them they are as quick.
  const isQuick = isNative || (cpu.architecture === 'arm64' && made === 'arm')
  return verdict.kind === 'runs' && !isQuick ? { kind: 'emulated', needs, engine: cpu.architecture } : verdict
}

async function judgeLoading(elf: Elf, found: Found, around: Surroundings): Promise<Verdict> {
  const { view, image } = around
  if (elf.interpreter === undefined) return { kind: 'runs' }
  const loader = await view.find(elf.interpreter)
  if (loader === undefined) return withoutLoader(elf, elf.interpreter, around)
  const isMusl =
    /\/ld-musl-/.test(loader.path) ||
    (await image.stat(elf.interpreter))?.target.includes('ld-musl-') === true
  const wantsGlibc = elf.versionNeeds.some(({ versions }) =>
    versions.some(({ name }) => name.startsWith('GLIBC_')),
  )
  if (isMusl && wantsGlibc) return { kind: 'stand-in-loader', interpreter: elf.interpreter }
  return judgeLibraries({ name: found.path, at: found, elf, parent: undefined }, loader, isMusl, around)
}

async function withoutLoader(
  elf: Elf,
  interpreter: string,
  { image, architecture }: Surroundings,
): Promise<Verdict> {
  if (elf.bits === 32 && architecture.endsWith('64')) return { kind: 'no-32-bit-loader', interpreter }
  const hasMusl = (await image.stat(muslLoader(architecture))) !== undefined
  return {
    kind:
      hasMusl && runsOn(architecture, elf) && !interpreter.includes('ld-musl') ? 'wrong-libc' : 'no-loader',
    interpreter,
  }
}

/** Loads as the loader does, breadth first, then holds every version that is needed against those that are there. */
async function judgeLibraries(
  program: Loaded,
  loader: Found,
  isMusl: boolean,
  around: Surroundings,
): Promise<Verdict> {
  const loaded: Loaded[] = [program]
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
