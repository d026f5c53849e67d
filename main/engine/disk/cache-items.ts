import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'

import { z } from 'zod'

import { say } from '../../contract/sentences/say.ts'
import type { DiskItem } from '../../contract/disk.ts'
import type { Thing } from '../docker/usage.ts'
import type { UsageLog } from './usage-log.ts'

export interface CacheItem extends DiskItem {
  readonly things: readonly Thing[]
}

const metadata = z.object({ cachekey: z.string(), savedAt: z.number() })
const metadataName = 'metadata.json'

/** Local caches of jobs, by key. A cache of a project whose jobs run stays: they may read and write it any moment. */
export async function cacheItems(
  root: string,
  usage: Pick<UsageLog, 'isHeld' | 'projectPath'>,
): Promise<readonly CacheItem[]> {
  const files = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => [])
  const folders = new Set(files.filter((entry) => entry.isFile()).map(({ parentPath }) => parentPath))
  const items = await Promise.all([...folders].map((folder) => cacheItem(root, folder, usage)))
  return items.filter((item) => item !== undefined)
}

async function cacheItem(
  root: string,
  folder: string,
  usage: Pick<UsageLog, 'isHeld' | 'projectPath'>,
): Promise<CacheItem | undefined> {
  const id = relative(root, folder)
  // runner / project / protected or not / key: anything else was not put there by the store.
  const [, project = '', protection = '', key, ...more] = id.split(/[\\/]/)
  if (key === undefined || more.length > 0) return undefined
  const names = await readdir(folder).catch(() => [])
  const files = await Promise.all(names.map((name) => stat(join(folder, name)).catch(() => undefined)))
  const known = files.filter((file) => file !== undefined)
  const facts = metadata.safeParse(await readJson(join(folder, metadataName))).data
  const thing: Thing = `caches ${project}`
  const name = facts?.cachekey ?? key.slice(0, 12)
  return {
    kind: 'cache',
    id,
    name: protection === 'protected' ? say('name-protected', { name }) : name,
    project: usage.projectPath(project) ?? `project-${project}`,
    bytes: known.reduce((sum, { size }) => sum + size, 0),
    // File systems note a reading at least once a day, which is fine enough for what is oldest.
    lastUsedAt: Math.max(
      facts?.savedAt ?? 0,
      ...known.map(({ atimeMs, mtimeMs }) => Math.max(atimeMs, mtimeMs)),
    ),
    ...(usage.isHeld(thing) && { keptBecause: say('kept-maybe-running') }),
    things: [thing],
  }
}

/** @param id of a cache item. */
export async function removeCache(root: string, id: string): Promise<void> {
  const folder = join(root, id)
  if (dirname(folder) === root || relative(root, folder).startsWith('..'))
    throw new Error(`${id} is no folder of a cache`)
  await rm(folder, { recursive: true, force: true })
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch {
    return undefined
  }
}
