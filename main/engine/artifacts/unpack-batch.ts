import { contentLength } from './codec-pool.ts'
import type { Block } from './cut-tar.ts'
import { none } from './tar-head.ts'
import type { TarRun } from './tar-run.ts'
import type { PackedFile } from './unpack-files.ts'

/** Makes a piece of a tar archive of compressed files. */
export type Unpack = (block: Block, files: readonly PackedFile[]) => Promise<Block>

const mostFiles = 500
const mostUnpacked = 2 * 1024 * 1024

/** Files of a zip archive short enough to go through a thread together. */
export const isShort = ({ packedSize, size }: Pick<PackedFile, 'packedSize' | 'size'>) =>
  packedSize <= contentLength / 2 && size <= mostUnpacked

/** Short files of a zip archive that a thread decompresses at once. */
export function unpackBatch(unpack: Unpack, takeBlock = () => new Uint8Array(contentLength)) {
  let block: Block | undefined
  const files: PackedFile[] = []
  let filled = 0
  let unpacked = 0

  return {
    isUsed: () => files.length > 0,

    hasRoomFor: ({ packedSize, size }: PackedFile) =>
      files.length === 0 ||
      (files.length < mostFiles && filled + packedSize <= contentLength && unpacked + size <= mostUnpacked),

    add(file: PackedFile, packed: Buffer) {
      block ??= takeBlock()
      block.set(packed, filled)
      filled += packed.length
      unpacked += file.size
      files.push(file)
    },

    /** @throws ArchiveProblem when a file cannot be decompressed, or is not what the archive says. */
    async send(): Promise<TarRun> {
      const bytes = await unpack(block ?? new Uint8Array(), files)
      const newest = files.reduce((latest, { mtime }) => Math.max(latest, mtime), 0)
      const facts = { length: bytes.length, count: files.length, newest, hardLinks: [], global: none }
      return { kind: 'run', block: bytes, ...facts }
    },
  }
}
