import { crc32 } from 'node:zlib'

import { contentLength, windowLength, type CodecPool } from './codec-pool.ts'
import type { LongFile, TarPiece } from './cut-tar.ts'
import { OrderedWork } from './ordered-work.ts'
import type { PackOptions } from './pack-run.ts'
import { pathOf } from './read-files.ts'
import {
  dataDescriptor,
  endOfDirectory,
  headerBound,
  methods,
  placeRecords,
  writeCentralHeader,
  writeLocalHeader,
  type ZipRecord,
} from './zip-format.ts'
import { zstdOf } from './zstd.ts'

export interface ZipOptions extends PackOptions {
  readonly pool: CodecPool
  /** Bytes kept in memory for each file or block that is being compressed. */
  readonly bufferSize: number
}

/** Leaves room for what compression adds to bytes it cannot compress. */
const longFile = 0xffff_ffff - 64 * 1024 * 1024

/**
 * Writes a zip archive while its files come. Runs of short ones are compressed whole, long ones in blocks, side by side
 * in the pool's threads; the order of the files stays. Of what is out only packed bytes are kept.
 */
export async function* writeZip(
  pieces: AsyncIterable<TarPiece>,
  options: ZipOptions,
): AsyncGenerator<Uint8Array> {
  const { pool, method, level, bufferSize } = options
  const directory: Uint8Array[] = []
  let count = 0
  let offset = 0
  const work = new OrderedWork(Math.max(bufferSize, contentLength) * pool.concurrency * 2)

  const put = (chunk: Uint8Array) => {
    offset += chunk.length
    return [chunk]
  }
  const list = (records: Uint8Array, entries: number) => {
    directory.push(records)
    count += entries
  }

  async function* streamFile({ head, content }: LongFile): AsyncGenerator<Uint8Array> {
    const name = Buffer.from(pathOf(head.name.toString('utf8')))
    const isLong = head.size >= longFile
    const { mtime, uid, gid, size } = head
    const facts = { name, kind: 'file', mode: head.mode & 0o777, mtime, uid, gid } as const
    let start = 0
    let crc = 0
    let packedSize = 0
    const recordNow = (): ZipRecord => ({
      ...facts,
      method: methods[method],
      offset: start,
      crc,
      size,
      packedSize,
      isStreamed: true,
    })
    work.say(() => {
      start = offset
      return put(written(name, (memory) => writeLocalHeader(memory, 0, recordNow(), isLong)))
    })
    const putContent = (chunk: Uint8Array) => {
      packedSize += chunk.length
      return put(chunk)
    }
    const summed = async function* () {
      for await (const chunk of content) {
        crc = crc32(chunk, crc)
        yield chunk
      }
    }

    if (method === 'deflate') {
      for await (const some of blocksOf(summed(), size, pool)) {
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
      const complete = recordNow()
      list(
        written(name, (memory) => writeCentralHeader(memory, 0, complete)),
        1,
      )
      return put(dataDescriptor(complete, isLong))
    })
  }

  for await (const piece of pieces) {
    if (piece.kind === 'run') {
      const { block, length, global } = piece
      work.follow(length, pool.run({ kind: 'pack', block, length, global, method, level }), (packed) => {
        const records = Buffer.from(packed.records.buffer)
        list(placeRecords(records, offset, packed.bytes.length), packed.count)
        return put(packed.bytes)
      })
    } else if (piece.head.type === 'file') yield* streamFile(piece)
    yield* work.makeRoom()
  }
  yield* work.finish()

  const start = offset
  for (const records of directory) yield* put(records)
  yield* put(endOfDirectory(count, offset - start, start))
}

function written(name: Uint8Array, write: (memory: Buffer) => number): Buffer {
  const memory = Buffer.alloc(headerBound(name.length))
  return memory.subarray(0, write(memory))
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
