import { crc32 } from 'node:zlib'

import { contentLength, windowLength, type Block, type CodecPool, type CodedFile } from './codec-pool.ts'
import { OrderedWork } from './ordered-work.ts'
import type { ArchiveEntry } from './read-files.ts'
import {
  centralHeader,
  dataDescriptor,
  endOfDirectory,
  localHeader,
  methods,
  type ZipFacts,
  type ZipRecord,
} from './zip-format.ts'
import { zstdOf } from './zstd.ts'

export interface ZipOptions {
  readonly pool: CodecPool
  readonly method: 'store' | 'deflate' | 'zstd'
  /** zlib's or zstd's; without meaning for `store`. */
  readonly level: number
  /** Bytes kept in memory for each file or block that is being compressed. */
  readonly bufferSize: number
}

type FileEntry = Extract<ArchiveEntry, { kind: 'file' }>

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
  const work = new OrderedWork(Math.max(bufferSize, contentLength) * pool.concurrency * 2)
  let batch = emptyBatch()
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
  const putWhole = (entry: ZipFacts, content: Uint8Array, packed?: CodedFile, size = content.length) => {
    const used = packed && !packed.isStored ? methods[method] : methods.store
    const crc = packed?.crc ?? crc32(content)
    const record = { entry, method: used, offset, crc, size, packedSize: content.length, isStreamed: false }
    list(record)
    return put(localHeader(record, false), content)
  }

  function sendBatch() {
    const { items, block, sizes, length } = batch
    batch = emptyBatch()
    if (method === 'store' || !block) {
      work.say(() => joined(items.flatMap(({ entry, content }) => putWhole(entry, content))))
      return
    }
    work.follow(length, pool.run({ kind: 'files', block, sizes, method, level }), (answer) => {
      let index = 0
      let from = 0
      const parts = items.flatMap(({ entry, content }) => {
        if (entry.kind !== 'file') return putWhole(entry, content)
        const packed = answer.files[index]
        const size = sizes[index++]
        if (!packed) throw new Error('a compressed file is missing')
        const until = from + packed.length
        const bytes = answer.bytes.subarray(from, until)
        from = until
        return putWhole(entry, bytes, packed, size)
      })
      return joined(parts)
    })
  }

  function addToBatch({ path, kind, mode, mtime, uid, gid }: ArchiveEntry, content: Uint8Array) {
    // The entry itself holds on to the chunk its content came in.
    const entry: ZipFacts = { path, kind, mode, mtime, uid, gid }
    if (method === 'store' || kind !== 'file') batch.items.push({ entry, content })
    else {
      batch.block ??= pool.takeBlock()
      batch.block.set(content, batch.filled)
      batch.filled += content.length
      batch.items.push({ entry, content: nothing })
      batch.sizes.push(content.length)
    }
    batch.length += content.length
    if (batch.length >= batchSize || batch.items.length >= mostFilesInBatch) sendBatch()
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
      for await (const some of blocksOf(summed(), entry.size, pool)) {
        const answer = pool.run({ kind: 'block', ...some, level })
        work.follow(contentLength, answer, ({ bytes }) => putContent(bytes))
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
      addToBatch(entry, bytesOf(entry) ?? (await contentOf(entry)))
    }
    yield* work.makeRoom()
  }
  sendBatch()
  yield* work.finish()

  const start = offset
  for (const part of [...directory, ...fresh]) yield* put(part)
  yield* put(endOfDirectory(count, offset - start, start))
}

interface Batch {
  readonly items: { readonly entry: ZipFacts; readonly content: Uint8Array }[]
  /** Contents of the files to compress, one after another. */
  block: Block | undefined
  readonly sizes: number[]
  filled: number
  /** Of everything in it, links too. */
  length: number
}

const emptyBatch = (): Batch => ({ items: [], block: undefined, sizes: [], filled: 0, length: 0 })

/** One chunk: streams take as long over a short one as over a long one. */
const joined = (parts: readonly Uint8Array[]) => [Buffer.concat(parts)]

const nothing = new Uint8Array()

/** The content where it needs no waiting for. */
function bytesOf(entry: ArchiveEntry): Uint8Array | undefined {
  if (entry.kind === 'directory') return nothing
  return entry.kind === 'link' ? Buffer.from(entry.target) : entry.bytes
}

async function contentOf(entry: ArchiveEntry): Promise<Uint8Array> {
  if (entry.kind !== 'file') return nothing
  const chunks: Uint8Array[] = []
  for await (const chunk of entry.content) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Cuts a stream of known length into blocks, each after the last bytes of the one before it. */
async function* blocksOf(content: AsyncIterable<Uint8Array>, size: number, pool: CodecPool) {
  let block = pool.takeBlock()
  let dictionaryLength = 0
  let filled = 0
  let left = size
  for await (const chunk of content) {
    for (let from = 0; from < chunk.length;) {
      const room = Math.min(contentLength, left) - (filled - dictionaryLength)
      const some = chunk.subarray(from, from + room)
      block.set(some, filled)
      filled += some.length
      from += some.length
      if (some.length < room) continue

      const length = filled - dictionaryLength
      left -= length
      const tail = block.slice(Math.max(0, filled - windowLength), filled)
      yield { block, dictionaryLength, length, isLast: left === 0 }
      if (left === 0) return
      block = pool.takeBlock()
      block.set(tail)
      dictionaryLength = filled = tail.length
    }
  }
}
