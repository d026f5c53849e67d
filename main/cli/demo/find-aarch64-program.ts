import { openArchive } from '../../engine/artifacts/open-archive.ts'
import { singly } from '../../engine/artifacts/stored-archive.ts'

export interface FoundProgram {
  /** Path in the archive. */
  readonly name: string
  /** Bytes. */
  readonly size: number
}

const headerLength = 20
const elf = Buffer.from([0x7f, 0x45, 0x4c, 0x46])
const class64 = 2
const aarch64 = 183

/** The first 64-bit ARM program in the archives of a job. */
export async function findAarch64Program(archives: readonly string[]): Promise<FoundProgram | undefined> {
  for (const path of archives) {
    await using archive = await openArchive(path, '/')
    for await (const entry of singly(archive.read())) {
      if (entry.kind !== 'file') continue
      let header = Buffer.alloc(0)
      // Read to its end: the archive's next entry follows it.
      for await (const chunk of entry.content) {
        if (header.length < headerLength) header = Buffer.concat([header, chunk])
      }
      if (isAarch64(header)) return { name: entry.path, size: entry.size }
    }
  }
  return undefined
}

const isAarch64 = (header: Buffer) =>
  header.length >= headerLength &&
  header.subarray(0, 4).equals(elf) &&
  header[4] === class64 &&
  header.readUInt16LE(18) === aarch64
