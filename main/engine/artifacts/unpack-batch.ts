import { oneChunk } from './byte-reader.ts'
import { contentLength, type CodecPool, type UnpackTask } from './codec-pool.ts'
import { ArchiveProblem, type ArchiveEntry } from './read-files.ts'
import type { ZipHead } from './zip-directory.ts'
import { methods } from './zip-format.ts'

type Facts = Pick<ArchiveEntry, 'path' | 'mode' | 'mtime' | 'uid' | 'gid'>

const mostFiles = 500
const mostUnpacked = 4 * 1024 * 1024

/** Small files of a zip archive that a thread decompresses at once. */
export function unpackBatch(pool: CodecPool) {
  const block = pool.takeBlock()
  const items: { readonly head: ZipHead; readonly facts: Facts }[] = []
  const files: UnpackTask['files'][number][] = []
  let filled = 0
  let unpacked = 0

  return {
    isUsed: () => items.length > 0,

    hasRoomFor: ({ packedSize, size }: ZipHead) =>
      items.length === 0 ||
      (items.length < mostFiles && filled + packedSize <= contentLength && unpacked + size <= mostUnpacked),

    add(head: ZipHead, facts: Facts, packed: Buffer) {
      block.set(packed, filled)
      filled += packed.length
      unpacked += head.size
      items.push({ head, facts })
      files.push({ method: methodOf(head), packedSize: packed.length, size: head.size })
    },

    /** @throws ArchiveProblem when a file cannot be decompressed, or is not what the archive says. */
    async send(): Promise<readonly ArchiveEntry[]> {
      const answer = await pool.run({ kind: 'unpack', block, files })
      const all = Buffer.from(answer.bytes.buffer, answer.bytes.byteOffset, answer.bytes.byteLength)
      let from = 0
      return items.map(({ head, facts }, index) => {
        const file = answer.files[index]
        if (!file || file.isBroken) throw new ArchiveProblem(`${head.name}: cannot be decompressed`)
        checkContent(head, file.length, file.crc)
        const bytes = all.subarray(from, from + file.length)
        from += file.length
        return { ...facts, kind: 'file', size: head.size, bytes, content: oneChunk(bytes) }
      })
    },
  }
}

function methodOf({ method }: ZipHead): 'store' | 'deflate' | 'zstd' {
  if (method === methods.store) return 'store'
  return method === methods.deflate ? 'deflate' : 'zstd'
}

/** @throws ArchiveProblem when content is not what the archive says of it. */
export function checkContent({ name, size, crc }: ZipHead, realSize: number, realCrc: number): void {
  if (realSize !== size) throw new ArchiveProblem(`${name}: is not as long as the archive says`)
  if (realCrc !== crc) throw new ArchiveProblem(`${name}: its checksum does not match`)
}
