import { existsSync } from 'node:fs'
import path from 'node:path'

import { say } from '../../contract/sentences/say.ts'
import { configurationError } from './configuration-error.ts'
import { DockerError } from './docker-error.ts'
import { asJobFailure, missingSource } from './errors.ts'
import { toolchainLabels } from './labels.ts'
import type { HostMount } from './plan-volumes.ts'
import type { ReadyImage } from './pull-images.ts'
import type { Site } from './site.ts'
import type { MountSpec } from './specs.ts'

/**
 * Asks the engine for the host paths it would otherwise create as empty folders (docker-executor.md §18.6). Nothing is
 * started for it.
 * @throws JobFailure `runner_configuration_error` naming the entry and the remedy.
 */
export async function requireBindSources(site: Site, image: ReadyImage): Promise<void> {
  const { volumes, engine } = site
  const ofBinds = volumes.binds.flatMap(({ hostPath }) => (hostPath === undefined ? [] : [hostPath]))
  if (engine.about.product === 'Podman') await lookForSources(site, image, [...volumes.mounts, ...ofBinds])
  // Relabelled mounts have to be binds, which create; the same paths as mounts are refused where they are missing.
  else if (ofBinds.length > 0)
    await unstarted(
      site,
      image,
      ofBinds.map(({ spec }) => spec),
      async () => {},
    )
}

/** Podman creates the source of every mount, so each is looked for below a mount of the whole machine. */
async function lookForSources(site: Site, image: ReadyImage, wanted: readonly HostMount[]): Promise<void> {
  const { engine, volumes } = site
  const isHere = engine.about.endpoint.startsWith('unix:') && existsSync(engine.about.rootFolder)
  const unseen = wanted.filter(({ spec }) => !(isHere && existsSync(spec.Source)))
  if (unseen.length === 0) return
  const machine = '/drydock-preflight'
  const everything: MountSpec = { Type: 'bind', Source: '/', Target: machine, ReadOnly: true }
  await unstarted(site, image, [everything], async (container) => {
    for (const { spec } of unseen) {
      const found = await engine.statPath(container, path.posix.join(machine, spec.Source))
      if (found === undefined) throw missingSource(spec.Source, volumes)
    }
  })
}

/** A container of the job that only ever exists. */
async function unstarted(
  { engine, volumes, label, leftovers, base, hex }: Site,
  image: ReadyImage,
  mounts: readonly MountSpec[],
  use: (container: string) => Promise<void>,
): Promise<void> {
  const name = `${base}-${hex}-preflight`
  leftovers.noteContainer(name)
  try {
    const container = await engine.createContainer({
      name,
      spec: {
        Image: image.reference,
        Cmd: ['true'],
        Labels: label('preflight'),
        HostConfig: { NetworkMode: 'none', Mounts: mounts },
      },
    })
    await use(container)
  } catch (error) {
    if (!(error instanceof DockerError)) throw error
    throw asJobFailure(error, { doing: say('doing-volumes'), isWish: true, engine, volumes })
  } finally {
    await engine.removeContainer(name, { volumes: true })
  }
}

/**
 * Looks whether the engine has the volumes of the job's toolchains: it would make an empty one of each that is missing.
 * @throws JobFailure `runner_configuration_error` naming the volume and the remedy.
 */
export async function requireToolchainVolumes({ engine, volumes, context }: Site): Promise<void> {
  const mounted = (context.toolchains ?? []).filter(
    ({ source }) =>
      !source.startsWith('/') && volumes.binds.some(({ text }) => text.startsWith(`${source}:`)),
  )
  if (mounted.length === 0) return
  const known = await engine.listVolumes([])
  for (const { name, version, source, fingerprint } of mounted) {
    const reference = `${name}@${version}`
    const where = { volume: source, url: engine.about.endpoint, name: reference }
    const there = known.find((volume) => volume.name === source)
    if (there === undefined) throw configurationError(`${say('toolchain-volume-missing', where)}.`)
    if (fingerprint === undefined) continue
    for (const [key, value] of Object.entries(toolchainLabels(reference, fingerprint)))
      if (there.labels[key] !== value)
        throw configurationError(
          `${say('toolchain-volume-other', { ...where, content: fingerprint.slice(0, 8) })}.`,
        )
  }
}
