import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

import { z } from 'zod'

import type { JobContext } from '../job/context.ts'

const metadataSchema = z.object({
  cachekey: z.string(),
  archive: z.string().regex(/^[\w-]+\.zip$/),
  savedAt: z.number(),
  savedBy: z.number(),
  newest: z.number(),
  names: z.string(),
  etag: z.string().optional(),
})

/** What is known of an archive beside its bytes. */
export interface CacheFacts {
  /** The key as people see it. */
  readonly cachekey: string
  /** Milliseconds since the epoch. */
  readonly savedAt: number
  /** GitLab's id of the job that made it or fetched it. */
  readonly savedBy: number
  /** Seconds since the epoch: the newest modification time of any file in it. */
  readonly newest: number
  /** Digest over the names in it. */
  readonly names: string
  /** Of the object in the shared store that has the same content. */
  readonly etag?: string | undefined
}

/** @param paths in any order. */
export const digestOfNames = (paths: readonly string[]): string =>
  createHash('sha256').update(paths.toSorted().join('\0')).digest('hex')

export interface StoredCache {
  readonly path: string
  readonly size: number
  readonly facts: CacheFacts
}

/** Whose caches: jobs of one project on one runner share them; protected refs have their own. */
export interface CacheScope {
  readonly runner: string
  readonly projectId: number
  readonly isProtected: boolean
}

/** Archives of caches, shared by all jobs that run at once. */
export interface CacheStore {
  find(scope: CacheScope, key: string): Promise<StoredCache | undefined>
  /**
   * Keeps what `write` writes to the path it is given; until it is complete, and if it never is, the archive before it
   * stays.
   */
  save(scope: CacheScope, key: string, write: (path: string) => Promise<CacheFacts>): Promise<void>
  /** Notes that the shared store has the same content under this mark, unless the archive was replaced meanwhile. */
  noteObject(scope: CacheScope, key: string, stored: StoredCache, etag: string): Promise<void>
}

/** Who may share a job's caches (docker-executor.md §9.4). */
export function scopeOf({ job, runner }: Pick<JobContext, 'job' | 'runner'>): CacheScope {
  // The id outlives a rotated token; a runner without one is known by its token alone.
  const name = runner.id > 0 ? `${runner.url} ${runner.id}` : runner.token
  return {
    runner: createHash('sha256').update(name).digest('hex').slice(0, 32),
    projectId: job.info.projectId,
    isProtected: job.git.protected === true || job.caches.some(({ key }) => key.endsWith('-protected')),
  }
}

const metadataName = 'metadata.json'

/** Keeps caches in a folder of this machine, readable by its owner only. */
export function localCacheStore(root: string): CacheStore {
  // A key may be longer than a file name and is whatever a pipeline says, so its digest names the folder.
  const folderOf = ({ runner, projectId, isProtected }: CacheScope, key: string) =>
    join(
      root,
      runner,
      String(projectId),
      isProtected ? 'protected' : 'unprotected',
      createHash('sha256').update(key).digest('hex'),
    )

  const noteFacts = async (folder: string, facts: CacheFacts, archive: string) => {
    const draft = join(folder, `archive_${randomUUID()}`)
    try {
      await writeFile(draft, JSON.stringify({ ...facts, archive }), { mode: 0o600 })
      // From here on the new archive is the one that is found.
      await rename(draft, join(folder, metadataName))
    } catch (error) {
      await rm(draft, { force: true })
      throw error
    }
  }

  const store: CacheStore = {
    async find(scope, key) {
      const folder = folderOf(scope, key)
      try {
        const { archive, ...facts } = metadataSchema.parse(
          JSON.parse(await readFile(join(folder, metadataName), 'utf8')),
        )
        const path = join(folder, archive)
        return { path, size: (await stat(path)).size, facts }
      } catch (error) {
        if (isAbsence(error) || error instanceof SyntaxError || error instanceof z.ZodError) return undefined
        throw error
      }
    },

    async save(scope, key, write) {
      const folder = folderOf(scope, key)
      const archive = `cache-${randomUUID()}.zip`
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 })
        const facts = await write(join(folder, archive))
        await noteFacts(folder, facts, archive)
      } catch (error) {
        await rm(join(folder, archive), { force: true })
        throw isFull(error) ? new Error(noSpace(root), { cause: error }) : error
      }
      await removeOthers(folder, archive)
    },

    async noteObject(scope, key, { path, facts }, etag) {
      const now = await store.find(scope, key)
      if (now?.path !== path) return
      await noteFacts(folderOf(scope, key), { ...facts, etag }, basename(path))
    },
  }
  return store
}

/** How long another job may still be writing an archive, or a dead process's remains lie about. */
const abandonedAfter = 24 * 60 * 60_000

/** Removes archives that were replaced. Whoever has one open reads it to its end. */
async function removeOthers(folder: string, current: string): Promise<void> {
  const mine = await stat(join(folder, current)).catch(() => undefined)
  for (const name of await readdir(folder)) {
    if (name === current || name === metadataName) continue
    const other = await stat(join(folder, name)).catch(() => undefined)
    // A younger one may be in the making by another job.
    const isReplaced =
      other && mine && other.birthtimeMs < mine.birthtimeMs && other.mtimeMs < mine.birthtimeMs
    const isAbandoned = other && Date.now() - other.mtimeMs > abandonedAfter
    if (isReplaced || isAbandoned) await rm(join(folder, name), { force: true })
  }
}

const isFull = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOSPC'

const noSpace = (root: string) =>
  `no space left on the disk of ${root}, where the caches are kept. Free space there, for example with "drydock prune", or let the cache have fewer files. A cache saved before stays`

export const isAbsence = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'
