import { createHash } from 'node:crypto'
import { realpath } from 'node:fs/promises'

import { looksSame, type Seen } from './entry.ts'
import { startReadingThreads } from './reading-threads.ts'

/** The content of a folder, down to one number, and what is needed to see quickly whether it is still the same. */
export interface Fingerprint {
  /** SHA-256 in hex over names, kinds, execute permissions, link targets and contents. Times and owners do not count. */
  readonly root: string
  readonly files: number
  /** Bytes in files. */
  readonly bytes: number
  readonly entries: readonly Entry[]
}

export interface Entry extends Seen {
  /** Of a file's content, SHA-256 in hex. */
  readonly hash: string
}

export interface Change {
  readonly path: string
  readonly change: 'added' | 'removed' | 'changed'
}

export interface Progress {
  /** Bytes read so far, of those that have to be read. */
  readonly done: number
  readonly total: number
}

export interface FingerprintOptions {
  /** From an earlier time: files that look the same are not read again. */
  readonly known?: Fingerprint
  readonly onProgress?: (progress: Progress) => void
  readonly signal?: AbortSignal
}

const batchBytes = 16 * 1024 * 1024
const batchFiles = 400

/**
 * Takes a folder's fingerprint in threads of their own. With `known`, only files are read whose size, times, kind or
 * permission differ: an unchanged tree takes as long as looking at its names.
 */
export async function takeFingerprint(
  folder: string,
  { known, onProgress, signal }: FingerprintOptions = {},
): Promise<Fingerprint> {
  await using threads = startReadingThreads()
  const root = await realpath(folder)
  const seen = await threads.walk(root)
  const before = new Map((known?.entries ?? []).map((entry) => [entry.path, entry]))
  const hashes = new Map<string, string>()
  const unread: Seen[] = []
  for (const entry of seen) {
    if (entry.kind !== 'file') continue
    const old = before.get(entry.path)
    if (old !== undefined && looksSame(old, entry)) hashes.set(entry.path, old.hash)
    else unread.push(entry)
  }

  const total = unread.reduce((sum, { size }) => sum + size, 0)
  let done = 0
  const batches = inBatches(unread)
  async function work(): Promise<void> {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      signal?.throwIfAborted()
      const paths = batch.map(({ path }) => path)
      const found = await threads.hash(root, paths)
      for (const [index, path] of paths.entries()) hashes.set(path, found[index] ?? '')
      done += batch.reduce((sum, { size }) => sum + size, 0)
      onProgress?.({ done, total })
    }
  }
  await Promise.all(Array.from({ length: threads.count }, work))

  const entries = seen
    .map((entry) => ({ ...entry, hash: hashes.get(entry.path) ?? '' }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
  const files = entries.filter(({ kind }) => kind === 'file')
  return {
    root: rootOf(entries),
    files: files.length,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    entries,
  }
}

function inBatches(files: readonly Seen[]): Seen[][] {
  const batches: Seen[][] = []
  let batch: Seen[] = []
  let bytes = 0
  for (const file of files) {
    batch.push(file)
    bytes += file.size
    if (bytes < batchBytes && batch.length < batchFiles) continue
    batches.push(batch)
    batch = []
    bytes = 0
  }
  if (batch.length > 0) batches.push(batch)
  // Large ones first, so that no thread is left with one at the end.
  return batches.sort((a, b) => sizeOf(b) - sizeOf(a))
}

const sizeOf = (batch: readonly Seen[]) => batch.reduce((sum, { size }) => sum + size, 0)

/** A Merkle tree: a folder's hash is made of those of what is in it. */
function rootOf(entries: readonly Entry[]): string {
  const inside = new Map<string, Entry[]>()
  for (const entry of entries) {
    const folder = entry.path.includes('/') ? entry.path.slice(0, entry.path.lastIndexOf('/')) : ''
    const others = inside.get(folder)
    if (others) others.push(entry)
    else inside.set(folder, [entry])
  }
  const folderHash = (folder: string): string => {
    const hash = createHash('sha256')
    for (const entry of inside.get(folder) ?? []) {
      const name = entry.path.slice(folder === '' ? 0 : folder.length + 1)
      const content =
        entry.kind === 'folder' ? folderHash(entry.path) : entry.kind === 'link' ? entry.target : entry.hash
      hash.update(`${entry.kind}${entry.executable ? '*' : ''}\0${name}\0${content}\0`)
    }
    return hash.digest('hex')
  }
  return folderHash('')
}

/** What differs between two fingerprints, by path. Empty when their roots are the same. */
export function changesBetween(before: Fingerprint, after: Fingerprint): readonly Change[] {
  if (before.root === after.root) return []
  const old = new Map(before.entries.map((entry) => [entry.path, entry]))
  const changes: Change[] = []
  for (const entry of after.entries) {
    const was = old.get(entry.path)
    old.delete(entry.path)
    if (was === undefined) changes.push({ path: entry.path, change: 'added' })
    else if (!isSameContent(was, entry)) changes.push({ path: entry.path, change: 'changed' })
  }
  for (const path of old.keys()) changes.push({ path, change: 'removed' })
  return changes.sort((a, b) => (a.path < b.path ? -1 : 1))
}

const isSameContent = (a: Entry, b: Entry) =>
  a.kind === b.kind && a.executable === b.executable && a.target === b.target && a.hash === b.hash
