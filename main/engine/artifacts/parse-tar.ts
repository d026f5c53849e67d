import { ByteReader, oneChunk } from './byte-reader.ts'

/** The bytes are no tar archive. */
export class BadTar extends Error {
  override readonly name = 'BadTar'
}

export interface TarEntry {
  /** As it stands in the archive. */
  readonly name: string
  readonly type: 'file' | 'hard-link' | 'link' | 'directory' | 'other'
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Seconds since the epoch. */
  readonly mtime: number
  readonly size: number
  readonly target: string
  /** To be read before the next entry is asked for; what is left of it then is passed over. */
  readonly content: AsyncIterable<Buffer>
  /** All of the content, where it is short. */
  readonly bytes?: Buffer
}

const blockSize = 512
const longestText = 1024 * 1024
const shortContent = 512 * 1024

const types: Readonly<Record<string, TarEntry['type']>> = {
  '\0': 'file',
  '0': 'file',
  '1': 'hard-link',
  '2': 'link',
  '5': 'directory',
  '7': 'file',
}

/**
 * Reads tar archives of any usual format (ustar, GNU, pax), also several written one after another.
 * @throws BadTar or EndOfBytes when they are broken.
 */
export async function* parseTar(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  const reader = new ByteReader(chunks)
  let ahead = none
  let global = none
  try {
    while (!(await reader.isAtEnd())) {
      const header = reader.take(blockSize) ?? (await reader.read(blockSize))
      if (header[0] === 0 && zeros.equals(header)) continue
      checkSum(header)
      const flag = header.toString('latin1', 156, 157)
      const ownSize = numberAt(header, 124, 12)
      if ('LKxg'.includes(flag) && flag !== '') {
        if (ownSize > longestText) throw new BadTar('a name in the archive is too long')
        const text = Buffer.from(await reader.read(ownSize))
        await reader.read(paddingOf(ownSize))
        if (flag === 'L') ahead = { ...ahead, name: textOf(text) }
        else if (flag === 'K') ahead = { ...ahead, target: textOf(text) }
        else if (flag === 'x') ahead = { ...ahead, ...paxOverrides(text) }
        else global = { ...global, ...paxOverrides(text) }
        continue
      }

      const over: Overrides = ahead === none && global === none ? none : { ...global, ...ahead }
      ahead = none
      const type = types[flag] ?? 'other'
      const size = type === 'file' || type === 'other' ? (over.size ?? ownSize) : 0
      const padding = paddingOf(size)
      const facts = {
        name: over.name ?? nameOf(header),
        type,
        mode: numberAt(header, 100, 8),
        uid: over.uid ?? numberAt(header, 108, 8),
        gid: over.gid ?? numberAt(header, 116, 8),
        mtime: over.mtime ?? numberAt(header, 136, 12),
        size,
        target: over.target ?? textOf(header.subarray(157, 257)),
      }
      if (size <= shortContent) {
        const bytes = reader.take(size) ?? (await reader.read(size))
        if (!reader.take(padding)) await reader.read(padding)
        yield { ...facts, bytes, content: oneChunk(bytes) }
      } else {
        const content = reader.stream(size)
        let read = 0
        const counted = (async function* () {
          for await (const chunk of content) {
            read += chunk.length
            yield chunk
          }
        })()
        yield { ...facts, content: counted }
        await counted.return()
        if (read < size) for await (const _ of reader.stream(size - read));
        await reader.read(padding)
      }
    }
  } finally {
    await reader.close()
  }
}

interface Overrides {
  readonly name?: string
  readonly target?: string
  readonly size?: number
  readonly mtime?: number
  readonly uid?: number
  readonly gid?: number
}

const none: Overrides = {}

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
    ...(found['path'] !== undefined && { name: found['path'] }),
    ...(found['linkpath'] !== undefined && { target: found['linkpath'] }),
    ...(size !== undefined && size >= 0 && { size }),
    ...(mtime !== undefined && { mtime }),
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
  }
}

function nameOf(header: Buffer): string {
  const name = textOf(header.subarray(0, 100))
  const isPosix = header.toString('latin1', 257, 263) === 'ustar\0'
  const prefix = isPosix ? textOf(header.subarray(345, 500)) : ''
  return prefix === '' ? name : `${prefix}/${name}`
}

function textOf(bytes: Buffer): string {
  const end = bytes.indexOf(0)
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end)
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
  for (let at = 0; at < blockSize; at += 1) if (at < 148 || at >= 156) sum += header[at] ?? 0
  const stored = Number.parseInt(header.toString('latin1', 148, 156).trim(), 8)
  if (stored !== sum) throw new BadTar('the archive is damaged or no tar archive')
}

const zeros = Buffer.alloc(blockSize)

const paddingOf = (size: number) => (blockSize - (size % blockSize)) % blockSize
