import { extractorConcurrency } from '../artifacts/archive-settings.ts'
import { environmentOf } from '../artifacts/expand-words.ts'
import { extractArchive } from '../artifacts/extract-archive.ts'
import { withStageLog, type StageLog } from '../artifacts/helper-log.ts'
import { openArchive } from '../artifacts/open-archive.ts'
import { runProgram } from '../artifacts/run-program.ts'
import { placesOf, selectionRules } from '../artifacts/select-files.ts'
import { systemClock, type Clock } from '../clock.ts'
import type { JobContext } from '../job/context.ts'
import type { JobCache } from '../job/job.ts'
import { JobFailure } from '../job/outcome.ts'
import type { JobEnvironment, JobOutput } from '../job/ports.ts'
import { readCacheEntry, reasonWithoutCache, usableKey } from './cache-entry.ts'
import { isAllowedFallback, type CacheKey } from './cache-key.ts'
import { isAbsence, scopeOf, type CacheStore, type StoredCache } from './cache-store.ts'
import { cachesOf } from './due.ts'
import { objectName } from './object-name.ts'
import { RemoteProblem } from './remote-store.ts'
import { fetchCache, nameInStore, withCachePlaces, type CachePlaces } from './shared-caches.ts'

interface Restore {
  readonly context: JobContext
  readonly environment: JobEnvironment
  readonly places: CachePlaces
  readonly log: StageLog
  readonly signal: AbortSignal
  readonly clock: Pick<Clock, 'now' | 'sleep'>
}

/**
 * The stage that puts caches into the project: of each entry the first key that has one (job-execution.md §10.3). A
 * cache that is missing or damaged is a line in the log, nothing more.
 * @throws JobFailure when an entry's policy is no policy.
 */
export async function restoreCaches(
  context: JobContext,
  environment: JobEnvironment,
  output: JobOutput,
  store: CacheStore,
  signal: AbortSignal,
  clock: Pick<Clock, 'now' | 'sleep'> = systemClock,
): Promise<void> {
  await withStageLog(output, (log) =>
    withCachePlaces({ context, store, log }, async (places) => {
      for (const cache of cachesOf(context.job)) {
        signal.throwIfAborted()
        await restoreOne(cache, { context, environment, places, log, signal, clock })
      }
    }),
  )
}

async function restoreOne(cache: JobCache, restore: Restore): Promise<void> {
  const { context, log } = restore
  const { key, policy } = await readCacheEntry(context, cache, log)
  if (!key) return log.notice('Skipping cache extraction due to empty cache key')
  if (policy === 'push') return log.notice(`Not downloading cache ${key.shown} due to policy`)

  for (const candidate of [key, ...(await fallbackKeys(cache, restore))]) {
    await log.notice(`Checking cache for ${candidate.shown}...`)
    if (await tryKey(candidate, restore)) return log.notice('Successfully extracted cache')
    await log.caution('Failed to extract cache')
    if (context.flags.get('FF_CLEAN_UP_FAILED_CACHE_EXTRACT')) await removePaths(cache, restore)
  }
}

async function fallbackKeys(cache: JobCache, { context, log }: Restore): Promise<readonly CacheKey[]> {
  const { variables } = context
  const raws = cache.fallbackKeys.map((key) => variables.expand(key)).filter((key) => key !== '')
  const last = variables.get('CACHE_FALLBACK_KEY')
  if (last !== '' && isAllowedFallback(last)) raws.push(last)
  else if (last !== '') {
    await log.caution(`CACHE_FALLBACK_KEY "${last}" not allowed to end in "-protected"`)
  }
  const keys: CacheKey[] = []
  for (const raw of raws) {
    const key = await usableKey(context, raw, log)
    if (key) keys.push(key)
  }
  return keys
}

async function tryKey(key: CacheKey, restore: Restore): Promise<boolean> {
  const { log, signal } = restore
  try {
    return (await tryShared(key, restore)) ?? (await tryLocal(key, restore))
  } catch (error) {
    signal.throwIfAborted()
    // A lost container is no matter of caches.
    if (error instanceof JobFailure) throw error
    const message = error instanceof Error ? error.message : String(error)
    if (error instanceof RemoteProblem) await log.helper.warning(message)
    else await log.helper.fatal(message)
    return false
  }
}

/** @returns `undefined` where this machine's copy is to be tried. */
async function tryShared(key: CacheKey, restore: Restore): Promise<boolean | undefined> {
  const { context, places, log, signal, clock } = restore
  const { local: store, shared } = places
  const name = shared && (await nameInStore(context, key, log))
  if (!store || !shared || name === undefined) {
    await log.helper.info(
      'No URL provided, cache will not be downloaded from shared cache server. Instead a local version of cache will be extracted.',
    )
    return undefined
  }
  const parts = { context, store, log, signal, clock }
  let fetched = await fetchCache(key, name, shared, parts)
  const other = fetched.kind === 'missing' ? otherName(key, context) : undefined
  if (other !== undefined && (await shared.look(other, signal))) {
    await log.helper.info('Selecting alternate cache URL: primary not available')
    fetched = await fetchCache(key, other, shared, parts)
  }
  if (fetched.kind === 'missing') {
    await log.helper.warning('file does not exist', { object: shared.addressOf(name) })
    return shared.missingIsLocal ? undefined : false
  }
  await extract(fetched.cache, key, store, restore)
  return true
}

/** Where the object lies if it was saved before FF_HASH_CACHE_KEYS was turned on or off. */
function otherName({ other }: CacheKey, context: JobContext): string | undefined {
  const isHashed = context.flags.get('FF_HASH_CACHE_KEYS') ?? false
  return other === undefined ? undefined : objectName(context, other, !isHashed)
}

async function tryLocal(key: CacheKey, restore: Restore): Promise<boolean> {
  const { context, places, log } = restore
  const { local: store } = places
  const scope = scopeOf(context)
  const found =
    (await store?.find(scope, key.stored)) ??
    (key.other === undefined ? undefined : await store?.find(scope, key.other))
  if (!store || !found) {
    const reason = reasonWithoutCache(context) ?? 'none was saved under this key'
    await log.helper.warning('Cache file does not exist', { reason })
    return false
  }
  await log.helper.info('Local cache found', {
    bytes: found.size,
    job: found.facts.savedBy,
    saved: new Date(found.facts.savedAt).toISOString(),
  })
  await extract(found, key, store, restore)
  return true
}

async function extract(
  found: StoredCache,
  key: CacheKey,
  store: CacheStore,
  restore: Restore,
): Promise<void> {
  const { context, environment, signal } = restore
  const { project } = context.dirs
  try {
    await using archive = await openArchive(found.path, project, extractorConcurrency(context))
    await extractArchive(archive, environment, project, signal)
  } catch (error) {
    if (!isAbsence(error)) throw error
    // Another job has just replaced it.
    const newer = await store.find(scopeOf(context), key.stored)
    if (!newer || newer.path === found.path) throw error
    await extract(newer, key, store, restore)
  }
}

/** What half a cache left behind would otherwise be taken for a whole one. */
async function removePaths(cache: JobCache, { context, environment, log, signal }: Restore): Promise<void> {
  const { project } = context.dirs
  const wanted = { paths: cache.paths, exclude: [], untracked: false }
  for (const { kind, path } of placesOf(selectionRules(wanted, project, environmentOf(context.variables)))) {
    if (kind !== 'name') continue
    await log.notice(`Removing ${path}`)
    await runProgram(environment, ['rm', '-rf', '--', `./${path}`], { workingDir: project }, signal)
  }
}
