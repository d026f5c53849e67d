import { randomBytes } from 'node:crypto'
import * as node from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'

import { say } from '../../contract/sentences/say.ts'

/** What replacing a file needs of the file system; a test puts its own in to stop at any step. */
export type FileSystem = Pick<
  typeof node,
  'chown' | 'mkdir' | 'open' | 'readdir' | 'readlink' | 'rename' | 'rm' | 'stat'
>

/**
 * Replaces a file's content so that a crash at any moment leaves the old content or the new one: a neighbour of mode
 * 0600 is written, synced and renamed over it. A symbolic link stays one; a missing directory is made with mode 0700.
 */
export async function replaceFile(file: string, content: string, fs: FileSystem = node): Promise<void> {
  const target = await followLinks(file, fs)
  const directory = dirname(target)
  await fs.mkdir(directory, { recursive: true, mode: 0o700 })
  const neighbour = join(directory, `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`)
  try {
    const handle = await fs.open(neighbour, 'wx', 0o600)
    try {
      await handle.writeFile(content)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await keepOwner(target, neighbour, fs)
    await fs.rename(neighbour, target)
  } catch (error) {
    await fs.rm(neighbour, { force: true })
    throw error
  }
  await syncDirectory(directory, fs)
}

/** Where a chain of symbolic links ends, also when nothing is there yet. */
export async function followLinks(file: string, fs: Pick<FileSystem, 'readlink'> = node): Promise<string> {
  let at = resolve(file)
  for (let hops = 0; hops < 40; hops++) {
    const next = await fs.readlink(at).catch(() => undefined)
    if (next === undefined) return at
    at = resolve(dirname(at), next)
  }
  throw new Error(`${say('link-circle', { file })}.`)
}

// Root may edit a file of someone else's, who must still be able to read it afterwards.
async function keepOwner(target: string, neighbour: string, fs: FileSystem): Promise<void> {
  const old = await fs.stat(target).catch(() => undefined)
  if (!old || old.uid === process.getuid?.() || process.getuid?.() !== 0) return
  await fs.chown(neighbour, old.uid, old.gid)
}

/** A rename is only safe once the directory is on the disk. Windows and some network drives cannot do this. */
async function syncDirectory(directory: string, fs: FileSystem): Promise<void> {
  const handle = await fs.open(directory, 'r').catch(() => undefined)
  if (!handle) return
  try {
    await handle.sync()
  } catch {
    // Nothing better can be done: the content itself is synced.
  } finally {
    await handle.close()
  }
}

/** Removes what a crash in the middle of a replacement left behind, once no living process can still want it. */
export async function removeLeftovers(file: string, now: number, fs: FileSystem = node): Promise<void> {
  const target = await followLinks(file, fs)
  const directory = dirname(target)
  const ours = `.${basename(target)}.`
  for (const name of await fs.readdir(directory).catch(() => [] as string[])) {
    if (!name.startsWith(ours) || !/\.[\da-f]{12}\.tmp$/.test(name)) continue
    const path = join(directory, name)
    const found = await fs.stat(path).catch(() => undefined)
    if (found && now - found.mtimeMs > 60_000) await fs.rm(path, { force: true })
  }
}
