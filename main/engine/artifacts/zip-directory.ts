import type { FileHandle } from 'node:fs/promises'

import { ArchiveProblem } from './archive-problem.ts'

/** One entry of a zip archive's table of contents, as it stands there. */
export interface ZipHead {
  readonly name: string
  readonly method: number
  readonly isEncrypted: boolean
  readonly crc: number
  readonly size: number
  readonly packedSize: number
  /** Place of the local header. */
  readonly offset: number
  /** Type and permission bits; 0 where the archive was not made on Unix. */
  readonly unixMode: number
  /** Seconds since the epoch. */
  readonly mtime: number
  readonly uid: number
  readonly gid: number
}

const endLength = 22
const longestComment = 0xffff
const largestDirectory = 512 * 1024 ** 2
const maximum32 = 0xffff_ffff

/** Reads the table of contents. @throws ArchiveProblem when there is none, or it is damaged. */
export async function readZipDirectory(file: FileHandle, fileSize: number): Promise<readonly ZipHead[]> {
  const { count, size, offset } = await findEnd(file, fileSize)
  if (size > largestDirectory || offset + size > fileSize) throw damaged()
  const directory = Buffer.alloc(size)
  await file.read(directory, 0, size, offset)

  const heads: ZipHead[] = []
  let at = 0
  while (heads.length < count) {
    if (at + 46 > size || directory.readUInt32LE(at) !== 0x0201_4b50) throw damaged()
    const nameEnd = at + 46 + directory.readUInt16LE(at + 28)
    const extraEnd = nameEnd + directory.readUInt16LE(at + 30)
    if (extraEnd > size) throw damaged()
    heads.push(headAt(directory, at, nameEnd, extraEnd))
    at = extraEnd + directory.readUInt16LE(at + 32)
  }
  return withoutOverlaps(heads, offset)
}

const damaged = () => new ArchiveProblem('zip: not a valid zip file')

async function findEnd(file: FileHandle, fileSize: number) {
  const tailLength = Math.min(fileSize, endLength + longestComment)
  const tail = Buffer.alloc(tailLength)
  await file.read(tail, 0, tailLength, fileSize - tailLength)
  const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]), tailLength - endLength)
  if (tailLength < endLength || end < 0) throw damaged()

  const short = {
    count: tail.readUInt16LE(end + 10),
    size: tail.readUInt32LE(end + 12),
    offset: tail.readUInt32LE(end + 16),
  }
  const isShort = short.count < 0xffff && short.size < maximum32 && short.offset < maximum32
  const locator = end - 20
  if (isShort || locator < 0 || tail.readUInt32LE(locator) !== 0x0706_4b50) return short

  const long = Buffer.alloc(56)
  await file.read(long, 0, 56, number64(tail, locator + 8))
  if (long.readUInt32LE(0) !== 0x0606_4b50) throw damaged()
  return { count: number64(long, 32), size: number64(long, 40), offset: number64(long, 48) }
}

function headAt(directory: Buffer, at: number, nameEnd: number, extraEnd: number): ZipHead {
  const flags = directory.readUInt16LE(at + 8)
  const madeBy = directory.readUInt8(at + 5)
  const attributes = directory.readUInt32LE(at + 38)
  const name = directory.toString('utf8', at + 46, nameEnd)
  const extra = extrasOf(directory.subarray(nameEnd, extraEnd))

  let long = 0
  const orLong = (value: number) => {
    const bytes = extra.get(1)
    if (value !== maximum32 || !bytes || bytes.length < long + 8) return value
    long += 8
    return number64(bytes, long - 8)
  }
  const size = orLong(directory.readUInt32LE(at + 24))
  const packedSize = orLong(directory.readUInt32LE(at + 20))
  const offset = orLong(directory.readUInt32LE(at + 42))

  const time = extra.get(0x5455)
  const hasTime = time !== undefined && time.length >= 5 && (time.readUInt8(0) & 1) === 1
  const owner = ownerOf(extra.get(0x7875))
  return {
    // Names without the flag are mostly UTF-8 too; the rest is for old programs and cannot be told from it.
    name,
    method: directory.readUInt16LE(at + 10),
    isEncrypted: (flags & 1) === 1,
    crc: directory.readUInt32LE(at + 16),
    size,
    packedSize,
    offset,
    unixMode: madeBy === 3 || madeBy === 19 ? attributes >>> 16 : 0,
    mtime: hasTime
      ? time.readInt32LE(1)
      : dosTime(directory.readUInt16LE(at + 12), directory.readUInt16LE(at + 14)),
    ...owner,
  }
}

function extrasOf(bytes: Buffer): ReadonlyMap<number, Buffer> {
  const extras = new Map<number, Buffer>()
  for (let at = 0; at + 4 <= bytes.length;) {
    const end = at + 4 + bytes.readUInt16LE(at + 2)
    if (end > bytes.length) break
    extras.set(bytes.readUInt16LE(at), bytes.subarray(at + 4, end))
    at = end
  }
  return extras
}

/** Info-ZIP's owner: a version, then for each id its length and its bytes. */
function ownerOf(extra: Buffer | undefined): { readonly uid: number; readonly gid: number } {
  if (!extra || extra[0] !== 1) return { uid: 0, gid: 0 }
  const uidLength = extra[1] ?? 0
  const gidLength = extra[2 + uidLength] ?? 0
  if (![2, 4].includes(uidLength) || ![2, 4].includes(gidLength)) return { uid: 0, gid: 0 }
  if (extra.length < 3 + uidLength + gidLength) return { uid: 0, gid: 0 }
  return { uid: extra.readUIntLE(2, uidLength), gid: extra.readUIntLE(3 + uidLength, gidLength) }
}

function dosTime(time: number, date: number): number {
  const [hours, minutes, seconds] = [time >> 11, (time >> 5) & 63, (time & 31) * 2]
  const [year, month, day] = [1980 + (date >> 9), (date >> 5) & 15, date & 31]
  return Date.UTC(year, Math.max(month, 1) - 1, Math.max(day, 1), hours, minutes, seconds) / 1000
}

function number64(bytes: Buffer, at: number): number {
  const value = Number(bytes.readBigUInt64LE(at))
  if (!Number.isSafeInteger(value)) throw damaged()
  return value
}

/** In order of their places. Entries that share bytes are how a small archive becomes a huge one. */
function withoutOverlaps(heads: readonly ZipHead[], directoryOffset: number): readonly ZipHead[] {
  const sorted = heads.toSorted((a, b) => a.offset - b.offset)
  for (const [index, head] of sorted.entries()) {
    const next = sorted[index + 1]?.offset ?? directoryOffset
    const length = 30 + Buffer.byteLength(head.name) + head.packedSize
    if (head.offset + length > next) {
      throw new ArchiveProblem(`${head.name}: shares its bytes with another entry of the archive`)
    }
  }
  return sorted
}
