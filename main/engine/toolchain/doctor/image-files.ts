import { parseTar } from '../../artifacts/parse-tar.ts'
import type { DockerEngine, Image, PathStat } from '../../docker/port.ts'
import { readElf, type Elf } from '../elf/read-elf.ts'
import { defaultFolders, readLdCache, type CachedLibrary } from './ld-cache.ts'

/** What an image holds, found out without running it. Every answer is remembered. */
export interface ImageFiles extends AsyncDisposable {
  stat(path: string): Promise<PathStat | undefined>
  /** `undefined` where it is no ELF file. Links are followed. */
  elf(path: string): Promise<Elf | undefined>
  /** Of `/etc/ld.so.cache`. */
  cachedLibraries(): Promise<readonly CachedLibrary[]>
  /** The folders a loader of this image looks into last. */
  loaderFolders(loader: string): Promise<readonly string[]>
  text(path: string): Promise<string | undefined>
  /** Whose a file or folder is; links are not followed. */
  owner(path: string): Promise<Owner | undefined>
  /** Everything found out so far, to be kept for the next time. */
  facts(): ImageFacts
}

export interface Owner {
  readonly uid: number
  readonly gid: number
}

/** Plain data, good for as long as the image has this digest. */
export interface ImageFacts {
  readonly stats: Readonly<Record<string, PathStat | null>>
  readonly elves: Readonly<Record<string, Elf | null>>
  readonly texts: Readonly<Record<string, string | null>>
  readonly folders: Readonly<Record<string, readonly string[]>>
  readonly owners?: Readonly<Record<string, Owner | null>>
  readonly cache?: readonly CachedLibrary[]
}

export const noFacts: ImageFacts = { stats: {}, elves: {}, texts: {}, folders: {} }

const longestFile = 256 * 1024 * 1024

/** Looks into a container of the image that is made when first needed and never started (docker-executor.md §18.6). */
export function openImage(
  engine: DockerEngine,
  image: Image,
  labels: Readonly<Record<string, string>>,
  known: ImageFacts = noFacts,
): ImageFiles {
  const stats = new Map(Object.entries(known.stats))
  const elves = new Map(Object.entries(known.elves))
  const texts = new Map(Object.entries(known.texts))
  const folders = new Map(Object.entries(known.folders))
  const owners = new Map(Object.entries(known.owners ?? {}))
  let cache = known.cache
  let container: Promise<string> | undefined

  const open = () =>
    (container ??= engine.createContainer({
      spec: {
        Image: image.id,
        // An image without a command of its own could not be made a container of.
        Cmd: ['true'],
        Labels: labels,
        HostConfig: { NetworkMode: 'none' },
      },
    }))

  async function stat(path: string): Promise<PathStat | undefined> {
    const seen = stats.get(path)
    if (seen !== undefined) return seen ?? undefined
    const found = await engine.statPath(await open(), path)
    stats.set(path, found ?? null)
    return found
  }

  async function bytes(path: string): Promise<Buffer | undefined> {
    const found = await stat(path)
    const target = found?.kind === 'link' ? found.target : path
    const file = target === path ? found : await stat(target)
    if (file?.kind !== 'file' || file.size > longestFile) return undefined
    const tar = await engine.readArchive(await open(), target)
    try {
      return await firstFile(tar)
    } finally {
      tar.destroy()
    }
  }

  async function remembered<T>(all: Map<string, T | null>, path: string, read: () => Promise<T | undefined>) {
    const seen = all.get(path)
    if (seen !== undefined) return seen ?? undefined
    const found = await read()
    all.set(path, found ?? null)
    return found
  }

  return {
    stat,
    elf: (path) =>
      remembered(elves, path, async () => {
        const content = await bytes(path)
        return content && readElf((offset, length) => content.subarray(offset, offset + length))
      }),
    text: (path) => remembered(texts, path, async () => (await bytes(path))?.toString()),
    owner: (path) =>
      remembered(owners, path, async () => {
        if ((await stat(path)) === undefined) return undefined
        const tar = await engine.readArchive(await open(), path)
        try {
          return await firstOwner(tar)
        } finally {
          // A folder's own entry comes first; what is in it is of no interest.
          tar.destroy()
        }
      }),
    cachedLibraries: async () =>
      (cache ??= readLdCache((await bytes('/etc/ld.so.cache')) ?? Buffer.alloc(0))),
    loaderFolders: async (loader) => {
      const seen = folders.get(loader)
      if (seen !== undefined) return seen
      const found = defaultFolders((await bytes(loader)) ?? Buffer.alloc(0))
      folders.set(loader, found)
      return found
    },
    facts: () => ({
      stats: Object.fromEntries(stats),
      elves: Object.fromEntries(elves),
      texts: Object.fromEntries(texts),
      folders: Object.fromEntries(folders),
      owners: Object.fromEntries(owners),
      ...(cache !== undefined && { cache }),
    }),
    [Symbol.asyncDispose]: async () => {
      const id = await container?.catch(() => undefined)
      if (id !== undefined) await engine.removeContainer(id, { volumes: true })
    },
  }
}

async function firstFile(tar: AsyncIterable<Buffer>): Promise<Buffer | undefined> {
  for await (const entry of parseTar(tar)) {
    if (entry.type !== 'file') return undefined
    return entry.bytes ?? Buffer.concat(await Array.fromAsync(entry.content))
  }
  return undefined
}

async function firstOwner(tar: AsyncIterable<Buffer>): Promise<Owner | undefined> {
  for await (const { uid, gid } of parseTar(tar)) return { uid, gid }
  return undefined
}
