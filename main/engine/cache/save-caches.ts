import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

import { archiveSettings } from '../artifacts/archive-settings.ts'
import { writeArchive, type ArchiveFormat } from '../artifacts/archive.ts'
import { collectFiles } from '../artifacts/collect-files.ts'
import type { Block, TarPiece } from '../artifacts/cut-tar.ts'
import type { JobResult } from '../artifacts/due.ts'
import { environmentOf } from '../artifacts/expand-words.ts'
import { withStageLog, type StageLog } from '../artifacts/helper-log.ts'
import { listFiles } from '../artifacts/list-files.ts'
import { readFiles, type ArchiveEntry } from '../artifacts/read-files.ts'
import { runProgram } from '../artifacts/run-program.ts'
import { placesOf, selectionRules, type Wanted } from '../artifacts/select-files.ts'
import { writeTar } from '../artifacts/write-tar.ts'
import { systemClock, type Clock } from '../clock.ts'
import type { JobContext } from '../job/context.ts'
import type { JobCache } from '../job/job.ts'
import { JobFailure } from '../job/outcome.ts'
import type { JobEnvironment, JobOutput } from '../job/ports.ts'
import { readCacheEntry, reasonWithoutCache } from './cache-entry.ts'
import type { CacheKey } from './cache-key.ts'
import { digestOfNames, scopeOf, type CacheStore, type StoredCache } from './cache-store.ts'
import { cachesFor } from './due.ts'
import { nameInStore, shareCache, withCachePlaces, type CachePlaces } from './shared-caches.ts'

interface Save {
  readonly context: JobContext
  readonly environment: JobEnvironment
  readonly places: CachePlaces
  readonly log: StageLog
  readonly signal: AbortSignal
  readonly clock: Pick<Clock, 'now'>
}

/**
 * The stage that saves caches after such a result (job-execution.md §10.4). A cache that cannot be saved is a line in
 * the log, and the one saved before stays.
 * @throws JobFailure when an entry's policy is no policy.
 */
export async function saveCaches(
  context: JobContext,
  environment: JobEnvironment,
  output: JobOutput,
  store: CacheStore,
  result: JobResult,
  signal: AbortSignal,
  clock: Pick<Clock, 'now'> = systemClock,
): Promise<void> {
  await withStageLog(output, (log) =>
    withCachePlaces({ context, store, log }, async (places) => {
      for (const cache of cachesFor(context.job, result)) {
        signal.throwIfAborted()
        await saveEntry(cache, { context, environment, places, log, signal, clock })
      }
    }),
  )
}

async function saveEntry(cache: JobCache, save: Save): Promise<void> {
  const { context, log, signal } = save
  const { key, policy } = await readCacheEntry(context, cache, log)
  if (!key) return log.notice('Skipping cache archiving due to empty cache key')
  if (policy === 'pull') return log.notice(`Not uploading cache ${key.shown} due to policy`)
  await log.notice(`Creating cache ${key.shown}...`)
  try {
    await saveOne(cache, key, save)
    await log.notice('Created cache')
  } catch (error) {
    signal.throwIfAborted()
    // A lost container is no matter of caches.
    if (error instanceof JobFailure) throw error
    await log.helper.fatal(error instanceof Error ? error.message : String(error))
    await log.caution('Failed to create cache')
  }
}

async function saveOne({ paths, untracked }: JobCache, key: CacheKey, save: Save): Promise<void> {
  const { context, environment, places, log, signal } = save
  const wanted: Wanted = { paths, exclude: [], untracked }
  const found = await collectFiles(context, environment, wanted, log.helper, signal)
  const selected = [...found].filter(([, kind]) => kind !== 'special').map(([path]) => path)
  if (selected.length === 0) return log.helper.warning('No files to cache.')
  const { local: store } = places
  if (!store) {
    return log.helper.warning('Cache will not be stored', { reason: reasonWithoutCache(context) ?? '' })
  }

  const scope = scopeOf(context)
  const before = await store.find(scope, key.stored)
  const names = digestOfNames(selected)
  const isUnchanged = before?.facts.names === names && !(await hasNewer(before, wanted, selected, save))
  if (isUnchanged) {
    if (!places.shared) return log.helper.info('Archive is up to date!')
  } else await store.save(scope, key.stored, (path) => writeCache(path, selected, { key, names }, save))
  await share(key, store, isUnchanged, save)
}

async function share(key: CacheKey, store: CacheStore, isUnchanged: boolean, save: Save): Promise<void> {
  const { context, places, log, signal } = save
  const { shared } = places
  const name = shared && (await nameInStore(context, key, log))
  if (!shared || name === undefined) {
    return log.helper.info(
      'No URL provided, cache will not be uploaded to shared cache server. Cache will be stored only locally.',
    )
  }
  if (isUnchanged) {
    if (await shared.look(name, signal)) {
      return log.helper.info('Primary cache already exists remotely, skipping upload')
    }
    await log.helper.info('Primary cache does not exist remotely, uploading existing archive')
  }
  const cache = await store.find(scopeOf(context), key.stored)
  if (cache) await shareCache(key, name, cache, shared, { context, store, log, signal })
}

async function writeCache(
  path: string,
  paths: readonly string[],
  { key, names }: { readonly key: CacheKey; readonly names: string },
  { context, environment, log, signal, clock }: Save,
) {
  const settings = archiveSettings(context, 'CACHE_COMPRESSION_LEVEL')
  for (const warning of settings.warnings) await log.helper.warning(warning)
  const { project: projectDir } = context.dirs
  const onRemark = (text: string) => log.helper.warning(text)
  let newest = 0
  const read = async function* (takeBlock?: () => Block): AsyncGenerator<TarPiece> {
    for await (const piece of readFiles({ environment, projectDir, paths, signal, onRemark, takeBlock })) {
      newest = Math.max(newest, piece.kind === 'run' ? piece.newest : piece.head.mtime)
      yield piece
    }
  }
  const archive = writeArchive(read, formatOf(context), settings)
  await pipeline(archive, createWriteStream(path, { mode: 0o600, flush: true }), { signal })
  return { cachekey: key.shown, savedAt: clock.now(), savedBy: context.job.id, newest, names }
}

function formatOf({ variables }: JobContext): ArchiveFormat {
  const asked = variables.get('CACHE_COMPRESSION_FORMAT').toLowerCase()
  return asked === 'zipzstd' || asked === 'tarzstd' ? asked : 'zip'
}

const markName = 'newest-in-cache'

/** Whether any of the files was modified after what the archive has. */
async function hasNewer(
  { facts }: StoredCache,
  wanted: Wanted,
  selected: readonly string[],
  { context, environment, signal }: Save,
): Promise<boolean> {
  const { project, tmp } = context.dirs
  // Only `find` can compare times in every image, and it wants a file to compare with; only `tar` can make one.
  const stdin = Readable.from(writeTar(mark(facts.newest)), { objectMode: false })
  const command = ['sh', '-c', 'mkdir -p "$1" && cd "$1" && tar -x -f -', 'mark', tmp]
  await runProgram(environment, command, { stdin, workingDir: project }, signal)

  const places = placesOf(selectionRules(wanted, project, environmentOf(context.variables)))
  const everywhere = wanted.untracked ? [{ kind: 'folder', path: '.' } as const] : places
  const { files } = await listFiles(environment, project, everywhere, signal, `${tmp}/${markName}`)
  return selected.some((path) => files.has(path))
}

async function* mark(mtime: number): AsyncGenerator<ArchiveEntry> {
  const content = Readable.from([])
  yield { kind: 'file', path: markName, mode: 0o600, mtime, uid: 0, gid: 0, size: 0, content }
}
