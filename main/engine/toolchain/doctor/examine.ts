import { createHash } from 'node:crypto'
import { lstat, mkdir, readFile } from 'node:fs/promises'
import path from 'node:path'

import { say } from '../../../contract/sentences/say.ts'
import { replaceFile } from '../../config/replace-file.ts'
import type { DockerEngine, Image } from '../../docker/port.ts'
import { referenceOf, searchFolders, ToolchainProblem, type Toolchain } from '../toolchain.ts'
import { findPrograms } from './candidates.ts'
import { checkImage, compilersAmong, type Finding, type ImageCheck, type Judged } from './check-image.ts'
import { noFacts, openImage, type ImageFacts } from './image-files.ts'
import { isSeenByEngine, prove, type Proof } from './prove.ts'
import { engineCpu } from './engine-cpu.ts'
import { fixCommand, folderTraps } from './folder-traps.ts'
import type { Trap } from './traps.ts'
import { explain } from './verdict.ts'

/** All that the doctor has to say of one toolchain in one image. */
export interface Report {
  readonly toolchain: string
  readonly image: string
  readonly imageId: string
  readonly architecture: string
  readonly programs: number
  readonly runs: number
  readonly findings: readonly Finding[]
  readonly traps: readonly Trap[]
  /** What really happened when compilers were run. */
  readonly proofs: readonly Proof[]
  /** Images on this engine in which more of it runs, best first. */
  readonly fittingImages: readonly { readonly image: string; readonly runs: number }[]
}

export interface Examination {
  readonly engine: DockerEngine
  readonly toolchain: Toolchain
  /** As the user names it. */
  readonly image: string
  /** Whom the runner has its jobs run as; `''` for the image's own. */
  readonly user: string
  /** Where facts about images and earlier reports are kept. */
  readonly memory: string
  readonly labels: Readonly<Record<string, string>>
  readonly isEnforcing: boolean
  /** Called as each step begins, and now and then while it goes on. */
  readonly onStep?: (step: Step, done?: number, total?: number) => void
}

/** Judging programs, looking for the mount in a container, running compilers, trying other images. */
export type Step = 'image' | 'programs' | 'mount' | 'proof' | 'others'

const mostOthers = 12
const mostNamed = 5

/**
 * Examines a toolchain in an image: every program without running it, then the compilers for real. What was examined
 * before and has not changed is answered from memory.
 * @throws ToolchainProblem where the folder or the image is not there.
 */
export async function examineToolchain(examination: Examination): Promise<Report> {
  const { engine, toolchain, image: name, user, memory, labels, onStep } = examination
  onStep?.('image')
  const image = await imageOf(examination, name)
  if (image === undefined)
    throw new ToolchainProblem(say('toolchain-no-image', { image: name, command: `docker pull ${name}` }))
  const remembered = reportFile(memory, await stateOf(toolchain), { id: image.id, name, user })
  const before = await load<Report>(remembered)
  if (before !== undefined && isLasting(before)) return before

  const check = await checkIn(examination, image, name, onStep)
  onStep?.('mount')
  const traps: Trap[] = [...(await folderTraps(toolchain, examination))]
  traps.push(...closedParents(toolchain, check, name))
  const [broken] = check.broken
  const isTold = traps.some((trap) => trap.name === 'library-path-breaks-image')
  if (broken !== undefined && !isTold) traps.push(breaksImage(toolchain, broken, name))
  const compilers = compilersAmong(check.programs).map(({ program }) => program)
  const [witness] = check.programs
  const seen = witness && (await isSeenByEngine(engine, image, toolchain, witness.program, labels))
  if (seen !== undefined && seen !== 'seen') traps.push(unseen(toolchain, engine, seen))
  onStep?.('proof')
  const proofs = seen === 'seen' ? await prove(engine, image, toolchain, compilers, labels) : []
  if (check.runs < check.programs.length) onStep?.('others')
  const report: Report = {
    toolchain: referenceOf(toolchain),
    image: name,
    imageId: image.id,
    architecture: image.architecture,
    programs: check.programs.length,
    runs: check.runs,
    findings: check.findings,
    traps,
    proofs,
    fittingImages: check.runs < check.programs.length ? await otherImages(examination, image, check) : [],
  }
  await keep(remembered, report)
  return report
}

/** As the runner's jobs find it. */
async function imageOf({ engine, user }: Examination, name: string): Promise<Image | undefined> {
  const image = await engine.inspectImage(name)
  return image && { ...image, user: user || image.user }
}

/** What somebody mends on the engine's machine leaves no trace in what reports are kept by. */
const isLasting = ({ traps, findings }: Report): boolean =>
  traps.every((trap) => trap.name !== 'not-seen-by-engine') &&
  findings.every(({ kind }) => kind !== 'wrong-cpu' && kind !== 'broken-interpreter')

async function checkIn(
  { engine, toolchain, memory, labels }: Examination,
  image: Image,
  imageName: string,
  onStep?: Examination['onStep'],
): Promise<ImageCheck> {
  const file = path.join(memory, 'images', `${image.id.replace(/^sha256:/, '')}.json`)
  const known = (await load<ImageFacts>(file)) ?? noFacts
  await using files = openImage(engine, image, labels, known)
  const check = await checkImage(toolchain, image, files, {
    imageName,
    cpu: engineCpu(engine, image.id, labels),
    ...(onStep && { onProgress: (done, total) => onStep('programs', done, total) }),
  })
  await keep(file, files.facts())
  return check
}

async function otherImages(examination: Examination, chosen: Image, { runs }: ImageCheck) {
  const { engine } = examination
  const all = (await engine.listImages()).filter(({ id }) => id !== chosen.id)
  const found: { image: string; runs: number }[] = []
  for (const { names } of all.slice(0, mostOthers)) {
    const [name = ''] = names
    const image = await imageOf(examination, name)
    if (image === undefined) continue
    const check = await checkIn(examination, image, name)
    if (check.runs > runs) found.push({ image: name, runs: check.runs })
  }
  const [best, ...others] = found.sort((a, b) => b.runs - a.runs)
  return best === undefined
    ? []
    : [best, ...others.filter((one) => one.runs * 2 >= best.runs)].slice(0, mostNamed)
}

function breaksImage(toolchain: Toolchain, { program, verdict }: Judged, image: string): Trap {
  return {
    name: 'library-path-breaks-image',
    cause: `With the toolchain's folders on LD_LIBRARY_PATH, ${program} of ${image} no longer runs: it ${explain(verdict, image).cause}.`,
    remedy: `Leave LD_LIBRARY_PATH alone, and let the toolchain's programs find their libraries by RUNPATH or a wrapper.`,
    command: fixCommand(toolchain, image),
    mend: { kind: 'toolchain', change: { libraryPath: [] } },
  }
}

/** A folder of the image on the way to the mount that its user cannot pass (docker-executor.md §18.2). */
function closedParents(toolchain: Toolchain, { programs }: ImageCheck, image: string): Trap[] {
  const { name, mountPoint } = toolchain
  for (const { verdict } of programs) {
    if (verdict.kind !== 'unreadable' || !mountPoint.startsWith(`${verdict.at}/`)) continue
    const to = `/opt/${name}`
    return [
      {
        name: 'closed-parent',
        cause: `${mountPoint} lies in ${verdict.at}, which is closed to ${verdict.user}, the user of ${image}.`,
        remedy: `Mount it at ${to} instead.`,
        command: fixCommand(toolchain, image),
        mend: { kind: 'toolchain', change: { mountPoint: to } },
      },
    ]
  }
  return []
}

function unseen(toolchain: Toolchain, { about }: DockerEngine, how: 'missing' | 'different'): Trap {
  const { folder, volume, name } = toolchain
  if (volume !== undefined)
    return {
      name: 'not-seen-by-engine',
      cause: `${say('trap-volume-unseen', { url: about.endpoint, volume, name: referenceOf(toolchain) })}.`,
      remedy: `${say('trap-bring-again')}.`,
      command: `drydock toolchain import ${referenceOf(toolchain)} --volume ${volume}`,
    }
  const code = how === 'missing' ? 'trap-folder-unseen' : 'trap-folder-other'
  const remedy = about.operatingSystem.includes('Docker Desktop')
    ? say('trap-share-desktop')
    : say('trap-put-there')
  return {
    name: 'not-seen-by-engine',
    cause: `${say(code, { url: about.endpoint, folder })}.`,
    remedy: `${remedy}.`,
    command: `drydock toolchain import ${referenceOf(toolchain)} --volume ${name}`,
  }
}

/** What a report is about besides the toolchain. */
export interface ReportPlace extends Pick<Examination, 'user'> {
  /** Of the image. */
  readonly id: string
  readonly name: string
}

/** What was found out before and still holds. @param state of the toolchain, as `stateOf` names it. */
export const rememberedReport = (
  memory: string,
  state: string,
  place: ReportPlace,
): Promise<Report | undefined> => load<Report>(reportFile(memory, state, place))

// Counted up when reports get another shape.
const shape = 4

function reportFile(memory: string, state: string, { id, name, user }: ReportPlace): string {
  const hash = createHash('sha256').update(JSON.stringify([shape, id, name, user, state]))
  return path.join(memory, 'reports', `${hash.digest('hex')}.json`)
}

/**
 * Names all of a toolchain that a report depends on: the description, and the programs' sizes and times.
 * @throws ToolchainProblem where its folder is not there.
 */
export async function stateOf(toolchain: Toolchain): Promise<string> {
  const { folder, mountPoint } = toolchain
  await lstat(folder).catch((cause: unknown) => {
    throw new ToolchainProblem(say('toolchain-folder-gone', { name: referenceOf(toolchain), folder }), {
      cause,
    })
  })
  const hash = createHash('sha256').update(JSON.stringify(toolchain))
  const places = searchFolders(toolchain)
  for (const { path: program, link = '' } of await findPrograms({ folder, mountPoint, path: places.path })) {
    const stat = await lstat(path.join(folder, path.posix.relative(mountPoint, program)))
    hash.update(`${program}\0${link}\0${stat.size}\0${stat.mtimeMs}\0${stat.ctimeMs}\0${stat.mode}\n`)
  }
  for (const place of [...places.libraryPath, ...places.path]) {
    const stat = await lstat(path.join(folder, path.posix.relative(mountPoint, place))).catch(() => undefined)
    hash.update(`${place}\0${stat?.mtimeMs}\n`)
  }
  return hash.digest('hex')
}

async function load<T>(file: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T
  } catch {
    // What cannot be remembered is found out again.
    return undefined
  }
}

async function keep(file: string, value: unknown): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
  await replaceFile(file, JSON.stringify(value))
}
