import { constants, crc32, deflateRawSync, zstdCompressSync } from 'node:zlib'

import { freeMemory } from './free-memory.ts'
import { growingMemory } from './growing-memory.ts'
import { entriesIn, type RunEntry, type TarRun } from './tar-run.ts'
import { headerBound, methods, writeCentralHeader, writeLocalHeader } from './zip-format.ts'

export interface PackOptions {
  readonly method: keyof typeof methods
  /** zlib's or zstd's; without meaning for `store`. */
  readonly level: number
}

export interface PackedRun {
  /** Local headers and contents as they stand in a zip archive. */
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Their entries of the table of contents, places counted from the first of the bytes. */
  readonly records: Uint8Array<ArrayBuffer>
  readonly count: number
}

type Run = Pick<TarRun, 'block' | 'length' | 'global'>

/** Makes a piece of a zip archive of a piece of a tar archive. Special files and second names are left out. */
export function packRun(run: Run, { method, level }: PackOptions): PackedRun {
  const out = growingMemory(run.length + headerBound(0))
  const records = growingMemory(64 * 1024)
  let count = 0
  for (const entry of entriesIn(run)) {
    const { kind, name, content } = partsOf(entry)
    if (!kind) continue
    const size = content.length
    const packed = kind === 'file' && size > 0 ? compressed(content, method, level) : content
    const isSmaller = packed !== content && packed.length < size
    const stored = isSmaller ? packed : content
    const { mode, mtime, uid, gid } = entry.head
    const record = {
      name,
      kind,
      mode: mode & 0o777,
      mtime,
      uid,
      gid,
      method: isSmaller ? methods[method] : methods.store,
      offset: out.length(),
      crc: crc32(content),
      size,
      packedSize: stored.length,
      isStreamed: false,
    }
    const bound = headerBound(name.length)
    out.write(bound + stored.length, (bytes, at) => {
      const end = writeLocalHeader(bytes, at, record, false)
      bytes.set(stored, end)
      return end + stored.length
    })
    records.write(bound, (bytes, at) => writeCentralHeader(bytes, at, record))
    if (packed !== content) freeMemory(packed)
    count += 1
  }
  return { bytes: out.taken(), records: records.taken(), count }
}

const nothing = Buffer.alloc(0)
const slash = Buffer.from('/')

function partsOf({ head, bytes }: RunEntry) {
  const name = plainName(head.name)
  switch (head.type) {
    case 'file':
      return { kind: 'file', name, content: bytes } as const
    case 'link':
      return { kind: 'link', name, content: head.target } as const
    case 'directory':
      return { kind: 'directory', name: Buffer.concat([name, slash]), content: nothing } as const
    case 'hard-link':
    case 'other':
      return { kind: undefined, name, content: nothing }
  }
}

/** Relative to the project, without a slash at its end. */
function plainName(name: Buffer): Buffer {
  const from = name[0] === 0x2e && name[1] === 0x2f ? 2 : 0
  let to = name.length
  while (to > from && name[to - 1] === 0x2f) to -= 1
  return name.subarray(from, to)
}

function compressed(content: Buffer, method: PackOptions['method'], level: number): Buffer {
  if (method === 'store') return content
  if (method === 'zstd') {
    return zstdCompressSync(content, { params: { [constants.ZSTD_c_compressionLevel]: level } })
  }
  const { length } = content
  return deflateRawSync(content, { level, ...sizedFor(length), chunkSize: deflatedBound(length) })
}

/**
 * A window no larger than the file costs no compression, and a quarter of the time goes into setting up large ones.
 */
function sizedFor(size: number): { readonly windowBits: number; readonly memLevel: number } {
  const bits = 32 - Math.clz32(size)
  return { windowBits: Math.min(15, Math.max(10, bits)), memLevel: Math.min(8, Math.max(4, bits - 5)) }
}

/** So much room that one call of zlib is enough. */
export function deflatedBound(size: number): number {
  return Math.max(64, size + (size >> 10) + 64)
}
