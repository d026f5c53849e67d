import { say } from '../../contract/sentences/say.ts'
import { type BuildRecipe, createBuildContainer, entrypointOf, needsHelper } from './build-container.ts'
import { type HelperMisses, chooseHelper } from './choose-helper.ts'
import { asJobFailure } from './errors.ts'
import { type HelperContainer, type HelperImage, startHelper } from './helper-container.ts'
import type { BuildContainer, EnvironmentParts } from './job-environment.ts'
import { type JobNetwork, createJobNetwork } from './networking.ts'
import { requireBindSources, requireToolchainVolumes } from './preflight.ts'
import { createPrivateLayers } from './private-layers.ts'
import type { Images, ReadyImage } from './pull-images.ts'
import { waitForServices } from './service-health.ts'
import { followService } from './service-logs.ts'
import { type SourceSharing, lookForColdSlot, seedBuilds } from './seed-builds.ts'
import type { ServicePlan } from './service-plan.ts'
import { hostsOf, startService } from './services.ts'
import { type Session, openSession } from './session.ts'
import type { Site } from './site.ts'
import { together } from './together.ts'
import { createVolumes } from './volumes.ts'

export interface Preparation {
  readonly site: Site
  readonly images: Images
  readonly image: string
  readonly services: readonly ServicePlan[]
  readonly misses: HelperMisses
  readonly sharing: SourceSharing
  /** Aborts when the job is over. */
  readonly following: AbortSignal
}

type Prepared = Pick<EnvironmentParts, 'recipe' | 'build' | 'helper' | 'startHelper'>

/**
 * Makes what a job runs in. Only what depends on something waits for it: the user waits for the slowest branch, not
 * for the sum. Containers wait for network and volumes, and for the addresses of services.
 */
export async function prepareContainers(preparation: Preparation, signal: AbortSignal): Promise<Prepared> {
  const { site, images, image, misses, sharing } = preparation
  const { context } = site
  const failed = new AbortController()
  const stop = AbortSignal.any([signal, failed.signal])
  const begun: Promise<unknown>[] = []
  /** Begins what several branches wait for; its failure ends all the others at once. */
  const share = <T>(work: Promise<T>): Promise<T> => {
    begun.push(work.catch((error: unknown) => failed.abort(error)))
    return work
  }

  const network = share(createJobNetwork(site))
  const cold = share(lookForColdSlot(site, sharing))
  const volumes = share(cold.then(() => Promise.all([createVolumes(site), requireToolchainVolumes(site)])))
  const wanted = { name: image, policies: context.job.image?.pullPolicies ?? [], platform: platformOf(site) }
  const buildImage = share(images.get(wanted, stop))
  const usable = share(
    buildImage.then(async (ready) => {
      await requireBindSources(site, ready)
      await createPrivateLayers(site, ready)
    }),
  )

  let chosen: Promise<HelperImage> | undefined
  const helperImage = (signal: AbortSignal): Promise<HelperImage> => {
    if (chosen !== undefined) return chosen
    chosen = chooseHelper(site, images, misses, buildImage, signal)
    // A later stage may have better luck.
    chosen.catch(() => (chosen = undefined))
    return chosen
  }
  const seeded = share(
    Promise.all([cold, volumes]).then(async ([slot]) => {
      if (slot !== undefined) await seedBuilds(site, slot, await helperImage(stop), sharing, stop)
    }),
  )
  const grounds = { network, ready: share(Promise.all([volumes, usable])), helperImage }
  const hosts = share(startServices(preparation, grounds, stop))

  const makeHelper = async (signal: AbortSignal): Promise<HelperContainer> => {
    const [image, joined, extraHosts] = await Promise.all([
      helperImage(signal),
      network,
      hosts,
      grounds.ready,
      seeded,
    ])
    return startHelper(site, image, joined, extraHosts)
  }
  const makeBuild = async (): Promise<{ readonly recipe: BuildRecipe; readonly build: BuildContainer }> => {
    const [ready, joined, extraHosts] = await Promise.all([buildImage, network, hosts, grounds.ready])
    const recipe = { image: ready, network: joined, extraHosts }
    const id = await createBuildContainer(site, recipe)
    stop.throwIfAborted()
    if (!waitsForScript(site, ready)) return { recipe, build: { id } }
    const session = startAhead(site, id, recipe)
    begun.push(session.catch(() => undefined))
    // Where a helper works first, it starts meanwhile.
    if (!needsHelper(site)) await session
    return { recipe, build: { id, session } }
  }

  try {
    const [{ recipe, build }, helper] = await together(stop, [
      makeBuild,
      async (signal) => (needsHelper(site) ? await makeHelper(signal) : undefined),
    ])
    return { recipe, build, helper, startHelper: makeHelper }
  } catch (error) {
    failed.abort(error)
    // Nothing may be made after the cleanup that follows.
    await Promise.all(begun)
    throw error
  }
}

async function startServices(
  { site, images, services, following }: Preparation,
  {
    network,
    ready,
    helperImage,
  }: {
    readonly network: Promise<JobNetwork>
    readonly ready: Promise<unknown>
    readonly helperImage: (signal: AbortSignal) => Promise<HelperImage>
  },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const running = await together(
    signal,
    services.map((plan) => (stop: AbortSignal) => startService(site, images, plan, network, ready, stop)),
  )
  if (site.context.settings.debugServices) {
    for (const service of running) void followService(site.engine, site.output, service, following)
  }
  await waitForServices(site, running, async () => (await helperImage(signal)).ready, signal)
  return hostsOf(running)
}

async function startAhead({ engine, volumes }: Site, id: string, { image }: BuildRecipe): Promise<Session> {
  try {
    return await openSession(engine, id)
  } catch (error) {
    throw asJobFailure(error, { doing: say('doing-build'), engine, volumes, image: image.name })
  }
}

/**
 * An entrypoint may do its work without waiting for the script, and would find no sources yet. Without one the first
 * program is our shell, which waits; asking for the user's id needs a run of its own first.
 */
const waitsForScript = (site: Site, { image }: ReadyImage): boolean =>
  image.entrypoint.length === 0 &&
  entrypointOf(site) === undefined &&
  site.context.flags.get('FF_DISABLE_UMASK_FOR_DOCKER_EXECUTOR') !== true

function platformOf({ context: { job, variables } }: Site): string | undefined {
  return variables.expand(job.image?.platform ?? '') || undefined
}
