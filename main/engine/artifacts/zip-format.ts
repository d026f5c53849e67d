/** Compression methods of the zip format. */
export const methods = { store: 0, deflate: 8, zstd: 93 } as const

/** What a zip file says of one entry. */
export interface ZipRecord {
  /** With a slash at its end where it is a folder. */
  readonly name: Uint8Array
  readonly kind: keyof typeof fileTypes
  /** Permission bits. */
  readonly mode: number
  /** Seconds since the epoch. */
  readonly mtime: number
  readonly uid: number
  readonly gid: number
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

const localLength = 30
const centralLength = 46
const unixLength = 9 + 15
const offsetAt = 42

/** Bytes that `writeLocalHeader` writes at most, and `writeCentralHeader` too. */
export const headerBound = (nameLength: number) => centralLength + nameLength + unixLength + 4 + 3 * 8

/**
 * Writes the header in front of an entry's content. For a streamed entry sizes and checksum are left to its descriptor;
 * `isLong` says that they may need 64 bits.
 * @returns where it ends.
 */
export function writeLocalHeader(out: Buffer, at: number, record: ZipRecord, isLong: boolean): number {
  const { name, method, isStreamed, mtime } = record
  const isLater = isStreamed ? (isLong ? maximum32 : 0) : undefined
  out.writeUInt32LE(0x0403_4b50, at)
  out.writeUInt16LE(versionFor(method, isLong), at + 4)
  out.writeUInt16LE(isUtf8 | (isStreamed ? hasDescriptor : 0), at + 6)
  out.writeUInt16LE(method, at + 8)
  writeDosTime(out, mtime, at + 10)
  out.writeUInt32LE(isStreamed ? 0 : record.crc, at + 14)
  out.writeUInt32LE(isLater ?? record.packedSize, at + 18)
  out.writeUInt32LE(isLater ?? record.size, at + 22)
  out.writeUInt16LE(name.length, at + 26)
  out.writeUInt16LE(unixLength + (isLong ? 4 + 2 * 8 : 0), at + 28)
  out.set(name, at + localLength)
  const end = writeUnixExtra(out, at + localLength + name.length, record)
  return isLong ? writeZip64Extra(out, end, [0, 0]) : end
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

/** Writes one entry of the table of contents. @returns where it ends. */
export function writeCentralHeader(out: Buffer, at: number, record: ZipRecord): number {
  const { name, kind, method, size, packedSize, offset } = record
  const long = [size, packedSize, offset].filter((value) => value >= maximum32)
  out.writeUInt32LE(0x0201_4b50, at)
  out.writeUInt16LE(madeByUnix | versionFor(method, long.length > 0), at + 4)
  out.writeUInt16LE(versionFor(method, long.length > 0), at + 6)
  out.writeUInt16LE(isUtf8 | (record.isStreamed ? hasDescriptor : 0), at + 8)
  out.writeUInt16LE(method, at + 10)
  writeDosTime(out, record.mtime, at + 12)
  out.writeUInt32LE(record.crc, at + 16)
  out.writeUInt32LE(Math.min(packedSize, maximum32), at + 20)
  out.writeUInt32LE(Math.min(size, maximum32), at + 24)
  out.writeUInt16LE(name.length, at + 28)
  out.writeUInt16LE(unixLength + (long.length > 0 ? 4 + 8 * long.length : 0), at + 30)
  // No comment, no second disk, nothing about text.
  out.fill(0, at + 32, at + 38)
  const isFolder = kind === 'directory' ? 0x10 : 0
  out.writeUInt32LE((((fileTypes[kind] | record.mode) << 16) | isFolder) >>> 0, at + 38)
  out.writeUInt32LE(Math.min(offset, maximum32), at + offsetAt)
  out.set(name, at + centralLength)
  const end = writeUnixExtra(out, at + centralLength + name.length, record)
  return long.length > 0 ? writeZip64Extra(out, end, long) : end
}

/**
 * Moves entries of the table of contents, which say where they stand in a piece of the archive, to where the piece
 * stands. None of them is long itself.
 * @param length bytes of the piece.
 */
export function placeRecords(records: Buffer, base: number, length: number): Buffer {
  const isFar = base + length >= maximum32
  const parts: Buffer[] = []
  for (let at = 0; at < records.length;) {
    const end = at + recordLength(records, at)
    const offset = records.readUInt32LE(at + offsetAt) + base
    records.writeUInt32LE(Math.min(offset, maximum32), at + offsetAt)
    const record = records.subarray(at, end)
    if (isFar) parts.push(offset >= maximum32 ? withLongOffset(record, offset) : record)
    at = end
  }
  return isFar ? Buffer.concat(parts) : records
}

const recordLength = (records: Buffer, at: number) =>
  centralLength + records.readUInt16LE(at + 28) + records.readUInt16LE(at + 30)

function withLongOffset(record: Buffer, offset: number): Buffer {
  const long = Buffer.concat([record, Buffer.alloc(4 + 8)])
  long.writeUInt16LE(madeByUnix | Math.max(45, record.readUInt16LE(6)), 4)
  long.writeUInt16LE(Math.max(45, record.readUInt16LE(6)), 6)
  long.writeUInt16LE(record.readUInt16LE(30) + 4 + 8, 30)
  writeZip64Extra(long, record.length, [offset])
  return long
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

/** Modification time in UTC and owner, as Info-ZIP stores them; the MS-DOS time has no zone and even seconds. */
function writeUnixExtra(out: Buffer, at: number, { mtime, uid, gid }: ZipRecord): number {
  out.writeUInt16LE(0x5455, at)
  out.writeUInt16LE(5, at + 2)
  out.writeUInt8(1, at + 4)
  out.writeInt32LE(Math.max(-(2 ** 31), Math.min(mtime, 2 ** 31 - 1)), at + 5)
  out.writeUInt16LE(0x7875, at + 9)
  out.writeUInt16LE(11, at + 11)
  out.writeUInt8(1, at + 13)
  out.writeUInt8(4, at + 14)
  out.writeUInt32LE(uid >>> 0, at + 15)
  out.writeUInt8(4, at + 19)
  out.writeUInt32LE(gid >>> 0, at + 20)
  return at + unixLength
}

function writeZip64Extra(out: Buffer, at: number, values: readonly number[]): number {
  out.writeUInt16LE(1, at)
  out.writeUInt16LE(8 * values.length, at + 2)
  for (const [index, value] of values.entries()) out.writeBigUInt64LE(BigInt(value), at + 4 + 8 * index)
  return at + 4 + 8 * values.length
}

function versionFor(method: number, isLong: boolean): number {
  if (method === methods.zstd) return 63
  return isLong ? 45 : 20
}

function writeDosTime(out: Buffer, mtime: number, at: number): void {
  const date = new Date(Math.max(Date.UTC(1980), Math.min(mtime * 1000, Date.UTC(2107, 11, 31))))
  const time = (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1)
  const day = ((date.getUTCFullYear() - 1980) << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate()
  out.writeUInt16LE(time, at)
  out.writeUInt16LE(day, at + 2)
}
