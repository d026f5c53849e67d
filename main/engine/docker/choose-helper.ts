import { say } from '../../contract/sentences/say.ts'
import type { Clock } from '../clock.ts'
import { JobFailure } from '../job/outcome.ts'
import type { HelperImage } from './helper-container.ts'
import { helperImageName } from './helper-image.ts'
import type { Images, ReadyImage } from './pull-images.ts'
import { runProbe } from './run-probe.ts'
import type { Site } from './site.ts'

/** Helper images that could not be had lately, by name, with when that was; one memory per executor. */
export type HelperMisses = Map<string, number>

const missCountsForMs = 5 * 60_000

/**
 * The helper image, or the job's own image where that one has what the helper needs: a machine without access to the
 * public registry can still run jobs.
 * @throws JobFailure naming both images and the remedy.
 */
export async function chooseHelper(
  site: Site,
  images: Images,
  misses: HelperMisses,
  jobImage: Promise<ReadyImage>,
  signal: AbortSignal,
): Promise<HelperImage> {
  const { engine, docker, context, output, clock } = site
  const { name, isConfigured, defaultName } = helperImageName(context, docker, engine.about.architecture)
  if (!isConfigured) {
    const local = await engine.inspectImage(name, signal)
    if (local !== undefined)
      return { ready: { name, reference: local.digests[0] ?? local.id, image: local }, user: '' }
  }
  await output.plain(
    `Using helper image:  ${name}${isConfigured ? `  (overridden, default would be  ${defaultName} )` : ''}`,
  )
  const failure = await tryPull()
  if (!(failure instanceof JobFailure)) return { ready: failure, user: '' }

  const own = await jobImage
  if (await hasTools(site, own, signal)) {
    await output.plain(`${say('helper-replaced', { image: name, why: failure.message })}.`)
    // Its own user may be nobody who can write to a fresh checkout of root's.
    return { ready: own, user: '0', isOfJob: true }
  }
  const last = isRecent(misses.get(name), clock) ? failure : await patient()
  if (!(last instanceof JobFailure)) return { ready: last, user: '' }
  misses.set(name, clock.monotonic())
  throw new JobFailure(
    last.reason,
    `${say('no-helper', { image: name, why: last.message, own: own.name })}.`,
    { cause: last },
  )

  async function tryPull(): Promise<ReadyImage | JobFailure> {
    const missedAt = misses.get(name)
    if (isRecent(missedAt, clock)) return new JobFailure('image_pull_failure', say('pull-missed'))
    const tried = await outcomeOf(images.get({ name, policies: [], attempts: 1 }, signal), signal)
    if (tried instanceof JobFailure) misses.set(name, clock.monotonic())
    else misses.delete(name)
    return tried
  }

  /** A failing network gets its other attempts only once it is known that nothing else helps. */
  function patient(): Promise<ReadyImage | JobFailure> {
    misses.delete(name)
    return outcomeOf(images.get({ name, policies: [] }, signal), signal)
  }
}

const isRecent = (at: number | undefined, clock: Clock) =>
  at !== undefined && clock.monotonic() - at < missCountsForMs

async function outcomeOf(
  getting: Promise<ReadyImage>,
  signal: AbortSignal,
): Promise<ReadyImage | JobFailure> {
  try {
    return await getting
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof JobFailure) return error
    throw error
  }
}

const hasTools = async (site: Site, image: ReadyImage, signal: AbortSignal): Promise<boolean> =>
  (await runProbe(site, image, 'for t in git tar find; do command -v $t || exit 1; done', signal))
    ?.exitCode === 0
