import { setImmediate } from 'node:timers/promises'

import type { Image } from '../../docker/port.ts'
import { searchFolders, type Toolchain } from '../toolchain.ts'
import { userOf } from './access.ts'
import type { EngineCpu } from './engine-cpu.ts'
import { findPrograms } from './candidates.ts'
import { viewOf } from './container-view.ts'
import type { ImageFiles } from './image-files.ts'
import { judge } from './judge.ts'
import type { Surroundings } from './surroundings.ts'
import { explain, isBlocking, isRunning, type Verdict } from './verdict.ts'

export interface Judged {
  readonly program: string
  readonly verdict: Verdict
  readonly isListed: boolean
}

/** Programs with one and the same trouble. */
export interface Finding {
  readonly kind: Verdict['kind']
  readonly count: number
  /** One of them. */
  readonly example: string
  /** In the container, the first of them. */
  readonly programs: readonly string[]
  /** What the verdict on the example says, as words. */
  readonly facts: Readonly<Record<string, string>>
  readonly cause: string
  readonly remedy: string
  readonly blocking: boolean
}

export interface ImageCheck {
  readonly programs: readonly Judged[]
  /** One per class of trouble; what keeps jobs from working first. */
  readonly findings: readonly Finding[]
  readonly runs: number
  /** Programs of the image itself that the toolchain's library path keeps from running. */
  readonly broken: readonly Judged[]
}

export interface CheckOptions {
  readonly imageName: string
  readonly cpu: EngineCpu
  /** `user` in the runner's configuration, which the image's has become; `''` where it leaves it to the image. */
  readonly runnerUser?: string
  /** Programs judged, of all. */
  readonly onProgress?: (done: number, total: number) => void
}

// Enough to see what is meant; a toolchain has thousands.
const mostNamed = 500

// What nearly every script needs.
const usualPrograms = [
  '/bin/sh',
  '/bin/bash',
  '/usr/bin/env',
  '/bin/ls',
  '/usr/bin/git',
  '/usr/bin/make',
  '/usr/bin/curl',
]

/**
 * Judges every program of a toolchain in an image without running anything.
 * @param imageName as the user names it, for sentences.
 */
export async function checkImage(
  toolchain: Toolchain,
  image: Image,
  files: ImageFiles,
  { imageName, cpu, runnerUser = '', onProgress }: CheckOptions,
): Promise<ImageCheck> {
  const folders = searchFolders(toolchain)
  const programs = await findPrograms({ ...toolchain, path: folders.path })
  const around = {
    view: viewOf(files, toolchain.folder, toolchain.mountPoint),
    image: files,
    architecture: image.architecture,
    cpu,
    libraryPath: folders.libraryPath,
    path: [...folders.path, ...imagePath(image)],
    user: await userOf(image, files, runnerUser),
  }
  const judged: Judged[] = []
  for (const [done, program] of programs.entries()) {
    if (done % 50 === 0) onProgress?.(done, programs.length)
    const verdict = await judge(program, around)
    if (verdict !== undefined) judged.push({ program: program.path, verdict, isListed: program.isListed })
    // Most answers come from memory; others in this process want a turn, too.
    if (judged.length % 50 === 49) await setImmediate()
  }
  const runs = judged.filter(({ verdict }) => isRunning(verdict)).length
  const broken = await brokenPrograms(around)
  return { programs: judged, findings: findingsOf(judged, imageName), runs, broken }
}

/** Held against the same programs without the library path, for what is broken anyway is not the toolchain's doing. */
async function brokenPrograms(around: Surroundings): Promise<readonly Judged[]> {
  if (around.libraryPath.length === 0) return []
  const found: Judged[] = []
  for (const program of usualPrograms) {
    if ((await around.view.find(program)) === undefined) continue
    const path = { path: program, isListed: false }
    const [verdict, without] = [await judge(path, around), await judge(path, { ...around, libraryPath: [] })]
    if (verdict !== undefined && without !== undefined && !isRunning(verdict) && isRunning(without))
      found.push({ program, verdict, isListed: false })
  }
  return found
}

const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

export const imagePath = ({ env }: Pick<Image, 'env'>): readonly string[] =>
  (env.find((entry) => entry.startsWith('PATH='))?.slice('PATH='.length) ?? usualPath)
    .split(':')
    .filter(Boolean)

function findingsOf(judged: readonly Judged[], image: string): readonly Finding[] {
  const classes = new Map<string, { speaker: Judged; programs: string[] }>()
  for (const one of judged) {
    if (one.verdict.kind === 'runs') continue
    const name = classOf(one.verdict)
    const known = classes.get(name)
    if (known === undefined) {
      classes.set(name, { speaker: one, programs: [one.program] })
      continue
    }
    known.programs.push(one.program)
    if (isWorse(one.verdict, known.speaker.verdict)) known.speaker = one
  }
  return [...classes.values()]
    .map(({ speaker: { verdict, program }, programs }) => ({
      kind: verdict.kind,
      count: programs.length,
      example: program,
      programs: programs.slice(0, mostNamed),
      facts: { image, ...factsOf(verdict, image) },
      ...explain(verdict, image),
      blocking: isBlocking(verdict),
    }))
    .sort((a, b) => Number(b.blocking) - Number(a.blocking) || b.count - a.count)
}

const factsOf = ({ kind: _, ...facts }: Verdict, image: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(facts).map(([name, value]: [string, string | Verdict]) => [
      name,
      typeof value === 'string' ? value : explain(value, image).cause,
    ]),
  )

/** Troubles that one remedy mends are one class. */
function classOf(verdict: Verdict): string {
  if (verdict.kind === 'missing-interpreter' || verdict.kind === 'broken-interpreter')
    return `${verdict.kind} ${verdict.interpreter}`
  if (verdict.kind === 'unreadable') return `${verdict.kind} ${verdict.at}`
  if (verdict.kind === 'wrong-cpu') return `${verdict.kind} ${verdict.needs}`
  return 'library' in verdict ? `${verdict.kind} ${verdict.library}` : verdict.kind
}

/** Of programs that want newer libraries, the one that wants the newest speaks for all. */
const isWorse = (a: Verdict, b: Verdict) =>
  a.kind === 'too-old' && b.kind === 'too-old' && a.needs.localeCompare(b.needs, 'en', { numeric: true }) > 0

const compilers = /(?:^|-)(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+|ld|as|rustc|go)$/

/** The few programs worth running as a proof: compilers, by their plain names. */
export const compilersAmong = (programs: readonly Judged[]): readonly Judged[] =>
  programs
    .filter(({ program, isListed }) => isListed && compilers.test(program.split('/').at(-1) ?? ''))
    .slice(0, 3)
