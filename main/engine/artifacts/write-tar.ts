import type { ArchiveEntry } from './read-files.ts'
import { endOfTar, tarHeader, tarPadding } from './tar-format.ts'
import type { TarRun } from './tar-run.ts'

const chunkSize = 256 * 1024

/** Writes a tar archive while its entries come, in chunks worth sending. Runs of files go on as they are. */
export async function* writeTar(entries: AsyncIterable<ArchiveEntry | TarRun>): AsyncGenerator<Buffer> {
  let parts: Uint8Array[] = []
  let length = 0
  const collected = () => {
    const [first] = parts
    const chunk = first && parts.length === 1 ? asBuffer(first) : Buffer.concat(parts)
    parts = []
    length = 0
    return chunk
  }
  for await (const part of partsOf(entries)) {
    if (part.length >= chunkSize && parts.length > 0) yield collected()
    parts.push(part)
    length += part.length
    if (length >= chunkSize) yield collected()
  }
  yield collected()
}

async function* partsOf(entries: AsyncIterable<ArchiveEntry | TarRun>): AsyncGenerator<Uint8Array> {
  for await (const entry of entries) {
    if (entry.kind === 'run') {
      yield entry.block.subarray(0, entry.length)
      continue
    }
    yield tarHeader(entry)
    if (entry.kind === 'file') {
      if (entry.bytes) yield entry.bytes
      else yield* entry.content
      yield tarPadding(entry.size)
    }
  }
  yield endOfTar
}

const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array) =>
  Buffer.from(buffer, byteOffset, byteLength)
