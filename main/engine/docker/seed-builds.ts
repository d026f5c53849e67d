import { inWords } from '../disk/bytes.ts'
import { seedScript } from '../sources/seed-script.ts'
import { DockerError } from './docker-error.ts'
import type { HelperImage } from './helper-container.ts'
import { ownLabels } from './labels.ts'
import { runsAsOther } from './ownership.ts'
import { probeSpec } from './probe-spec.ts'
import type { ReadyImage } from './pull-images.ts'
import { openSession } from './session.ts'
import { type ColdSlot, findColdSlot } from './shared-sources.ts'
import type { Site } from './site.ts'
import type { TakeTurns } from './turns.ts'

/** Lets slots of a project share the git objects they fetch. */
export interface SourceSharing {
  readonly isWanted: () => boolean
  /** One job at a time writes to a store. */
  readonly takeTurns: TakeTurns
  readonly logger: { warn(fields: object, message: string): void }
}

/** Whether the slot is a new one beside others; to be asked before its volumes are made. Never rejects. */
export async function lookForColdSlot(
  site: Site,
  { isWanted, logger }: SourceSharing,
): Promise<ColdSlot | undefined> {
  try {
    return isWanted() ? await findColdSlot(site) : undefined
  } catch (error) {
    logger.warn({ err: error, job: site.context.job.id }, 'other builds of the project were not found')
    return undefined
  }
}

/**
 * Gives a new slot the git objects that other slots of its project have, so that only what is new is fetched. Where
 * this does not work, everything is fetched as ever. Rejects only when the signal aborts.
 */
export async function seedBuilds(
  site: Site,
  cold: ColdSlot,
  helper: HelperImage,
  { takeTurns, logger }: SourceSharing,
  signal: AbortSignal,
): Promise<void> {
  // A job's own image must not write what other jobs rely on, and what root copies only root can work on.
  if (helper.isOfJob === true || runsAsOther(helper.ready)) return
  try {
    const bytes = await takeTurns(cold.store.Name, () => seed(site, cold, helper.ready, signal), signal)
    if (bytes === undefined) return
    await site.output.plain(`Reusing ${inWords(bytes)} of git objects from other builds of this project ...`)
  } catch (error) {
    signal.throwIfAborted()
    logger.warn(
      { err: error, job: site.context.job.id },
      'git objects of other builds could not be shared: everything is fetched',
    )
  }
}

/** @returns bytes of objects the slot has now, or `undefined` where there are none to have. */
async function seed(
  site: Site,
  cold: ColdSlot,
  image: ReadyImage,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { engine, label, leftovers, base, hex } = site
  if (!(await keepVolumes(site, cold))) return undefined
  await engine.createVolume(cold.store)
  const name = `${base}-${hex}-seed`
  leftovers.noteContainer(name)
  const remove = () => engine.removeContainer(name, { volumes: true })
  // What runs in it ends with it.
  const onAbort = () => void remove().catch(() => undefined)
  signal.throwIfAborted()
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    const id = await engine.createContainer({
      name,
      spec: probeSpec({ image: image.reference, labels: label('preflight'), binds: cold.binds }),
    })
    return await copy(site, cold, id, signal)
  } finally {
    signal.removeEventListener('abort', onAbort)
    await remove()
  }
}

/** The engine would make a volume that is gone anew, so each is looked at once nobody removes it any more. */
async function keepVolumes({ engine, use, context }: Site, { store, volumes }: ColdSlot): Promise<boolean> {
  for (const volume of [store.Name, ...volumes]) await use.hold(`volume ${volume}`)
  if (volumes.length === 0) return true
  const there = await engine.listVolumes([`${ownLabels.systemId}=${context.systemId}`])
  return volumes.every((volume) => there.some(({ name }) => name === volume))
}

async function copy(
  { engine, context }: Site,
  { paths }: ColdSlot,
  container: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  using session = await openSession(engine, container, signal)
  const umask = context.flags.get('FF_DISABLE_UMASK_FOR_DOCKER_EXECUTOR') !== true
  let printed = ''
  let problem = ''
  const exitCode = await session.finish(seedScript(paths, { umask }), {
    stdout: async (chunk) => void (printed += chunk.toString()),
    stderr: async (chunk) => void (problem = (problem + chunk.toString()).slice(-4096)),
  })
  signal.throwIfAborted()
  if (exitCode === nothingToCopy) return undefined
  if (exitCode !== 0) throw new DockerError(`the copy ended with exit code ${exitCode}: ${problem.trim()}`)
  return Number(printed.trim())
}

const nothingToCopy = 3
