import type { ArchiveEntry } from './read-files.ts'
import { endOfTar, tarHeader, tarPadding } from './tar-format.ts'

const chunkSize = 256 * 1024

/** Writes a tar archive while its entries come, in chunks worth sending. */
export async function* writeTar(entries: AsyncIterable<ArchiveEntry>): AsyncGenerator<Buffer> {
  let parts: Uint8Array[] = []
  let length = 0
  const collected = () => {
    const chunk = Buffer.concat(parts)
    parts = []
    length = 0
    return chunk
  }
  for await (const part of partsOf(entries)) {
    parts.push(part)
    length += part.length
    if (length >= chunkSize) yield collected()
  }
  yield collected()
}

async function* partsOf(entries: AsyncIterable<ArchiveEntry>): AsyncGenerator<Uint8Array> {
  for await (const entry of entries) {
    yield tarHeader(entry)
    if (entry.kind === 'file') {
      if (entry.bytes) yield entry.bytes
      else yield* entry.content
      yield tarPadding(entry.size)
    }
  }
  yield endOfTar
}
