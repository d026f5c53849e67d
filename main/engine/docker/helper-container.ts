import type { Duplex } from 'node:stream'

import { say } from '../../contract/sentences/say.ts'
import { createJobContainer } from './create-container.ts'
import { isContainerMissing } from './docker-error.ts'
import { environmentOf } from './environment-list.ts'
import { asJobFailure } from './errors.ts'
import type { JobNetwork } from './networking.ts'
import type { ReadyImage } from './pull-images.ts'
import { ContainerLost } from './session.ts'
import { idleCommand } from './shell.ts'
import type { Site } from './site.ts'

/** The running helper container of a job; its stages are commands run inside. */
export interface HelperContainer {
  readonly id: string
  /** Lets go of it: its first process ends when nobody holds its stdin. */
  release(): void
}

export interface HelperImage {
  readonly ready: ReadyImage
  /** `''` = the image's own. */
  readonly user: string
  /** It is the job's own image: what it does is up to whoever wrote the job. */
  readonly isOfJob?: boolean
}

/**
 * Starts the container that fetches sources and packs archives. It idles until its stdin closes, so it ends by itself
 * when this process does. The image's entrypoint is replaced, for any image with sh, git, tar and find will do.
 */
export async function startHelper(
  site: Site,
  { ready, user }: HelperImage,
  network: JobNetwork,
  extraHosts: readonly string[],
): Promise<HelperContainer> {
  const { engine, context } = site
  const id = await createJobContainer(site, {
    role: 'helper',
    purpose: 'helper',
    suffix: 'predefined',
    image: ready,
    privilegedAs: ready.image.id,
    network,
    aliases: ['build', `${site.base}-${site.hex}-predefined`],
    extraHosts,
    env: environmentOf(context),
    entrypoint: idleCommand,
    command: [],
    user,
  })
  let stdin: Duplex | undefined
  try {
    stdin = await engine.attach(id)
    await engine.startContainer(id)
  } catch (error) {
    stdin?.destroy()
    if (isContainerMissing(error)) throw new ContainerLost(id, error)
    throw asJobFailure(error, {
      doing: say('doing-helper'),
      engine,
      volumes: site.volumes,
      image: ready.name,
    })
  }
  const held = stdin
  // Nothing comes from it; reading lets its end be noticed.
  held.on('error', () => undefined).resume()
  return { id, release: () => void held.destroy() }
}
