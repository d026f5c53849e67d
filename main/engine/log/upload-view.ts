import { crc32 } from 'node:zlib'

import { joined } from './filter.ts'
import type { Growth } from './growth.ts'
import { createLogLimit, limitNotice } from './log-limit.ts'
import { checksumText, type LogReader } from './log-reader.ts'

export interface UploadView {
  readonly reader: LogReader
  /** These bytes are in the file now, after those before them. @param fileCrc CRC32 of the file with them. */
  wrote(bytes: Buffer, fileCrc: number): void
  /** The file takes no more: GitLab is told these words instead. */
  broke(words: string): void
}

/**
 * A log as GitLab gets it: all of it up to its limit, then the notice that it is full (job-execution.md §9.5), while
 * the file may hold more. Shares the file's bytes; only the notice is its own.
 */
export function createUploadView(
  log: Pick<LogReader, 'ended' | 'read'>,
  limitBytes: number,
  growth: Pick<Growth, 'until'>,
): UploadView {
  const limit = createLogLimit(limitBytes, 0)
  let notice = limitNotice(limitBytes)
  let size = 0
  let crc = 0
  /** Where the notice takes the place of the file's bytes. */
  let cut = Infinity

  const reader: LogReader = {
    get size() {
      return size
    },
    get ended() {
      return log.ended
    },
    checksum: () => checksumText(crc),
    async read(offset, max) {
      const end = Math.min(offset + max, size)
      const pieces: Buffer[] = []
      if (offset < Math.min(end, cut)) {
        const bytes = await log.read(offset, Math.min(end, cut) - offset)
        pieces.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
        if (bytes.length < Math.min(end, cut) - offset) return pieces[0]!
      }
      if (end > cut) pieces.push(notice.subarray(Math.max(offset - cut, 0), end - cut))
      return joined(pieces)
    },
    async grown(offset, signal) {
      await growth.until(() => size > offset || log.ended, signal)
      return size > offset
    },
  }

  return {
    reader,
    wrote(bytes, fileCrc) {
      const passed = limit(bytes)
      crc = passed === bytes ? fileCrc : crc32(passed, crc)
      size += passed.length
      if (passed !== bytes && passed.length > 0) cut = size - notice.length
    },
    broke(words) {
      if (cut !== Infinity) return
      cut = size
      notice = Buffer.from(`\n${words}`)
      size += notice.length
      crc = crc32(notice, crc)
    },
  }
}
