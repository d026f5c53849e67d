import { parentPort } from 'node:worker_threads'
import {
  constants,
  crc32,
  deflateRawSync,
  inflateRawSync,
  zstdCompressSync,
  zstdDecompressSync,
} from 'node:zlib'

import type {
  Block,
  BlockTask,
  CodecAnswer,
  CodedFile,
  FilesTask,
  NumberedTask,
  UnpackTask,
} from './codec-pool.ts'

// Runs in a thread of its own, next to as many others as work at once.
parentPort?.on('message', (task: NumberedTask) => {
  const { bytes, files } = answerOf(task)
  const { id, block } = task
  parentPort?.postMessage({ id, block, bytes, files }, [block.buffer, bytes.buffer as ArrayBuffer])
})

function answerOf(task: NumberedTask): CodecAnswer {
  switch (task.kind) {
    case 'block':
      return deflateBlock(task)
    case 'files':
      return compressFiles(task)
    case 'unpack':
      return unpackFiles(task)
  }
}

function deflateBlock({ block, dictionaryLength, length, isLast, level }: BlockTask): CodecAnswer {
  const packed = deflateRawSync(block.subarray(dictionaryLength, dictionaryLength + length), {
    level,
    chunkSize: deflatedBound(length),
    finishFlush: isLast ? constants.Z_FINISH : constants.Z_SYNC_FLUSH,
    ...(dictionaryLength > 0 && { dictionary: block.subarray(0, dictionaryLength) }),
  })
  const bytes = Uint8Array.from(packed)
  free(packed)
  return { bytes, files: [] }
}

function compressFiles({ block, sizes, method, level }: FilesTask): CodecAnswer {
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const out = collecting(total)
  let from = 0
  const files = sizes.map((size): CodedFile => {
    const content = block.subarray(from, from + size)
    from += size
    const packed =
      method === 'deflate'
        ? deflateRawSync(content, { level, ...sizedFor(size), chunkSize: deflatedBound(size) })
        : zstdCompressSync(content, { params: { [constants.ZSTD_c_compressionLevel]: level } })
    const isStored = packed.length >= size
    const length = isStored ? size : packed.length
    out.add(isStored ? content : packed)
    free(packed)
    return { length, crc: crc32(content), isStored, isBroken: false }
  })
  return { bytes: out.bytes(), files }
}

function unpackFiles({ block, files: packedFiles }: UnpackTask): CodecAnswer {
  const out = collecting(packedFiles.reduce((sum, { size }) => sum + size, 0))
  let from = 0
  const files = packedFiles.map(({ method, packedSize, size }): CodedFile => {
    const packed = block.subarray(from, from + packedSize)
    from += packedSize
    const limits = { maxOutputLength: Math.max(size, 1), chunkSize: Math.max(64, size) }
    try {
      const content =
        method === 'store'
          ? packed
          : method === 'deflate'
            ? inflateRawSync(packed, limits)
            : zstdDecompressSync(packed, limits)
      const { length } = content
      if (length > size) return broken
      out.add(content)
      const crc = crc32(content)
      if (content !== packed) free(content)
      return { length, crc, isStored: false, isBroken: false }
    } catch {
      return broken
    }
  })
  return { bytes: out.bytes(), files }
}

const broken: CodedFile = { length: 0, crc: 0, isStored: false, isBroken: true }

/** @param most bytes that can come together. */
function collecting(most: number) {
  const all: Block = new Uint8Array(most)
  let length = 0
  return {
    add(part: Uint8Array) {
      all.set(part, length)
      length += part.length
    },
    bytes(): Block {
      if (length === most) return all
      const bytes = all.slice(0, length)
      free(all)
      return bytes
    },
  }
}

/** Larger ones have their memory for themselves. */
const longestPooled = 64 * 1024

/** Gives memory back at once: the collector sees small objects only and would let hundreds of megabytes pile up. */
function free({ buffer }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength > longestPooled) buffer.transfer(0)
}

/**
 * A window no larger than the file costs no compression, and a quarter of the time goes into setting up large ones.
 */
function sizedFor(size: number): { readonly windowBits: number; readonly memLevel: number } {
  const bits = 32 - Math.clz32(size)
  return { windowBits: Math.min(15, Math.max(10, bits)), memLevel: Math.min(8, Math.max(4, bits - 5)) }
}

/** So much room that one call of zlib is enough. */
function deflatedBound(size: number): number {
  return Math.max(64, size + (size >> 10) + 64)
}
