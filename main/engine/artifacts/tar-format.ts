import type { ArchiveEntry } from './read-files.ts'

const blockSize = 512
const typeFlags = { file: '0', directory: '5', link: '2' } as const

/** Header blocks of one entry in GNU's tar format, which GNU's and busybox's tar read. Owners are numbers only. */
export function tarHeader(entry: ArchiveEntry): Buffer {
  const name = Buffer.from(entry.kind === 'directory' ? `${entry.path}/` : entry.path)
  const target = Buffer.from(entry.kind === 'link' ? entry.target : '')
  const { mode, uid, gid, mtime } = entry
  const size = entry.kind === 'file' ? entry.size : 0
  const own = header({ name, target, mode, uid, gid, mtime, size, type: typeFlags[entry.kind] })
  if (name.length <= 100 && target.length <= 100) return own
  return Buffer.concat([
    ...(name.length > 100 ? longText('L', name) : []),
    ...(target.length > 100 ? longText('K', target) : []),
    own,
  ])
}

/** Zeros that fill an entry's last block. */
export function tarPadding(size: number): Buffer {
  return Buffer.alloc((blockSize - (size % blockSize)) % blockSize)
}

export const endOfTar = Buffer.alloc(2 * blockSize)

/** A name too long for a header stands in front of it as an entry of its own. */
function longText(type: 'L' | 'K', text: Buffer): Buffer[] {
  const content = Buffer.concat([text, Buffer.alloc(1)])
  const name = Buffer.from('././@LongLink')
  const facts = { name, target: Buffer.alloc(0), mode: 0, uid: 0, gid: 0, mtime: 0 }
  return [header({ ...facts, size: content.length, type }), content, tarPadding(content.length)]
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

function header(fields: HeaderFields): Buffer {
  const block = Buffer.alloc(blockSize)
  fields.name.copy(block, 0, 0, 100)
  writeNumber(block, fields.mode, 100, 8)
  writeNumber(block, fields.uid, 108, 8)
  writeNumber(block, fields.gid, 116, 8)
  writeNumber(block, fields.size, 124, 12)
  writeNumber(block, fields.mtime, 136, 12)
  block.write('        ', 148, 'latin1')
  block.write(fields.type, 156, 'latin1')
  fields.target.copy(block, 157, 0, 100)
  block.write('ustar  \0', 257, 'latin1')
  let sum = 0
  for (const byte of block) sum += byte
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return block
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
