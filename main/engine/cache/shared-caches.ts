import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { archiveSettings } from '../artifacts/archive-settings.ts'
import type { StageLog } from '../artifacts/helper-log.ts'
import { openArchive } from '../artifacts/open-archive.ts'
import { startMeter } from '../artifacts/transfer-meter.ts'
import type { Clock } from '../clock.ts'
import type { JobContext } from '../job/context.ts'
import { reasonWithoutCache } from './cache-entry.ts'
import type { CacheKey } from './cache-key.ts'
import {
  digestOfNames,
  localCacheStore,
  scopeOf,
  type CacheFacts,
  type CacheStore,
  type StoredCache,
} from './cache-store.ts'
import { fetchObject } from './fetch-object.ts'
import { objectName } from './object-name.ts'
import { openRemoteStore } from './open-remote-store.ts'
import type { RemoteObject, RemoteStore } from './remote-store.ts'
import { withTimeLimit } from './time-limit.ts'
import { transferSettings } from './transfer-settings.ts'

interface Parts {
  readonly context: JobContext
  readonly store: CacheStore
  readonly log: StageLog
  readonly signal: AbortSignal
  readonly clock: Pick<Clock, 'now' | 'sleep'>
}

/** Where a stage finds and keeps its caches. */
export interface CachePlaces {
  /** Of this machine; `undefined` where the runner keeps none. */
  readonly local: CacheStore | undefined
  /** Of all machines; `undefined` where the configuration names none, or none that works. */
  readonly shared: RemoteStore | undefined
}

/** Opens a stage's places for caches, saying in the log what is wrong with them, and closes them after the work. */
export async function withCachePlaces<T>(
  { context, store, log }: Pick<Parts, 'context' | 'store' | 'log'>,
  work: (places: CachePlaces) => Promise<T>,
): Promise<T> {
  const shared = await openShared(context, log)
  try {
    if (reasonWithoutCache(context) === undefined) return await work({ local: store, shared })
    if (!shared) return await work({ local: undefined, shared })
    // An archive passes through a file even where none is kept.
    const folder = await mkdtemp(join(tmpdir(), 'drydock-cache-'))
    try {
      return await work({ local: localCacheStore(folder), shared })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  } finally {
    shared?.[Symbol.dispose]()
  }
}

async function openShared(context: JobContext, log: StageLog): Promise<RemoteStore | undefined> {
  try {
    const opened = await openRemoteStore(context.runner.cache)
    if (opened?.remark !== undefined) await log.helper.warning(opened.remark)
    return opened && withTimeLimit(opened.store, transferSettings(context).requestTimeout)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    await log.helper.error('Caches are not shared with other machines', { reason })
    return undefined
  }
}

/** A cache's place in the shared store; an error in the log where its key leads elsewhere. */
export async function nameInStore(
  context: JobContext,
  key: CacheKey,
  log: StageLog,
): Promise<string | undefined> {
  const name = objectName(context, key.stored)
  if (name === undefined) await log.helper.error(`cache key "${key.shown}" leads out of the project's folder`)
  return name
}

export type Fetched = { readonly kind: 'here'; readonly cache: StoredCache } | { readonly kind: 'missing' }

/** Brings a shared cache to this machine unless it is here already. @throws RemoteProblem or ArchiveProblem */
export async function fetchCache(
  key: CacheKey,
  name: string,
  shared: RemoteStore,
  { context, store, log, signal, clock }: Parts,
): Promise<Fetched> {
  const scope = scopeOf(context)
  const seen = await shared.look(name, signal)
  if (!seen) return { kind: 'missing' }
  const before = await store.find(scope, key.stored)
  if (before && before.facts.etag === seen.etag) {
    await log.helper.info('cache.zip is up to date')
    return { kind: 'here', cache: before }
  }
  await log.helper.info(`Downloading cache from ${shared.addressOf(name)}`, { etag: seen.etag })
  await store.save(scope, key.stored, async (path) => {
    await download(path, name, seen, shared, { context, log, signal, clock })
    return { ...(await factsOf(path, context, clock)), cachekey: key.shown, etag: seen.etag }
  })
  const cache = await store.find(scope, key.stored)
  return cache ? { kind: 'here', cache } : { kind: 'missing' }
}

async function download(
  path: string,
  name: string,
  seen: RemoteObject,
  store: RemoteStore,
  { context, log, signal, clock }: Omit<Parts, 'store'>,
): Promise<void> {
  const { meterInterval } = archiveSettings(context, 'CACHE_COMPRESSION_LEVEL')
  await using meter = await startMeter({
    label: 'Downloading cache',
    interval: meterInterval,
    total: seen.size,
    log,
  })
  let done = 0
  const onBytes = (count: number) => {
    done += count
    void meter.show(done)
  }
  await fetchObject(path, { store, name, seen, ...transferSettings(context), signal, clock, onBytes })
}

/** What an archive that came from elsewhere says of itself; read in passing it is also known to be one. */
async function factsOf(
  path: string,
  { job, dirs }: JobContext,
  clock: Pick<Clock, 'now'>,
): Promise<Omit<CacheFacts, 'cachekey'>> {
  await using archive = await openArchive(path, dirs.project)
  return {
    savedAt: clock.now(),
    savedBy: job.id,
    newest: archive.heads.reduce((newest, { mtime }) => Math.max(newest, mtime), 0),
    names: digestOfNames(archive.heads.map((head) => head.path)),
  }
}

/** Shares a cache of this machine with the others. @throws RemoteProblem */
export async function shareCache(
  key: CacheKey,
  name: string,
  cache: StoredCache,
  shared: RemoteStore,
  { context, store, log, signal }: Omit<Parts, 'clock'>,
): Promise<void> {
  const { MaxUploadedArchiveSize: most } = context.runner.cache
  if (most > 0 && cache.size > most) {
    await log.helper.info(
      `Cache archive size (${cache.size}) is too big (Limit is set to ${most}). Cache will be stored only locally.`,
    )
    return
  }
  await log.helper.info(`Uploading cache.zip to ${shared.addressOf(name)}`)
  const { meterInterval: interval } = archiveSettings(context, 'CACHE_COMPRESSION_LEVEL')
  {
    const total = cache.size
    await using meter = await startMeter({ label: 'Uploading cache', interval, total, log })
    const onSent = (bytes: number) => void meter.show(bytes)
    await shared.write(name, { path: cache.path, size: total, cachekey: key.shown, onSent }, signal)
  }
  const there = await shared.look(name, signal)
  if (there) await store.noteObject(scopeOf(context), key.stored, cache, there.etag)
}
