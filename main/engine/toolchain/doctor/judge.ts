import path from 'node:path'

import { architectureOf, machineName, muslLoader, runsOn } from '../elf/machines.ts'
import type { Elf } from '../elf/read-elf.ts'
import { closedTo, mayEnter, mayRead } from './access.ts'
import type { Program } from './candidates.ts'
import type { ContainerView, Found } from './container-view.ts'
import { judgeLibraries } from './judge-libraries.ts'
import type { Surroundings } from './surroundings.ts'
import { isRunning, type Verdict } from './verdict.ts'

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
  // The kernel reads a program itself; a script is read by its interpreter, as the user.
  const wanted = elf === undefined ? mayEnter | mayRead : mayEnter
  const closed = around.user && (await closedTo(around.user, found, wanted, around))
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
  return judgeLibraries({ elf, found, loader, isMusl }, around)
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
