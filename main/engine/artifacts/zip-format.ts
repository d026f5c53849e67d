import { ArchiveProblem, type ArchiveEntry } from './read-files.ts'

/** Compression methods of the zip format. */
export const methods = { store: 0, deflate: 8, zstd: 93 } as const

/** What a zip file keeps of an entry beside its content. */
export type ZipFacts = Pick<ArchiveEntry, 'path' | 'kind' | 'mode' | 'mtime' | 'uid' | 'gid'>

/** What a zip file says of one entry. */
export interface ZipRecord {
  readonly entry: ZipFacts
  readonly method: number
  /** Place of the local header. */
  readonly offset: number
  readonly crc: number
  readonly size: number
  readonly packedSize: number
  /** Sizes and checksum stand behind the content, because they were not known before it. */
  readonly isStreamed: boolean
}

const maximum32 = 0xffff_ffff
const maximum16 = 0xffff
const isUtf8 = 0x0800
const hasDescriptor = 0x0008
const madeByUnix = 3 << 8
const fileTypes = { file: 0o100_000, directory: 0o040_000, link: 0o120_000 } as const

/**
 * Header in front of an entry's content. For a streamed entry sizes and checksum are left to its descriptor; `isLong`
 * says that they may need 64 bits.
 */
export function localHeader(record: ZipRecord, isLong: boolean): Buffer {
  const name = nameOf(record.entry)
  const extra = Buffer.concat([unixExtra(record.entry), isLong ? zip64Extra([0, 0]) : Buffer.alloc(0)])
  const header = Buffer.alloc(30)
  header.writeUInt32LE(0x0403_4b50, 0)
  header.writeUInt16LE(versionFor(record.method, isLong), 4)
  header.writeUInt16LE(isUtf8 | (record.isStreamed ? hasDescriptor : 0), 6)
  header.writeUInt16LE(record.method, 8)
  writeDosTime(header, record.entry.mtime, 10)
  if (!record.isStreamed) {
    header.writeUInt32LE(record.crc, 14)
    header.writeUInt32LE(record.packedSize, 18)
    header.writeUInt32LE(record.size, 22)
  } else if (isLong) {
    header.writeUInt32LE(maximum32, 18)
    header.writeUInt32LE(maximum32, 22)
  }
  header.writeUInt16LE(name.length, 26)
  header.writeUInt16LE(extra.length, 28)
  return Buffer.concat([header, name, extra])
}

/** Follows the content of a streamed entry. */
export function dataDescriptor({ crc, packedSize, size }: ZipRecord, isLong: boolean): Buffer {
  const descriptor = Buffer.alloc(isLong ? 24 : 16)
  descriptor.writeUInt32LE(0x0807_4b50, 0)
  descriptor.writeUInt32LE(crc, 4)
  if (isLong) {
    descriptor.writeBigUInt64LE(BigInt(packedSize), 8)
    descriptor.writeBigUInt64LE(BigInt(size), 16)
  } else {
    descriptor.writeUInt32LE(packedSize, 8)
    descriptor.writeUInt32LE(size, 12)
  }
  return descriptor
}

/** One entry of the table of contents. */
export function centralHeader(record: ZipRecord): Buffer {
  const { entry, size, packedSize, offset } = record
  const name = nameOf(entry)
  const long = [size, packedSize, offset].filter((value) => value >= maximum32)
  const extra = Buffer.concat([unixExtra(entry), long.length > 0 ? zip64Extra(long) : Buffer.alloc(0)])
  const header = Buffer.alloc(46)
  header.writeUInt32LE(0x0201_4b50, 0)
  header.writeUInt16LE(madeByUnix | versionFor(record.method, long.length > 0), 4)
  header.writeUInt16LE(versionFor(record.method, long.length > 0), 6)
  header.writeUInt16LE(isUtf8 | (record.isStreamed ? hasDescriptor : 0), 8)
  header.writeUInt16LE(record.method, 10)
  writeDosTime(header, entry.mtime, 12)
  header.writeUInt32LE(record.crc, 16)
  header.writeUInt32LE(Math.min(packedSize, maximum32), 20)
  header.writeUInt32LE(Math.min(size, maximum32), 24)
  header.writeUInt16LE(name.length, 28)
  header.writeUInt16LE(extra.length, 30)
  const isFolder = entry.kind === 'directory' ? 0x10 : 0
  header.writeUInt32LE((((fileTypes[entry.kind] | entry.mode) << 16) | isFolder) >>> 0, 38)
  header.writeUInt32LE(Math.min(offset, maximum32), 42)
  return Buffer.concat([header, name, extra])
}

/** The end of the file, 64 bits wide where it has to be. */
export function endOfDirectory(count: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x0605_4b50, 0)
  end.writeUInt16LE(Math.min(count, maximum16), 8)
  end.writeUInt16LE(Math.min(count, maximum16), 10)
  end.writeUInt32LE(Math.min(size, maximum32), 12)
  end.writeUInt32LE(Math.min(offset, maximum32), 16)
  if (count < maximum16 && size < maximum32 && offset < maximum32) return end

  const long = Buffer.alloc(56)
  long.writeUInt32LE(0x0606_4b50, 0)
  long.writeBigUInt64LE(44n, 4)
  long.writeUInt16LE(madeByUnix | 45, 12)
  long.writeUInt16LE(45, 14)
  long.writeBigUInt64LE(BigInt(count), 24)
  long.writeBigUInt64LE(BigInt(count), 32)
  long.writeBigUInt64LE(BigInt(size), 40)
  long.writeBigUInt64LE(BigInt(offset), 48)
  const locator = Buffer.alloc(20)
  locator.writeUInt32LE(0x0706_4b50, 0)
  locator.writeBigUInt64LE(BigInt(offset + size), 8)
  locator.writeUInt32LE(1, 16)
  return Buffer.concat([long, locator, end])
}

function nameOf({ path, kind }: ZipFacts): Buffer {
  const name = Buffer.from(kind === 'directory' ? `${path}/` : path)
  if (name.length > maximum16) throw new ArchiveProblem(`${path}: the name is too long for a zip archive`)
  return name
}

/** Modification time in UTC and owner, as Info-ZIP stores them; the MS-DOS time has no zone and even seconds. */
function unixExtra({ mtime, uid, gid }: ZipFacts): Buffer {
  const extra = Buffer.alloc(9 + 15)
  extra.writeUInt16LE(0x5455, 0)
  extra.writeUInt16LE(5, 2)
  extra.writeUInt8(1, 4)
  extra.writeInt32LE(Math.max(-(2 ** 31), Math.min(mtime, 2 ** 31 - 1)), 5)
  extra.writeUInt16LE(0x7875, 9)
  extra.writeUInt16LE(11, 11)
  extra.writeUInt8(1, 13)
  extra.writeUInt8(4, 14)
  extra.writeUInt32LE(uid >>> 0, 15)
  extra.writeUInt8(4, 19)
  extra.writeUInt32LE(gid >>> 0, 20)
  return extra
}

function zip64Extra(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * values.length)
  extra.writeUInt16LE(1, 0)
  extra.writeUInt16LE(8 * values.length, 2)
  for (const [index, value] of values.entries()) extra.writeBigUInt64LE(BigInt(value), 4 + 8 * index)
  return extra
}

function versionFor(method: number, isLong: boolean): number {
  if (method === methods.zstd) return 63
  return isLong ? 45 : 20
}

function writeDosTime(header: Buffer, mtime: number, at: number): void {
  const date = new Date(Math.max(Date.UTC(1980), Math.min(mtime * 1000, Date.UTC(2107, 11, 31))))
  header.writeUInt16LE(
    (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1),
    at,
  )
  header.writeUInt16LE(
    ((date.getUTCFullYear() - 1980) << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate(),
    at + 2,
  )
}
