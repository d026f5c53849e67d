import { posix } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { crc32, createDeflateRaw } from 'node:zlib'

import { ArchiveProblem } from './archive-problem.ts'
import type { ArchiveEntry } from './read-files.ts'

const ahead = 1024 * 1024

/**
 * Writes each file as a gzip member of its own, one after another, as GitLab reads reports (job-execution.md §12.1).
 * @throws ArchiveProblem when an entry is no regular file.
 */
export async function* writeGzip(
  entries: AsyncIterable<ArchiveEntry>,
  level: number,
): AsyncGenerator<Uint8Array> {
  for await (const entry of entries) {
    if (entry.kind !== 'file') throw new ArchiveProblem(`the "${entry.path}" is not a regular file`)
    yield memberHeader(entry)
    let crc = 0
    const packer = createDeflateRaw({ level, chunkSize: ahead })
    const summed = async function* () {
      for await (const chunk of entry.content) {
        crc = crc32(chunk, crc)
        yield chunk
      }
    }
    const feeding = pipeline(summed(), packer).catch(() => undefined)
    try {
      yield* packer as AsyncIterable<Uint8Array>
    } finally {
      packer.destroy()
      await feeding
    }
    const trailer = Buffer.alloc(8)
    trailer.writeUInt32LE(crc, 0)
    trailer.writeUInt32LE(entry.size % 2 ** 32, 4)
    yield trailer
  }
}

function memberHeader({ path, mtime }: ArchiveEntry): Uint8Array {
  const fixed = Buffer.from([0x1f, 0x8b, 8, 0b1_1000, 0, 0, 0, 0, 0, 255])
  fixed.writeUInt32LE(mtime > 0 && mtime < 2 ** 32 ? mtime : 0, 4)
  return Buffer.concat([fixed, Buffer.from(`${plain(posix.basename(path))}\0${plain(path)}\0`, 'latin1')])
}

/** The header's texts are Latin-1 by its specification, so other names go escaped. */
function plain(text: string): string {
  const isPlain = !text.includes('%') && Buffer.byteLength(text) === text.length
  return isPlain ? text : `e:${encodeURIComponent(text)}`
}
