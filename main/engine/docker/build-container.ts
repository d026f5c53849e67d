import { allowedUser } from './allowed.ts'
import { type ContainerWish, createJobContainer } from './create-container.ts'
import { environmentOf } from './environment-list.ts'
import type { JobNetwork } from './networking.ts'
import type { ReadyImage } from './pull-images.ts'
import { buildCommand } from './shell.ts'
import type { Site } from './site.ts'
import { openVolumes } from './volumes.ts'

/** What a build container is made from; a job may need a second one after a cancelled stage. */
export interface BuildRecipe {
  readonly image: ReadyImage
  readonly network: JobNetwork
  readonly extraHosts: readonly string[]
}

/** Creates the container of the user's scripts, and lets its user write to the job's volumes. */
export async function createBuildContainer(site: Site, recipe: BuildRecipe): Promise<string> {
  const id = await create(site, recipe)
  if (!isForRootAlone(site, recipe.image)) await openVolumes(site.engine, id, site.volumes)
  return id
}

const create = (site: Site, recipe: BuildRecipe): Promise<string> =>
  createJobContainer(site, wishOf(site, recipe))

/** What is asked for. */
export function wishOf(site: Site, { image, network, extraHosts }: BuildRecipe): ContainerWish {
  const { context, docker, base, hex } = site
  const { job, variables } = context
  return {
    role: 'build',
    purpose: 'build',
    suffix: 'build',
    image,
    // As written in the job: without an image of the job only "*" or "**" keeps the default one privileged (§4).
    privilegedAs: variables.expand(job.image?.name ?? ''),
    network,
    aliases: ['build', `${base}-${hex}-build`],
    extraHosts,
    env: environmentOf(context),
    command: buildCommand,
    entrypoint: entrypointOf(site),
    user: allowedUser(docker, variables.expand(job.image?.user ?? '')),
    platform: variables.expand(job.image?.platform ?? '') === '' ? undefined : platformOf(image),
  }
}

/** The job's entrypoint, where the configuration lets it have one (§10.4). */
export function entrypointOf({
  docker,
  context,
}: Pick<Site, 'docker' | 'context'>): readonly string[] | undefined {
  const { image } = context.job
  const isAsked = image?.entrypoint !== undefined && image.entrypoint.length > 0
  return isAsked && !docker.disable_entrypoint_overwrite ? image.entrypoint : undefined
}

const platformOf = ({ image: { os, architecture, variant } }: ReadyImage) =>
  [os, architecture, variant].filter((part) => part !== '').join('/')

/** Will only root of this container use the volumes? Opening them would be the slowest step of a small job. */
const isForRootAlone = (site: Site, { image }: ReadyImage): boolean =>
  !needsHelper(site) &&
  site.volumes.volumes.length === 1 &&
  site.docker.services.length + site.context.job.services.length === 0 &&
  /^(root|0)?$/.test(site.docker.user || site.context.job.image?.user || image.user)

/** Will something run in the helper? Else it is only made when a stage asks. */
export const needsHelper = ({ context: { settings, job } }: Site): boolean =>
  settings.gitStrategy !== 'none' || job.caches.length + job.artifacts.length + job.dependencies.length > 0
