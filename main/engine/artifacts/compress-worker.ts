import { parentPort } from 'node:worker_threads'
import { constants, crc32, deflateRawSync, zstdCompressSync } from 'node:zlib'

import type { BlockTask, CompressAnswer, CompressTask, FilesTask } from './compress-pool.ts'

// Runs in a thread of its own, next to as many others as compress at once.
parentPort?.on('message', (task: CompressTask) => {
  const answer = task.kind === 'block' ? deflateBlock(task) : compressFiles(task)
  parentPort?.postMessage(answer, [answer.bytes.buffer as ArrayBuffer])
})

function deflateBlock({ id, bytes, dictionaryLength, isLast, level }: BlockTask): CompressAnswer {
  const block = bytes.subarray(dictionaryLength)
  const packed = deflateRawSync(block, {
    level,
    chunkSize: deflatedBound(block.length),
    finishFlush: isLast ? constants.Z_FINISH : constants.Z_SYNC_FLUSH,
    ...(dictionaryLength > 0 && { dictionary: bytes.subarray(0, dictionaryLength) }),
  })
  return { id, bytes: Uint8Array.from(packed), files: [] }
}

function compressFiles({ id, bytes, sizes, method, level }: FilesTask): CompressAnswer {
  const parts: Uint8Array[] = []
  let from = 0
  const files = sizes.map((size) => {
    const content = bytes.subarray(from, from + size)
    from += size
    const packed =
      method === 'deflate'
        ? deflateRawSync(content, { level, windowBits: windowFor(size), chunkSize: deflatedBound(size) })
        : zstdCompressSync(content, { params: { [constants.ZSTD_c_compressionLevel]: level } })
    const isStored = packed.length >= size
    parts.push(isStored ? content : packed)
    return { packedSize: isStored ? size : packed.length, crc: crc32(content), isStored }
  })
  return { id, bytes: joined(parts), files }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** A window no larger than the file costs no compression, and a quarter of the time goes into setting up large ones. */
function windowFor(size: number): number {
  return Math.min(15, Math.max(10, 32 - Math.clz32(size)))
}

/** So much room that one call of zlib is enough. */
function deflatedBound(size: number): number {
  return Math.max(64, size + (size >> 10) + 64)
}
