import { configurationError } from './configuration-error.ts'
import { DockerError } from './docker-error.ts'
import { asJobFailure } from './errors.ts'
import { toolchainLabels } from './labels.ts'
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

/**
 * Looks whether the engine has the volumes of the job's toolchains: it would make an empty one of each that is missing.
 * @throws JobFailure `runner_configuration_error` naming the volume and the remedy.
 */
export async function requireToolchainVolumes({ engine, volumes, context }: Site): Promise<void> {
  for (const { name, version, source, fingerprint } of context.toolchains ?? []) {
    if (!volumes.binds.some(({ text }) => text.startsWith(`${source}:`)) || source.startsWith('/')) continue
    const reference = `${name}@${version}`
    const remedy = `Bring it there with "drydock toolchain import ${reference} --volume ${source}".`
    const there = (await engine.listVolumes([])).find((volume) => volume.name === source)
    if (there === undefined)
      throw configurationError(
        `The engine at ${engine.about.endpoint} has no volume ${source} with the toolchain ${reference}. ${remedy}`,
      )
    if (fingerprint === undefined) continue
    for (const [key, value] of Object.entries(toolchainLabels(reference, fingerprint)))
      if (there.labels[key] !== value)
        throw configurationError(
          `The volume ${source} of the engine at ${engine.about.endpoint} holds something else than the toolchain ${reference} (${fingerprint.slice(0, 8)}). ${remedy}`,
        )
  }
}
