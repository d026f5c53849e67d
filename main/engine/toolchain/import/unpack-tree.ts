import { createWriteStream } from 'node:fs'
import {
  chmod,
  link,
  lstat,
  mkdir,
  readdir,
  readlink,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

import { say } from '../../../contract/sentences/say.ts'
import { ToolchainProblem } from '../toolchain.ts'

/** Something in an archive, as its name in there tells. */
export interface TreeEntry {
  readonly name: string
  readonly type: 'file' | 'hard-link' | 'link' | 'directory' | 'other'
  readonly mode: number
  /** Seconds since the epoch. */
  readonly mtime: number
  readonly size: number
  readonly target: string
  readonly content: AsyncIterable<Uint8Array>
  readonly bytes?: Uint8Array
}

export interface Unpacked {
  readonly folder: string
  readonly files: number
  readonly bytes: number
  /** Files that an interrupted import had brought already. */
  readonly kept: number
}

export interface UnpackOptions {
  /** Bytes of files so far. */
  readonly onProgress?: (bytes: number) => void
  readonly signal?: AbortSignal
  /** Asked when everything is unpacked; a rejection leaves the destination as it was. */
  readonly confirm?: () => Promise<void>
}

/**
 * Unpacks a tree beside its destination and moves it there in one step, so that half a toolchain is never seen. An
 * import that was interrupted goes on: files that lie there whole are not written again. Where all is in one folder,
 * that folder becomes the destination.
 * @throws ToolchainProblem where the destination exists, or an entry would leave it.
 */
export async function unpackTree(
  entries: AsyncIterable<TreeEntry>,
  destination: string,
  { onProgress, signal, confirm }: UnpackOptions = {},
): Promise<Unpacked> {
  if (await exists(destination))
    throw new ToolchainProblem(`${say('toolchain-destination', { folder: destination })}.`)
  const partial = `${destination}.importing`
  await mkdir(partial, { recursive: true, mode: 0o755 })
  // Links are made last: until then nothing can be written through one.
  const links = new Map<string, string>()
  const folderModes = new Map<string, number>()
  let [files, bytes, kept] = [0, 0, 0]

  for await (const entry of entries) {
    signal?.throwIfAborted()
    const inside = insidePath(entry.name)
    if (inside === '') continue
    const at = path.join(partial, inside)
    for (const folder of parentsOf(inside)) {
      if (links.has(folder))
        throw new ToolchainProblem(`${say('toolchain-archive-link', { name: entry.name })}.`)
    }
    if (entry.type === 'directory') {
      await mkdir(at, { recursive: true })
      folderModes.set(at, entry.mode & 0o777)
    } else if (entry.type === 'link') links.set(inside, entry.target)
    else if (entry.type === 'hard-link') {
      const target = insidePath(entry.target)
      const same = links.get(target)
      if (same !== undefined) links.set(inside, same)
      else await linkAgain(path.join(partial, target), at)
    } else if (entry.type === 'file') {
      files += 1
      bytes += entry.size
      if (await isWhole(at, entry)) kept += 1
      else await writeOne(at, entry)
      onProgress?.(bytes)
    } else throw new ToolchainProblem(`${say('toolchain-archive-device', { name: entry.name })}.`)
  }
  for (const [inside, target] of links) await makeLink(path.join(partial, inside), target)
  // Last, because a folder may be closed to writing.
  for (const [folder, mode] of folderModes) await chmod(folder, mode | 0o700)
  await confirm?.()
  await moveInto(partial, destination)
  return { folder: destination, files, bytes, kept }
}

function insidePath(name: string): string {
  const clean = path.posix.normalize(name.replace(/^(?:\.\/)+/, '')).replace(/\/+$/, '')
  if (path.posix.isAbsolute(clean) || clean === '..' || clean.startsWith('../') || name.includes('\0'))
    throw new ToolchainProblem(`${say('toolchain-archive-leaves', { name })}.`)
  return clean === '.' ? '' : clean
}

function* parentsOf(inside: string): Generator<string> {
  for (let at = inside.lastIndexOf('/'); at > 0; at = inside.lastIndexOf('/', at - 1))
    yield inside.slice(0, at)
}

/** The time of modification is set when the content is whole, and tells so. */
async function isWhole(at: string, { size, mtime }: TreeEntry): Promise<boolean> {
  const stat = await lstat(at).catch(() => undefined)
  return stat?.isFile() === true && stat.size === size && Math.floor(stat.mtimeMs / 1000) === mtime
}

async function writeOne(at: string, { mode, mtime, content, bytes }: TreeEntry): Promise<void> {
  await mkdir(path.dirname(at), { recursive: true })
  // A file under the same name may be a hard link to another, which must keep its content.
  await rm(at, { force: true })
  if (bytes === undefined) await pipeline(Readable.from(content), createWriteStream(at, { flags: 'wx' }))
  else await writeFile(at, bytes, { flag: 'wx' })
  await chmod(at, mode & 0o777)
  await utimes(at, mtime, mtime)
}

async function linkAgain(target: string, at: string): Promise<void> {
  await mkdir(path.dirname(at), { recursive: true })
  await rm(at, { force: true })
  await link(target, at)
}

async function makeLink(at: string, target: string): Promise<void> {
  if ((await readlink(at).catch(() => undefined)) === target) return
  await mkdir(path.dirname(at), { recursive: true })
  await rm(at, { force: true })
  await symlink(target, at)
}

async function moveInto(partial: string, destination: string): Promise<void> {
  const names = await readdir(partial)
  const [only = ''] = names
  const single = path.join(partial, only)
  if (names.length === 0) throw new ToolchainProblem(`${say('toolchain-archive-empty')}.`)
  if (names.length === 1 && (await lstat(single)).isDirectory()) {
    await rename(single, destination)
    await rm(partial, { recursive: true, force: true })
  } else await rename(partial, destination)
}

const exists = (at: string) =>
  lstat(at).then(
    () => true,
    () => false,
  )
