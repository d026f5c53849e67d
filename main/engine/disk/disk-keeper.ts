import type { Logger } from 'pino'

import { say } from '../../contract/sentences/say.ts'
import type { DiskItem, DiskUsage, Pruned } from '../../contract/disk.ts'
import { ApiError } from '../../contract/table.ts'
import type { Clock } from '../clock.ts'
import type { Config } from '../config/schema.ts'
import type { DataDirs } from '../data-dirs.ts'
import type { DockerEngine, EngineDisk } from '../docker/port.ts'
import type { Thing } from '../docker/usage.ts'
import type { PrunableHistory } from '../history/port.ts'
import { applyRetention, planRetention } from '../history/retention.ts'
import type { ReadSettings } from '../settings.ts'
import { inWords } from './bytes.ts'
import { cacheItems, removeCache } from './cache-items.ts'
import { configuredNames } from './configured-names.ts'
import { engineItems } from './engine-items.ts'
import { leastFree, type FreeSpace } from './free-space.ts'
import { logItems } from './log-items.ts'
import { countedBytes, planEviction } from './plan-eviction.ts'
import type { UsageLog } from './usage-log.ts'

export interface DiskKeeperOptions {
  /** Those of the configuration's engines that answer. */
  readonly engines: () => Promise<readonly DockerEngine[]>
  readonly config: () => Config
  readonly settings: ReadSettings
  readonly usage: UsageLog
  readonly history: PrunableHistory
  readonly dirs: DataDirs
  readonly systemId: string
  readonly sessionId: string
  readonly clock: Clock
  readonly logger: Logger
}

export interface PruneWish {
  /** Bytes that may stay, instead of the budget. */
  readonly downTo?: number | undefined
  /** Bytes to free at least. */
  readonly toFree?: number
}

/** Keeps what Drydock has on the disk within its limits. */
export interface DiskKeeper {
  read(): Promise<DiskUsage>
  /** Says what `prune` would remove now. */
  plan(wish: PruneWish): Promise<Pruned>
  prune(wish: PruneWish): Promise<Pruned>
  /** @throws ApiError where it is kept for a reason, or is not there. */
  remove(item: Pick<DiskItem, 'kind' | 'id'>): Promise<void>
  /** A job has ended: the budget is looked at some time later. */
  jobEnded(): void
  /**
   * Looks after the disk until the signal aborts.
   * @param hinder told why no jobs should be asked for, or `undefined` when they may be
   */
  watch(hinder: (reason: string | undefined) => void, signal: AbortSignal): Promise<void>
}

/** An item, how it goes, and what jobs would hold to keep it. */
interface Removable extends DiskItem {
  readonly things: readonly Thing[]
  readonly remove: () => Promise<void>
}

// Free space is one system call; a look at the budget has the engine walk through every volume.
const lookEveryMs = 10_000
const budgetEveryMs = 10 * 60_000

export function createDiskKeeper(options: DiskKeeperOptions): DiskKeeper {
  const { clock, logger, dirs, history, settings, usage } = options
  const reading = new Map<DockerEngine, Promise<EngineDisk>>()
  let hasNews = true
  let budgetAt = -Infinity
  /** All that might go went, and the reserve was still short. */
  let isSpent = false

  const retention = () => {
    const { days, logBytes } = settings().history
    return { history, logsDir: dirs.logs, rules: { days, totalBytes: logBytes }, now: clock.now() }
  }

  /** An engine refuses to walk through its volumes twice at once. */
  const diskOf = (engine: DockerEngine): Promise<EngineDisk> => {
    const running = reading.get(engine) ?? engine.readDisk().finally(() => reading.delete(engine))
    reading.set(engine, running)
    return running
  }

  const removables = async (): Promise<readonly Removable[]> => {
    const { systemId, sessionId } = options
    const known = { systemId, sessionId, usage, configured: configuredNames(options.config()) }
    const engines = await options.engines()
    const [caches, ...ofEngines] = await Promise.all([
      cacheItems(dirs.caches, usage),
      ...engines.map(async (engine) =>
        engineItems(await diskOf(engine), known).map(({ references, ...item }) => ({
          ...item,
          remove: async () => {
            for (const reference of references)
              await (item.kind === 'volume' ? engine.removeVolume(reference) : engine.removeImage(reference))
          },
        })),
      ),
    ])
    return [
      ...caches.map((item) => ({ ...item, remove: () => removeCache(dirs.caches, item.id) })),
      ...ofEngines.flat(),
    ]
  }

  const going = async ({ downTo, toFree = 0 }: PruneWish) =>
    planEviction(await removables(), {
      budget: downTo ?? settings().disk.budgetBytes,
      toFree,
      all: downTo === 0,
    })

  const logsGoing = async (): Promise<readonly DiskItem[]> => {
    const { jobs, bytes } = await planRetention(retention())
    if (jobs === 0) return []
    return [
      {
        kind: 'logs',
        id: 'retention',
        name: jobs === 1 ? say('name-old-job') : say('name-old-jobs', { count: jobs }),
        bytes,
      },
    ]
  }

  const prune = async (wish: PruneWish): Promise<Pruned> => {
    const items: DiskItem[] = [...(await logsGoing())]
    await applyRetention(retention())
    const problems: string[] = []
    for (const item of await going(wish)) {
      try {
        if (await usage.removing(item.things, item.remove)) items.push(shown(item))
        else problems.push(say('stays-used', { name: item.name }))
      } catch (error) {
        problems.push(notRemoved(item, error))
      }
    }
    return { items, bytes: sumOf(items), problems }
  }

  const look = async (hinder: (reason: string | undefined) => void): Promise<void> => {
    const { reserveBytes } = settings().disk
    let free = await freeSpace(options)
    const isShort = free.bytes < reserveBytes
    const isLongAgo = clock.monotonic() - budgetAt >= budgetEveryMs
    // Others fill the disk, too: what was no more than the budget may have to go now.
    if ((hasNews && isLongAgo) || (isShort && (!isSpent || isLongAgo))) {
      hasNews = false
      budgetAt = clock.monotonic()
      const removed = await prune({ toFree: isShort ? reserveBytes - free.bytes : 0 })
      if (removed.items.length > 0)
        logger.info(
          { removed: removed.items.map(({ name }) => name) },
          `freed ${inWords(removed.bytes)} of disk`,
        )
      free = await freeSpace(options)
    }
    isSpent = free.bytes < reserveBytes
    hinder(free.bytes < reserveBytes ? shortage(free, reserveBytes) : undefined)
  }

  return {
    read: async () => {
      const { budgetBytes, reserveBytes } = settings().disk
      const [items, logs, free] = await Promise.all([
        removables(),
        logItems(dirs.logs, history),
        freeSpace(options),
      ])
      return {
        items: [...items.map(shown), ...logs].toSorted((a, b) => b.bytes - a.bytes),
        counted: countedBytes(items),
        budget: budgetBytes,
        free: free.bytes,
        reserve: reserveBytes,
      }
    },
    plan: async (wish) => {
      const items = [...(await logsGoing()), ...(await going(wish)).map(shown)]
      return { items, bytes: sumOf(items), problems: [] }
    },
    prune,
    remove: async ({ kind, id }) => {
      const item = (await removables()).find((one) => one.kind === kind && one.id === id)
      if (item === undefined) throw new ApiError('not-found', say('no-disk-item'))
      const { name, keptBecause, things } = item
      if (keptBecause !== undefined)
        throw new ApiError('conflict', say('item-kept', { name, why: keptBecause }))
      const isRemoved = await usage.removing(things, item.remove).catch((error: unknown) => {
        throw new ApiError('conflict', notRemoved(item, error), { cause: error })
      })
      if (!isRemoved) throw new ApiError('conflict', say('stays-used', { name }))
    },
    jobEnded: () => {
      hasNews = true
      isSpent = false
    },
    watch: async (hinder, signal) => {
      while (!signal.aborted) {
        await look(hinder).catch((error: unknown) =>
          logger.warn({ err: error }, 'the disk could not be looked after'),
        )
        await clock.sleep(lookEveryMs, signal).catch(() => {})
      }
    },
  }
}

const notRemoved = ({ name }: DiskItem, error: unknown): string =>
  say('not-removed', { name, why: error instanceof Error ? error.message : String(error) })

async function freeSpace({ dirs, engines }: DiskKeeperOptions): Promise<FreeSpace> {
  const ours = (await engines()).filter(({ about }) => about.endpoint.startsWith('unix:'))
  // The folder of an engine in a virtual machine is not there, and is left out.
  return leastFree([
    dirs.root,
    ...ours.map(({ about }) => about.rootFolder).filter((folder) => folder !== ''),
  ])
}

const shortage = ({ folder, bytes }: FreeSpace, reserve: number) =>
  say('disk-short', { left: inWords(bytes), folder, reserve: inWords(reserve) })

const sumOf = (items: readonly DiskItem[]) => items.reduce((sum, { bytes }) => sum + bytes, 0)

/** Only what the contract names. */
const shown = ({ kind, id, name, project, bytes, lastUsedAt, keptBecause }: DiskItem): DiskItem => ({
  kind,
  id,
  name,
  ...(project !== undefined && { project }),
  bytes,
  ...(lastUsedAt !== undefined && { lastUsedAt }),
  ...(keptBecause !== undefined && { keptBecause }),
})
