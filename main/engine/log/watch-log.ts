import type { LogChunk } from '../../contract/log-chunk.ts'
import type { LogReader } from './log-reader.ts'

const chunkBytes = 64 * 1024

/** A log from a byte offset on, as it grows, until it has ended or the signal aborts. */
export async function* watchLog(
  log: LogReader,
  from: number,
  signal: AbortSignal,
): AsyncGenerator<LogChunk, void> {
  let offset = from
  try {
    while (await log.grown(offset, signal)) {
      const bytes = wholeCharacters(await log.read(offset, chunkBytes))
      const nextOffset = offset + bytes.length
      yield {
        offset,
        text: new TextDecoder().decode(bytes),
        nextOffset,
        ended: log.ended && nextOffset === log.size,
      }
      offset = nextOffset
    }
  } catch (error) {
    if (!signal.aborted) throw error
    return
  }
  // The end of a log that had nothing after the asker's offset, or ended after its last piece was told.
  yield { offset, text: '', nextOffset: offset, ended: true }
}

/** Cuts a character that the next read completes. The log holds whole characters only, so never everything. */
function wholeCharacters(bytes: Uint8Array): Uint8Array {
  let end = bytes.length
  while (end > 0 && (bytes[end - 1]! & 0b1100_0000) === 0b1000_0000) end--
  if (end === 0) return bytes
  const lead = bytes[end - 1]!
  const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
  return end - 1 + length <= bytes.length ? bytes : bytes.subarray(0, end - 1)
}
