import { type BuildRecipe, createBuildContainer, entrypointOf, needsHelper } from './build-container.ts'
import { type HelperMisses, chooseHelper } from './choose-helper.ts'
import { asJobFailure } from './errors.ts'
import { type HelperContainer, type HelperImage, startHelper } from './helper-container.ts'
import type { BuildContainer, EnvironmentParts } from './job-environment.ts'
import { type JobNetwork, createJobNetwork } from './networking.ts'
import { requireBindSources } from './preflight.ts'
import type { Images, ReadyImage } from './pull-images.ts'
import { waitForServices } from './service-health.ts'
import { followService } from './service-logs.ts'
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
  /** Aborts when the job is over. */
  readonly following: AbortSignal
}

type Prepared = Pick<EnvironmentParts, 'recipe' | 'build' | 'helper' | 'startHelper'>

/**
 * Makes what a job runs in. Only what depends on something waits for it: the user waits for the slowest branch, not
 * for the sum. Containers wait for network and volumes, and for the addresses of services.
 */
export async function prepareContainers(preparation: Preparation, signal: AbortSignal): Promise<Prepared> {
  const { site, images, image } = preparation
  const { context, docker, engine, leftovers } = site
  for (const { temporary, spec } of site.volumes.volumes) if (temporary) leftovers.noteVolume(spec.Name)

  const inner = new AbortController()
  const both = AbortSignal.any([signal, inner.signal])
  // Shared by several branches; whichever fails first is the failure.
  const network = shared(makeNetwork(site, both))
  const volumes = shared(createVolumes(engine, site.volumes, both))
  const buildImage = shared(
    images.get(
      { name: image, policies: context.job.image?.pullPolicies ?? [], platform: platformOf(site) },
      both,
    ),
  )
  const usable = shared(buildImage.then((ready) => requireBindSources(site, ready)))
  let helperImage: Promise<HelperImage> | undefined
  const givenHelperImage = (stop: AbortSignal) =>
    (helperImage ??= shared(chooseHelper(site, images, preparation.misses, buildImage, stop)))

  const hosts = shared(
    startServices(
      preparation,
      { network, ready: shared(Promise.all([volumes, usable])), givenHelperImage },
      both,
    ),
  )

  const makeHelper = async (stop: AbortSignal): Promise<HelperContainer> => {
    const chosen = await givenHelperImage(stop)
    const [joined, extraHosts] = await Promise.all([network, hosts, volumes, usable])
    return startHelper(site, chosen, joined, extraHosts)
  }

  try {
    const [build, helper, joined, extraHosts, ready] = await together(signal, [
      async () => {
        const [ready, joined, extraHosts] = await Promise.all([buildImage, network, hosts, volumes, usable])
        return makeBuild(site, { image: ready, network: joined, extraHosts }, both)
      },
      async () => (needsHelper(site) ? await makeHelper(both) : undefined),
      () => network,
      () => hosts,
      () => buildImage,
    ])
    // Where a helper works first, the build container may start meanwhile.
    if (helper === undefined) await build.session
    const recipe: BuildRecipe = { image: ready, network: joined, extraHosts }
    return {
      recipe,
      build,
      helper,
      // The signals of preparation are over by then; a stage brings its own.
      startHelper: (stop) => {
        if (docker.helper_image === '')
          helperImage = helperImage?.catch(() =>
            chooseHelper(site, images, preparation.misses, buildImage, stop),
          )
        return makeHelper(stop)
      },
    }
  } catch (error) {
    inner.abort(error)
    // Nothing may be made after the cleanup that follows.
    await Promise.allSettled([network, volumes, buildImage, usable, hosts, helperImage])
    throw error
  }
}

/** Marks a promise as heard: several branches wait for it, but only one of them reports its failure. */
function shared<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  return promise
}

async function makeNetwork(
  { engine, context, docker, label, leftovers }: Site,
  signal: AbortSignal,
): Promise<JobNetwork> {
  const network = await createJobNetwork(engine, context, docker, label, signal)
  if (network.ownId !== undefined) leftovers.noteNetwork(network.ownId)
  return network
}

async function startServices(
  { site, images, services, following }: Preparation,
  {
    network,
    ready,
    givenHelperImage,
  }: {
    readonly network: Promise<JobNetwork>
    readonly ready: Promise<unknown>
    readonly givenHelperImage: (signal: AbortSignal) => Promise<HelperImage>
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
  await waitForServices(site, running, async () => (await givenHelperImage(signal)).ready, signal)
  return hostsOf(running)
}

/** Creates the build container and, where nothing runs before the script, starts it ahead. */
async function makeBuild(site: Site, recipe: BuildRecipe, signal: AbortSignal): Promise<BuildContainer> {
  const id = await createBuildContainer(site, recipe)
  signal.throwIfAborted()
  return waitsForScript(site, recipe.image) ? { id, session: shared(startAhead(site, id, recipe)) } : { id }
}

async function startAhead({ engine, volumes }: Site, id: string, { image }: BuildRecipe): Promise<Session> {
  try {
    return await openSession(engine, id)
  } catch (error) {
    throw asJobFailure(error, { doing: 'start the build container', engine, volumes, image: image.name })
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
  const platform = variables.expand(job.image?.platform ?? '')
  if (platform === '') return undefined
  return platform.includes('/') ? platform : `linux/${platform}`
}
