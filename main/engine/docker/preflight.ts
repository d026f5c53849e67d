import { DockerError } from './docker-error.ts'
import { asJobFailure } from './errors.ts'
import type { ReadyImage } from './pull-images.ts'
import type { Site } from './site.ts'

/**
 * Asks the engine for the host paths it would otherwise create: relabelled mounts have to be binds, and a bind makes
 * an empty folder of a missing source. A container with the same paths as mounts is refused instead, and never
 * started (docker-executor.md §18.6).
 * @throws JobFailure `runner_configuration_error` naming the entry and the remedy.
 */
export async function requireBindSources(site: Site, image: ReadyImage): Promise<void> {
  const { engine, volumes, label, leftovers, base, hex } = site
  const mounts = volumes.binds.flatMap(({ hostPath }) => (hostPath === undefined ? [] : [hostPath.spec]))
  if (mounts.length === 0) return
  const name = `${base}-${hex}-preflight`
  leftovers.noteContainer(name)
  try {
    await engine.createContainer({
      name,
      spec: {
        Image: image.reference,
        Cmd: ['true'],
        Labels: label('preflight'),
        HostConfig: { NetworkMode: 'none', Mounts: mounts },
      },
    })
  } catch (error) {
    if (!(error instanceof DockerError)) throw error
    throw asJobFailure(error, { doing: 'create a container with the volumes', engine, volumes })
  } finally {
    await engine.removeContainer(name, { volumes: true })
  }
}
