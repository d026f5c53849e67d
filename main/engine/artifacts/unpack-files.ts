import { crc32, inflateRawSync, zstdDecompressSync } from 'node:zlib'

import { ArchiveProblem } from './archive-problem.ts'
import { freeMemory } from './free-memory.ts'
import { growingMemory } from './growing-memory.ts'
import { paddingOf } from './tar-head.ts'
import { tarHeaderBound, writeTarHeader } from './tar-format.ts'

/** A file as a zip archive has it. */
export interface PackedFile {
  /** Where it belongs, relative to where the archive is extracted to. */
  readonly path: string
  readonly mode: number
  readonly mtime: number
  readonly uid: number
  readonly gid: number
  readonly method: 'store' | 'deflate' | 'zstd'
  readonly packedSize: number
  readonly size: number
  readonly crc: number
}

/**
 * Makes a piece of a tar archive of compressed files.
 * @param block their compressed contents, one after another.
 * @throws ArchiveProblem when the content of one is damaged.
 */
export function unpackFiles({
  block,
  files,
}: {
  readonly block: Uint8Array
  readonly files: readonly PackedFile[]
}): Uint8Array<ArrayBuffer> {
  const out = growingMemory(files.reduce((sum, { size }) => sum + 1024 + size, 0))
  let from = 0
  for (const file of files) {
    const packed = block.subarray(from, from + file.packedSize)
    from += file.packedSize
    const content = unpackWhole(packed, file)
    out.write(tarHeaderBound(file.path) + file.size + paddingOf(file.size), (memory, at) => {
      const start = writeTarHeader(memory, at, { ...file, kind: 'file', target: '' })
      memory.set(content, start)
      const end = start + file.size
      memory.fill(0, end, end + paddingOf(file.size))
      return end + paddingOf(file.size)
    })
    if (content !== packed) freeMemory(content)
  }
  return out.taken()
}

/** @throws ArchiveProblem when the content is damaged. */
export function unpackWhole(packed: Uint8Array, file: PackedFile): Uint8Array {
  const limits = { maxOutputLength: Math.max(file.size, 1), chunkSize: Math.max(64, file.size) }
  let content = packed
  try {
    if (file.method === 'deflate') content = inflateRawSync(packed, limits)
    else if (file.method === 'zstd') content = zstdDecompressSync(packed, limits)
  } catch (cause) {
    throw new ArchiveProblem(`${file.path}: cannot be decompressed`, { cause })
  }
  checkContent(file, content.length, crc32(content))
  return content
}

/** @throws ArchiveProblem when content is not what the archive says of it. */
export function checkContent(
  { path, size, crc }: Pick<PackedFile, 'path' | 'size' | 'crc'>,
  realSize: number,
  realCrc: number,
): void {
  if (realSize !== size) throw new ArchiveProblem(`${path}: is not as long as the archive says`)
  if (realCrc !== crc) throw new ArchiveProblem(`${path}: its checksum does not match`)
}
