import { open } from 'node:fs/promises'
import { availableParallelism } from 'node:os'

import { ArchiveProblem } from './archive-problem.ts'
import { openTarZstd } from './read-tar-zstd.ts'
import { openZip } from './read-zip.ts'
import type { StoredArchive } from './stored-archive.ts'

/**
 * Opens an archive in whatever format its first bytes say (job-execution.md §10.3).
 * @param targetDir where it will be extracted, for messages.
 * @param concurrency threads that decompress.
 * @throws ArchiveProblem
 */
export async function openArchive(
  path: string,
  targetDir: string,
  concurrency = availableParallelism(),
): Promise<StoredArchive> {
  const magic = Buffer.alloc(4)
  const file = await open(path)
  try {
    await file.read(magic, 0, 4, 0)
  } finally {
    await file.close()
  }
  if (magic.readUInt32BE(0) === 0x28b5_2ffd) return openTarZstd(path, targetDir)
  if (magic.readUInt16BE(0) === 0x1f8b) throw new ArchiveProblem('gzip archives cannot be extracted')
  return openZip(path, targetDir, concurrency)
}
