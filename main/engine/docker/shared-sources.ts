import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'

import type { SeedPaths } from '../sources/seed-script.ts'
import { buildsVolumeOf } from './plan-volumes.ts'
import { ownLabels, prefixed } from './labels.ts'
import { isProtected, persistentName, projectName } from './names.ts'
import type { Site } from './site.ts'
import type { VolumeSpec } from './specs.ts'
import { isWithin } from './volume-spec.ts'

/** A new slot of a project that has others: where all of them are. */
export interface ColdSlot {
  /** The project's own volume for git objects; the container of no job mounts it. */
  readonly store: VolumeSpec
  readonly binds: readonly string[]
  /** Volumes of other slots, which must stay meanwhile. */
  readonly volumes: readonly string[]
  readonly paths: SeedPaths
}

/** Other slots are looked at up to this one. */
const slotsLookedAt = 64
/** Of those that are there; more bring little that is new. */
const slotsRead = 4

const storeMount = '/drydock/store'
const slotMount = '/drydock/slot'

/**
 * Tells whether a job's slot is a new one beside others of its project. Ask before its volumes are made.
 * @returns `undefined` where there is nothing to share, or where that cannot be told from here.
 */
export async function findColdSlot(site: Site): Promise<ColdSlot | undefined> {
  const { context, docker } = site
  if (context.settings.gitStrategy !== 'fetch' || context.job.git.objectFormat !== 'sha1') return undefined
  // Such options often name one place for all volumes.
  if (Object.keys(docker.volume_driver_ops).length > 0) return undefined
  const { builds, project } = context.dirs
  const within = path.posix.relative(builds, project)
  if (within === '') return undefined
  const volume = buildsVolumeOf(site.volumes, builds)
  if (volume !== undefined) return volume.temporary ? undefined : inVolumes(site, volume.spec.Name, within)
  return inHostFolder(site)
}

async function inVolumes(site: Site, own: string, within: string): Promise<ColdSlot | undefined> {
  const { engine, context } = site
  const known = await engine.listVolumes([
    `${ownLabels.systemId}=${context.systemId}`,
    `${ownLabels.purpose}=cache`,
    ...Object.entries(prefixed({ 'project.id': String(context.job.info.projectId), reusable: 'true' })).map(
      ([key, value]) => `${key}=${value}`,
    ),
  ])
  const names = new Set(known.map(({ name }) => name))
  if (names.has(own)) return undefined
  const rest = own.slice(persistentName(context).length)
  const others = otherSlots(context.concurrentProjectId)
    .map((slot) => ({
      slot,
      name: `${persistentName({ ...context, concurrentProjectId: slot })}${rest}`,
    }))
    .filter(({ name }) => names.has(name))
    .slice(0, slotsRead)
  if (others.length === 0) return undefined
  const store = storeOf(site)
  return {
    store,
    binds: [
      `${store.Name}:${storeMount}:nocopy`,
      `${own}:${slotMount}:nocopy`,
      ...others.map(({ slot, name }) => `${name}:/drydock/other/${slot}:ro,nocopy`),
    ],
    volumes: others.map(({ name }) => name),
    paths: {
      store: storeMount,
      slot: `${slotMount}/${within}`,
      others: others.map(({ slot }) => ({ slot, project: `/drydock/other/${slot}/${within}` })),
    },
  }
}

/** A builds folder of the host holds all slots side by side. It can be looked at where the engine is on this machine. */
async function inHostFolder(site: Site): Promise<ColdSlot | undefined> {
  const { engine, context, volumes } = site
  const { builds, project } = context.dirs
  const mount = volumes.mounts.find(({ spec }) => isWithin(builds, spec.Target))?.spec
  if (mount === undefined || mount.ReadOnly || !engine.about.endpoint.startsWith('unix:')) return undefined
  const onHost = (inside: string) => path.join(mount.Source, path.posix.relative(mount.Target, inside))
  const own = `${builds === '/' ? '' : builds}/${context.shortToken}/${context.concurrentProjectId}/`
  if (!project.startsWith(own) || (await isThere(onHost(`${project}/.git`)))) return undefined
  const within = project.slice(own.length)
  const slots = `${builds}/${context.shortToken}`
  const found = await readdir(onHost(slots)).catch((): string[] => [])
  const others: SeedPaths['others'][number][] = []
  for (const slot of otherSlots(context.concurrentProjectId)) {
    if (!found.includes(String(slot)) || others.length === slotsRead) continue
    const there = `${slots}/${slot}/${within}`
    if (await isThere(onHost(`${there}/.git/objects`)))
      others.push({ slot, project: `${slotMount}/${path.posix.relative(mount.Target, there)}` })
  }
  if (others.length === 0) return undefined
  const store = storeOf(site)
  return {
    store,
    binds: [`${store.Name}:${storeMount}:nocopy`, `${mount.Source}:${slotMount}`],
    volumes: [],
    paths: {
      store: storeMount,
      slot: `${slotMount}/${path.posix.relative(mount.Target, project)}`,
      others,
    },
  }
}

function storeOf({ context, docker, label }: Site): VolumeSpec {
  const suffix = isProtected(context) ? '-protected' : ''
  return {
    Name: `${projectName(context)}-sources${suffix}`,
    ...(docker.volume_driver !== '' && { Driver: docker.volume_driver }),
    Labels: label('sources', { protected: String(suffix !== ''), reusable: 'true' }),
  }
}

const otherSlots = (own: number) =>
  Array.from({ length: slotsLookedAt }, (_, slot) => slot).filter((slot) => slot !== own)

const isThere = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  )
