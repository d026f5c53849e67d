import type { ArchiveSettings, CompressionLevel } from './archive-settings.ts'
import { createCodecPool } from './codec-pool.ts'
import type { Block, TarPiece } from './cut-tar.ts'
import { entriesOf } from './read-files.ts'
import { writeGzip } from './write-gzip.ts'
import { writeRaw } from './write-raw.ts'
import { writeTar } from './write-tar.ts'
import { writeZip, type ZipOptions } from './write-zip.ts'
import { zstdOf } from './zstd.ts'

export type ArchiveFormat = 'zip' | 'zipzstd' | 'tarzstd' | 'gzip' | 'raw'

// zlib's 6 stands between the reference's 5 and what `zip` does unasked; the rest is job-execution.md §12.1.
const deflateLevels: Readonly<Record<CompressionLevel, number>> = {
  fastest: 0,
  fast: 1,
  default: 6,
  slow: 7,
  slowest: 9,
}
// The reference names four strengths; these are zstd's own levels for them.
const zstdLevels: Readonly<Record<CompressionLevel, number>> = {
  fastest: 1,
  fast: 1,
  default: 3,
  slow: 7,
  slowest: 11,
}

/** Begins to read files. @param takeBlock gives memory for them that other threads may have. */
export type ReadPieces = (takeBlock?: () => Block) => AsyncIterable<TarPiece>

/** Writes an archive of a format while its files come. Memory stays within a few times concurrency × buffer. */
export async function* writeArchive(
  read: ReadPieces,
  format: ArchiveFormat,
  settings: Pick<ArchiveSettings, 'level' | 'concurrency' | 'bufferSize'>,
): AsyncGenerator<Uint8Array> {
  switch (format) {
    case 'raw':
      return yield* writeRaw(entriesOf(read()))
    case 'gzip':
      return yield* writeGzip(entriesOf(read()), Math.max(1, deflateLevels[settings.level]))
    case 'tarzstd':
      return yield* zstdOf(writeTar(entriesOf(read())), zstdLevels[settings.level])
    case 'zip':
    case 'zipzstd': {
      await using pool = createCodecPool(settings.concurrency)
      return yield* writeZip(read(pool.takeBlock), {
        ...zipMethod(format, settings.level),
        pool,
        bufferSize: settings.bufferSize,
      })
    }
  }
}

function zipMethod(format: 'zip' | 'zipzstd', level: CompressionLevel): Pick<ZipOptions, 'method' | 'level'> {
  // In a zip with zstd, `fastest` means the default: it has nothing to do with storing.
  if (format === 'zipzstd') {
    return { method: 'zstd', level: level === 'fastest' ? zstdLevels.default : zstdLevels[level] }
  }
  return level === 'fastest'
    ? { method: 'store', level: 0 }
    : { method: 'deflate', level: deflateLevels[level] }
}
