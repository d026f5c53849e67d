import { stat } from 'node:fs/promises'

import { BadTar, parseTar, type TarEntry } from './parse-tar.ts'
import { EndOfBytes } from './byte-reader.ts'
import { ArchiveProblem } from './archive-problem.ts'
import type { ArchiveEntry } from './read-files.ts'
import { checkUnpackedSize, pathInside, type EntryHead, type StoredArchive } from './stored-archive.ts'
import { unpackedZstd } from './unpacked-file.ts'

/** Opens a tar archive compressed with zstd. @throws ArchiveProblem when it is damaged or has what is never extracted. */
export async function openTarZstd(path: string, targetDir: string): Promise<StoredArchive> {
  const { size: packedSize } = await stat(path)
  const heads: EntryHead[] = []
  for await (const entry of entriesOf(path, packedSize, targetDir)) {
    const { kind, mtime } = entry
    heads.push({ path: entry.path, kind, mtime, size: kind === 'file' ? entry.size : 0 })
  }
  return {
    heads,
    read: () => entriesOf(path, packedSize, targetDir),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

async function* entriesOf(path: string, packedSize: number, targetDir: string): AsyncGenerator<ArchiveEntry> {
  try {
    for await (const entry of parseTar(counted(unpackedZstd(path), packedSize))) {
      const inside = pathInside(entry.name, targetDir)
      if (inside !== undefined) yield entryOf(entry, inside)
    }
  } catch (error) {
    if (error instanceof BadTar || error instanceof EndOfBytes)
      throw new ArchiveProblem(error.message, { cause: error })
    if ((error as NodeJS.ErrnoException).code?.startsWith('ZSTD')) {
      throw new ArchiveProblem('the archive cannot be decompressed', { cause: error })
    }
    throw error
  }
}

function entryOf(entry: TarEntry, path: string): ArchiveEntry {
  const { mode, mtime, uid, gid, size, content, bytes, target } = entry
  const facts = { path, mode: mode & 0o777, mtime, uid, gid }
  switch (entry.type) {
    case 'directory':
      return { ...facts, kind: 'directory' }
    case 'link':
      return { ...facts, kind: 'link', target }
    case 'file':
      return { ...facts, kind: 'file', size, content, ...(bytes && { bytes }) }
    case 'hard-link':
      throw new ArchiveProblem(`${path}: is a hard link and is not extracted`)
    case 'other':
      throw new ArchiveProblem(`${path}: is a device node, pipe or socket and is not extracted`)
  }
}

async function* counted(chunks: AsyncIterable<Buffer>, packedSize: number): AsyncGenerator<Buffer> {
  let unpacked = 0
  for await (const chunk of chunks) {
    unpacked += chunk.length
    checkUnpackedSize(unpacked, packedSize)
    yield chunk
  }
}
