import type { ArchiveSettings, CompressionLevel } from './archive-settings.ts'
import { createCodecPool } from './codec-pool.ts'
import type { ArchiveEntry } from './read-files.ts'
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

/** Writes an archive of a format while its entries come. Memory stays within a few times concurrency × buffer. */
export async function* writeArchive(
  entries: AsyncIterable<ArchiveEntry>,
  format: ArchiveFormat,
  settings: Pick<ArchiveSettings, 'level' | 'concurrency' | 'bufferSize'>,
): AsyncGenerator<Uint8Array> {
  switch (format) {
    case 'raw':
      return yield* writeRaw(entries)
    case 'gzip':
      return yield* writeGzip(entries, Math.max(1, deflateLevels[settings.level]))
    case 'tarzstd':
      return yield* zstdOf(writeTar(entries), zstdLevels[settings.level])
    case 'zip':
    case 'zipzstd': {
      await using pool = createCodecPool(settings.concurrency)
      return yield* writeZip(entries, {
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
