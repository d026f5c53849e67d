import type { ArchiveEntry } from './read-files.ts'
import { blockSize, paddingOf } from './tar-head.ts'

const typeFlags = { file: '0', directory: '5', link: '2' } as const

export interface TarFacts {
  readonly path: string
  readonly kind: keyof typeof typeFlags
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly mtime: number
  /** Of a file; else 0. */
  readonly size: number
  /** Of a link; else empty. */
  readonly target: string
}

/** Header blocks of one entry in GNU's tar format, which GNU's and busybox's tar read. Owners are numbers only. */
export function tarHeader(entry: ArchiveEntry): Buffer {
  const size = entry.kind === 'file' ? entry.size : 0
  const target = entry.kind === 'link' ? entry.target : ''
  const memory = Buffer.alloc(tarHeaderBound(entry.path, target))
  return memory.subarray(0, writeTarHeader(memory, 0, { ...entry, size, target }))
}

/** Bytes that `writeTarHeader` writes at most. */
export function tarHeaderBound(path: string, target = ''): number {
  const long = (text: string) => (text.length > 30 ? 2 * blockSize + 3 * text.length + 1 : 0)
  return blockSize + long(path) + long(target)
}

/** @returns where it ends. */
export function writeTarHeader(out: Buffer, at: number, facts: TarFacts): number {
  const name = Buffer.from(facts.kind === 'directory' ? `${facts.path}/` : facts.path)
  const target = Buffer.from(facts.target)
  let end = at
  if (name.length > longestName) end = writeLongText(out, end, 'L', name)
  if (target.length > longestName) end = writeLongText(out, end, 'K', target)
  return writeHeader(out, end, { ...facts, name, target, type: typeFlags[facts.kind] })
}

/** Zeros that fill an entry's last block. */
export function tarPadding(size: number): Buffer {
  return Buffer.alloc(paddingOf(size))
}

export const endOfTar = Buffer.alloc(2 * blockSize)

const longestName = 100
const longLink = Buffer.from('././@LongLink')
const nothing = Buffer.alloc(0)

/** A name too long for a header stands in front of it as an entry of its own. */
function writeLongText(out: Buffer, at: number, type: 'L' | 'K', text: Buffer): number {
  const size = text.length + 1
  const facts = { name: longLink, target: nothing, mode: 0, uid: 0, gid: 0, mtime: 0, size, type }
  const start = writeHeader(out, at, facts)
  text.copy(out, start)
  const end = start + size + paddingOf(size)
  out.fill(0, start + text.length, end)
  return end
}

interface HeaderFields {
  readonly name: Buffer
  readonly target: Buffer
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly mtime: number
  readonly size: number
  readonly type: string
}

function writeHeader(out: Buffer, at: number, fields: HeaderFields): number {
  const block = out.subarray(at, at + blockSize)
  block.fill(0)
  fields.name.copy(block, 0, 0, longestName)
  writeNumber(block, fields.mode, 100, 8)
  writeNumber(block, fields.uid, 108, 8)
  writeNumber(block, fields.gid, 116, 8)
  writeNumber(block, fields.size, 124, 12)
  writeNumber(block, fields.mtime, 136, 12)
  block.write('        ', 148, 'latin1')
  block.write(fields.type, 156, 'latin1')
  fields.target.copy(block, 157, 0, longestName)
  block.write('ustar  \0', 257, 'latin1')
  let sum = 0
  // What follows is zero.
  for (let byte = 0; byte < 265; byte += 1) sum += block[byte] ?? 0
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return at + blockSize
}

/** Octal digits, or GNU's base 256 where they do not suffice. */
function writeNumber(block: Buffer, value: number, at: number, length: number): void {
  if (value >= 0 && value < 8 ** (length - 1)) {
    let left = value
    for (let byte = at + length - 2; byte >= at; byte -= 1) {
      block[byte] = 0x30 + (left % 8)
      left = Math.floor(left / 8)
    }
    return
  }
  let rest = BigInt.asUintN(8 * length, BigInt(value))
  for (let byte = at + length - 1; byte >= at; byte -= 1) {
    block[byte] = Number(rest & 0xffn)
    rest >>= 8n
  }
  if (value >= 0) block[at] = 0x80
}
