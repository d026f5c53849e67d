import { say } from '../../contract/sentences/say.ts'
import type { DiskItem } from '../../contract/disk.ts'
import { withTag } from '../docker/image-name.ts'
import { ownLabels } from '../docker/labels.ts'
import { isOfSameInstallation } from '../docker/session-id.ts'
import type { EngineDisk, ImageOnDisk, VolumeOnDisk } from '../docker/port.ts'
import type { Thing } from '../docker/usage.ts'
import { notOurs } from './plan-eviction.ts'
import type { UsageLog } from './usage-log.ts'

/** An item, and what holding it means to jobs. */
export interface EngineItem extends DiskItem {
  readonly things: readonly Thing[]
  /** What to ask the engine to remove. */
  readonly references: readonly string[]
}

export interface Known {
  readonly systemId: string
  /** Of this run: other installations on the machine have the same system id. */
  readonly sessionId: string
  readonly usage: Pick<UsageLog, 'lastUse' | 'isHeld' | 'pulledNames'>
  /** Volumes and images that the configuration names; toolchains among them. */
  readonly configured: ReadonlySet<string>
}

/**
 * What of an engine's disk is Drydock's: the volumes that carry our labels, and the images that our jobs use. Nothing
 * else is even listed.
 */
export function engineItems({ volumes, images }: EngineDisk, known: Known): readonly EngineItem[] {
  return [
    ...volumes.flatMap((volume) => volumeItem(volume, known)),
    ...images.flatMap((image) => imageItem(image, known)),
  ]
}

function volumeItem(
  volume: VolumeOnDisk,
  { systemId, sessionId, usage, configured }: Known,
): readonly EngineItem[] {
  const { name, labels, bytes, containers, createdAt } = volume
  if (labels[ownLabels.systemId] !== systemId || !isKept(labels[ownLabels.purpose])) return []
  if (!isOfSameInstallation(labels[ownLabels.session], sessionId)) return []
  const thing: Thing = `volume ${name}`
  const used = usage.lastUse(thing)
  const project = used?.project ?? projectIn(labels['com.gitlab.gitlab-runner.job.url'])
  const target = labels['com.gitlab.gitlab-runner.destination'] ?? ''
  return [
    {
      kind: 'volume',
      id: name,
      name:
        labels[ownLabels.purpose] === 'sources'
          ? say('name-sources', { name })
          : target === ''
            ? name
            : `${target} (${name})`,
      ...(project !== undefined && { project }),
      bytes,
      lastUsedAt: used?.at ?? createdAt,
      ...because(
        usage.isHeld(thing) && say('kept-running'),
        containers > 0 && say('kept-container'),
        configured.has(name) && say('kept-configured'),
      ),
      things: [thing],
      references: [name],
    },
  ]
}

const isKept = (purpose: string | undefined) => purpose === 'cache' || purpose === 'sources'

function imageItem(image: ImageOnDisk, { usage, configured }: Known): readonly EngineItem[] {
  const { id, names, bytes, containers } = image
  const things: readonly Thing[] = [`image ${id}`, ...names.map((name): Thing => `image ${name}`)]
  const uses = things.flatMap((thing) => usage.lastUse(thing) ?? [])
  const pulled = usage.pulledNames(id)
  if (uses.length === 0 && pulled.length === 0) return []
  const latest = uses.toSorted((a, b) => b.at - a.at)[0]
  const projects = new Set(uses.map(({ project }) => project))
  return [
    {
      kind: 'image',
      id,
      name: names[0] ?? pulled[0] ?? id,
      ...(projects.size === 1 && latest !== undefined && { project: latest.project }),
      bytes,
      ...(latest !== undefined && { lastUsedAt: latest.at }),
      ...because(
        // A name that somebody else gave it is theirs.
        (pulled.length === 0 || !names.every((name) => pulled.map(familiar).includes(familiar(name)))) &&
          notOurs,
        things.some((thing) => usage.isHeld(thing)) && say('kept-running'),
        containers > 0 && say('kept-container'),
        names.some((name) => configured.has(withTag(name))) && say('kept-configured'),
      ),
      things,
      references: names.length > 0 ? names : [id],
    },
  ]
}

const because = (...reasons: readonly (string | false)[]): Pick<DiskItem, 'keptBecause'> => {
  const reason = reasons.find((one) => one !== false)
  return reason === undefined ? {} : { keptBecause: reason }
}

// The engine leaves Docker Hub's names out.
const familiar = (name: string) => withTag(name).replace(/^docker\.io\/(library\/)?/, '')

const projectIn = (jobUrl: string | undefined): string | undefined =>
  /^[a-z]+:\/\/[^/]+\/(.+)\/-\/jobs\/\d+$/.exec(jobUrl ?? '')?.[1]
