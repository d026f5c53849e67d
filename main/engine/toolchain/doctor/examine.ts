import { createHash } from 'node:crypto'
import { lstat } from 'node:fs/promises'
import path from 'node:path'

import { say } from '../../../contract/sentences/say.ts'
import type { DockerEngine, Image } from '../../docker/port.ts'
import { referenceOf, searchFolders, ToolchainProblem, type Toolchain } from '../toolchain.ts'
import { findPrograms } from './candidates.ts'
import { checkImage, compilersAmong, type Finding, type ImageCheck, type Judged } from './check-image.ts'
import { fittingImages, type FittingImage } from './fitting-images.ts'
import { noFacts, openImage, type ImageFacts } from './image-files.ts'
import { fileAbout, recall, remember } from './memory.ts'
import { isSeenByEngine, prove, type Proof } from './prove.ts'
import { engineCpu } from './engine-cpu.ts'
import { fixCommand, folderTraps } from './folder-traps.ts'
import type { Trap } from './traps.ts'
import { explain } from './verdict.ts'

/** What examining one toolchain in one image has shown. */
export interface Examined {
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
}

/** All that the doctor has to say. */
export interface Report extends Examined {
  /** Images on this engine in which more of it runs, best first. */
  readonly fittingImages: readonly FittingImage[]
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

/**
 * Examines a toolchain in an image: every program without running it, then the compilers for real. What was examined
 * before and has not changed is answered from memory.
 * @throws ToolchainProblem where the folder or the image is not there.
 */
export async function examineToolchain(examination: Examination): Promise<Report> {
  const { engine, toolchain, image: name, user, memory, onStep } = examination
  onStep?.('image')
  const image = await imageOf(examination, name)
  if (image === undefined)
    throw new ToolchainProblem(say('toolchain-no-image', { image: name, command: `docker pull ${name}` }))
  const state = await stateOf(toolchain)
  const file = reportFile(memory, state, { id: image.id, name, user })
  const before = await recall<Examined>(file)
  const isKnown = before !== undefined && isLasting(before)
  const examined = isKnown ? before : await examineAnew(examination, image)
  if (!isKnown) await remember(file, examined)
  if (examined.runs === examined.programs) return { ...examined, fittingImages: [] }
  onStep?.('others')
  const found = await fittingImages(
    {
      engine,
      memory,
      state,
      user,
      inspect: (other) => imageOf(examination, other),
      check: (other, otherName) => checkIn(examination, other, otherName),
    },
    { id: image.id, runs: examined.runs },
  )
  return { ...examined, fittingImages: found }
}

async function examineAnew(examination: Examination, image: Image): Promise<Examined> {
  const { engine, toolchain, image: name, labels, onStep } = examination
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
  return {
    toolchain: referenceOf(toolchain),
    image: name,
    imageId: image.id,
    architecture: image.architecture,
    programs: check.programs.length,
    runs: check.runs,
    findings: check.findings,
    traps,
    proofs: seen === 'seen' ? await prove(engine, image, toolchain, compilers, labels) : [],
  }
}

/** As the runner's jobs find it. */
async function imageOf({ engine, user }: Examination, name: string): Promise<Image | undefined> {
  const image = await engine.inspectImage(name)
  return image && { ...image, user: user || image.user }
}

/** What somebody mends on the engine's machine leaves no trace in what reports are kept by. */
const isLasting = ({ traps, findings }: Examined): boolean =>
  traps.every((trap) => trap.name !== 'not-seen-by-engine') &&
  findings.every(({ kind }) => kind !== 'wrong-cpu' && kind !== 'broken-interpreter')

async function checkIn(
  { engine, toolchain, memory, labels, user }: Examination,
  image: Image,
  imageName: string,
  onStep?: Examination['onStep'],
): Promise<ImageCheck> {
  const file = path.join(memory, 'images', `${image.id.replace(/^sha256:/, '')}.json`)
  const known = (await recall<ImageFacts>(file)) ?? noFacts
  await using files = openImage(engine, image, labels, known)
  const check = await checkImage(toolchain, image, files, {
    imageName,
    cpu: engineCpu(engine, image.id, labels),
    runnerUser: user,
    ...(onStep && { onProgress: (done, total) => onStep('programs', done, total) }),
  })
  await remember(file, files.facts())
  return check
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
        cause: `${say('trap-closed-mount', { mount: mountPoint, folder: verdict.at, user: verdict.user, image })}.`,
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
): Promise<Examined | undefined> => recall<Examined>(reportFile(memory, state, place))

// Counted up when reports get another shape.
const shape = 5

const reportFile = (memory: string, state: string, { id, name, user }: ReportPlace): string =>
  fileAbout(memory, 'reports', [shape, id, name, user, state])

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
