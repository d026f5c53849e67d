import { crc32 } from 'node:zlib'

import type { CompressPool, PackedFile } from './compress-pool.ts'
import { OrderedWork } from './ordered-work.ts'
import type { ArchiveEntry } from './read-files.ts'
import {
  centralHeader,
  dataDescriptor,
  endOfDirectory,
  localHeader,
  methods,
  type ZipRecord,
} from './zip-format.ts'
import { zstdOf } from './zstd.ts'

export interface ZipOptions {
  readonly pool: CompressPool
  readonly method: 'store' | 'deflate' | 'zstd'
  /** zlib's or zstd's; without meaning for `store`. */
  readonly level: number
  /** Bytes kept in memory for each file or block that is being compressed. */
  readonly bufferSize: number
}

type FileEntry = Extract<ArchiveEntry, { kind: 'file' }>

/** How far back deflate looks; a block compresses as if it followed the one before. */
const window = 32 * 1024
const blockSize = 1024 * 1024
const smallFile = 512 * 1024
const batchSize = 512 * 1024
const mostFilesInBatch = 500
/** Room for what compression adds to bytes it cannot compress. */
const longFile = 0xffff_ffff - 64 * 1024 * 1024

/**
 * Writes a zip archive while its entries come. Small files are compressed several at a time in batches, large ones in
 * blocks, side by side in the pool's threads; the order of the entries stays.
 */
export async function* writeZip(
  entries: AsyncIterable<ArchiveEntry>,
  options: ZipOptions,
): AsyncGenerator<Uint8Array> {
  const { pool, method, level, bufferSize } = options
  // Only bytes are kept of an entry that is out: the entry itself holds on to its content.
  const directory: Buffer[] = []
  let fresh: Buffer[] = []
  let count = 0
  const work = new OrderedWork(Math.max(bufferSize, blockSize) * pool.concurrency * 2)
  let batch: { readonly entry: ArchiveEntry; readonly content: Uint8Array }[] = []
  let batchBytes = 0
  let offset = 0

  const put = (...chunks: readonly Uint8Array[]) => {
    for (const { length } of chunks) offset += length
    return chunks
  }
  const list = (record: ZipRecord) => {
    count += 1
    fresh.push(centralHeader(record))
    if (fresh.length < 1000) return
    directory.push(Buffer.concat(fresh))
    fresh = []
  }
  const putWhole = (entry: ArchiveEntry, content: Uint8Array, packed?: PackedFile, size = content.length) => {
    const used = packed && !packed.isStored ? methods[method] : methods.store
    const crc = packed?.crc ?? crc32(content)
    const record = { entry, method: used, offset, crc, size, packedSize: content.length, isStreamed: false }
    list(record)
    return put(localHeader(record, false), content)
  }

  function sendBatch() {
    const items = batch
    batch = []
    batchBytes = 0
    if (method === 'store') {
      work.say(() => items.flatMap(({ entry, content }) => putWhole(entry, content)))
      return
    }
    const files = items.filter(({ entry }) => entry.kind === 'file').map(({ content }) => content)
    const bytes = concat(files)
    const sizes = files.map(({ length }) => length)
    const weight = bytes.length
    work.follow(weight, pool.run({ kind: 'files', bytes, sizes, method, level }), (answer) => {
      let index = 0
      let from = 0
      return items.flatMap(({ entry, content }) => {
        if (entry.kind !== 'file') return putWhole(entry, content)
        const packed = answer.files[index++]
        if (!packed) throw new Error('a compressed file is missing')
        const until = from + packed.packedSize
        const bytes = answer.bytes.subarray(from, until)
        from = until
        return putWhole(entry, bytes, packed, entry.size)
      })
    })
  }

  async function* streamFile(entry: FileEntry): AsyncGenerator<Uint8Array> {
    const isLong = entry.size >= longFile
    let record: ZipRecord | undefined
    let crc = 0
    let packedSize = 0
    work.say(() => {
      record = { entry, method: methods[method], offset, crc: 0, size: 0, packedSize: 0, isStreamed: true }
      return put(localHeader(record, isLong))
    })
    const putContent = (chunk: Uint8Array) => {
      packedSize += chunk.length
      return put(chunk)
    }
    const summed = async function* () {
      for await (const chunk of entry.content) {
        crc = crc32(chunk, crc)
        yield chunk
      }
    }

    if (method === 'deflate') {
      for await (const { bytes, dictionaryLength, isLast } of blocksOf(summed(), entry.size)) {
        const weight = bytes.length
        const answer = pool.run({ kind: 'block', bytes, dictionaryLength, isLast, level })
        work.follow(weight, answer, (packed) => putContent(packed.bytes))
        yield* work.makeRoom()
      }
    } else {
      const packed = method === 'store' ? summed() : zstdOf(summed(), level)
      yield* work.finish()
      for await (const chunk of packed) yield* putContent(chunk)
    }

    work.say(() => {
      if (!record) return []
      const complete = { ...record, crc, packedSize, size: entry.size }
      list(complete)
      return put(dataDescriptor(complete, isLong))
    })
  }

  for await (const entry of entries) {
    if (entry.kind === 'file' && entry.size > smallFile) {
      sendBatch()
      yield* streamFile(entry)
    } else {
      const content = await contentOf(entry)
      batch.push({ entry, content })
      batchBytes += content.length
      if (batchBytes >= batchSize || batch.length >= mostFilesInBatch) sendBatch()
    }
    yield* work.makeRoom()
  }
  sendBatch()
  yield* work.finish()

  const start = offset
  for (const part of [...directory, ...fresh]) yield* put(part)
  yield* put(endOfDirectory(count, offset - start, start))
}

async function contentOf(entry: ArchiveEntry): Promise<Uint8Array> {
  if (entry.kind === 'directory') return new Uint8Array()
  if (entry.kind === 'link') return Buffer.from(entry.target)
  if (entry.bytes) return entry.bytes
  const chunks: Uint8Array[] = []
  for await (const chunk of entry.content) chunks.push(chunk)
  return chunks.length === 1 && chunks[0] ? chunks[0] : concat(chunks)
}

/** Cuts a stream of known length into blocks, each after the last bytes of the one before it. */
async function* blocksOf(content: AsyncIterable<Uint8Array>, size: number) {
  let block = new Uint8Array(Math.min(blockSize, size))
  let filled = 0
  let dictionaryLength = 0
  let left = size
  for await (const chunk of content) {
    for (let from = 0; from < chunk.length;) {
      const room = block.length - filled
      const some = chunk.subarray(from, from + room)
      block.set(some, filled)
      filled += some.length
      from += some.length
      if (filled < block.length) continue

      left -= filled - dictionaryLength
      const tail = block.slice(-window)
      yield { bytes: block, dictionaryLength, isLast: left === 0 }
      dictionaryLength = tail.length
      block = new Uint8Array(dictionaryLength + Math.min(blockSize, left))
      block.set(tail)
      filled = dictionaryLength
    }
  }
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
