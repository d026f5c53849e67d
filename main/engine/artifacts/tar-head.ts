/** The bytes are no tar archive. */
export class BadTar extends Error {
  override readonly name = 'BadTar'
}

/** What stands before an entry's content. Names are bytes: whoever only passes them on need not read them. */
export interface TarHead {
  /** As it stands in the archive. */
  readonly name: Buffer
  readonly type: 'file' | 'hard-link' | 'link' | 'directory' | 'other'
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Seconds since the epoch. */
  readonly mtime: number
  readonly size: number
  readonly target: Buffer
}

/** What entries before an entry say of it. */
export interface Overrides {
  readonly name?: Uint8Array
  readonly target?: Uint8Array
  readonly size?: number
  readonly mtime?: number
  readonly uid?: number
  readonly gid?: number
}

export const none: Overrides = {}

export const blockSize = 512
const longestText = 1024 * 1024

const types: Readonly<Record<string, TarHead['type']>> = {
  '\0': 'file',
  '0': 'file',
  '1': 'hard-link',
  '2': 'link',
  '5': 'directory',
  '7': 'file',
}

const [longName, longTarget, own, global] = ['L', 'K', 'x', 'g'].map((flag) => flag.charCodeAt(0))

/** Whether a header is followed by a text about other entries instead of being one itself. */
export function isAboutOthers(header: Uint8Array): boolean {
  const flag = header[156]
  return flag === longName || flag === longTarget || flag === own || flag === global
}

/** Whether it is about every entry that follows. */
export const isGlobal = (header: Uint8Array) => header[156] === global

/** Bytes that follow a header without what fills the last block; of an entry only where nothing overrides it. */
export function contentSize(header: Buffer, { size }: Overrides = none): number {
  const type = typeOf(header)
  if (isAboutOthers(header)) {
    const length = numberAt(header, 124, 12)
    if (length > longestText) throw new BadTar('a name in the archive is too long')
    return length
  }
  return type === 'file' || type === 'other' ? (size ?? numberAt(header, 124, 12)) : 0
}

export const paddingOf = (size: number) => (blockSize - (size % blockSize)) % blockSize

export const isZero = (header: Uint8Array) => header[0] === 0 && zeros.equals(header)
const zeros = Buffer.alloc(blockSize)

const typeOf = (header: Uint8Array) => types[String.fromCharCode(header[156] ?? 0)] ?? 'other'

/** Adds what a header about others says in its text. */
export function withText(before: Overrides, header: Uint8Array, text: Buffer): Overrides {
  if (header[156] === longName) return { ...before, name: untilNul(text) }
  if (header[156] === longTarget) return { ...before, target: untilNul(text) }
  return { ...before, ...paxOverrides(text) }
}

/** @throws BadTar when it is damaged. */
export function readHead(header: Buffer, over: Overrides): TarHead {
  checkSum(header)
  return {
    name: over.name ? asBuffer(over.name) : nameOf(header),
    type: typeOf(header),
    mode: numberAt(header, 100, 8),
    uid: over.uid ?? numberAt(header, 108, 8),
    gid: over.gid ?? numberAt(header, 116, 8),
    mtime: over.mtime ?? numberAt(header, 136, 12),
    size: contentSize(header, over),
    target: over.target ? asBuffer(over.target) : untilNul(header.subarray(157, 257)),
  }
}

/** Seconds since the epoch as the header alone says. */
export const modifiedAt = (header: Buffer) => numberAt(header, 136, 12)

/** Records of a pax header: `<length> <key>=<value>\n`. */
function paxOverrides(text: Buffer): Overrides {
  const found: Record<string, string> = {}
  for (let at = 0; at < text.length;) {
    const space = text.indexOf(0x20, at)
    const length = Number(text.toString('latin1', at, space))
    if (space < 0 || !Number.isSafeInteger(length) || length < 5) break
    const [key = '', ...value] = text.toString('utf8', space + 1, at + length - 1).split('=')
    found[key] = value.join('=')
    at += length
  }
  const number = (key: string) =>
    Number.isFinite(Number(found[key] || 'x')) ? Math.floor(Number(found[key])) : undefined
  const size = number('size')
  const mtime = number('mtime')
  const uid = number('uid')
  const gid = number('gid')
  return {
    ...(found['path'] !== undefined && { name: Buffer.from(found['path']) }),
    ...(found['linkpath'] !== undefined && { target: Buffer.from(found['linkpath']) }),
    ...(size !== undefined && size >= 0 && { size }),
    ...(mtime !== undefined && { mtime }),
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
  }
}

const slash = Buffer.from('/')

function nameOf(header: Buffer): Buffer {
  const name = untilNul(header.subarray(0, 100))
  // `ustar` and a NUL; GNU's own format has a space there and no prefix.
  if (header[262] !== 0 || header[345] === 0 || header.toString('latin1', 257, 262) !== 'ustar') return name
  return Buffer.concat([untilNul(header.subarray(345, 500)), slash, name])
}

function untilNul(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0)
  return end < 0 ? bytes : bytes.subarray(0, end)
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Octal digits, or GNU's base 256. */
function numberAt(header: Buffer, at: number, length: number): number {
  const first = header[at] ?? 0
  if (first & 0x80) {
    let value = BigInt(first & 0x40 ? -1 : 0)
    for (let byte = at; byte < at + length; byte += 1) {
      const bits = byte === at ? (header[byte] ?? 0) & 0x7f : (header[byte] ?? 0)
      value = byte === at && first & 0x40 ? BigInt(bits) - 0x80n : (value << 8n) | BigInt(bits)
    }
    const number = Number(value)
    if (!Number.isSafeInteger(number)) throw new BadTar('a number in the archive is too large')
    return number
  }
  // Octal digits among spaces, up to a NUL or a space behind them.
  let value = 0
  let hasDigits = false
  for (let byte = at; byte < at + length; byte += 1) {
    const char = header[byte] ?? 0
    if (char >= 0x30 && char <= 0x37) {
      value = value * 8 + char - 0x30
      hasDigits = true
    } else if (char === 0 || (char === 0x20 && hasDigits)) break
    else if (char !== 0x20) throw new BadTar('a number in the archive cannot be read')
  }
  return value
}

function checkSum(header: Buffer): void {
  let sum = 256
  for (let at = 0; at < 148; at += 1) sum += header[at] ?? 0
  for (let at = 156; at < blockSize; at += 1) sum += header[at] ?? 0
  const stored = Number.parseInt(header.toString('latin1', 148, 156).trim(), 8)
  if (stored !== sum) throw new BadTar('the archive is damaged or no tar archive')
}
