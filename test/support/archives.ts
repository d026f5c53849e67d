import { crc32, deflateRawSync } from 'node:zlib'

export interface MadeEntry {
  readonly name: string
  readonly content?: string | Buffer
  /** Type and permission bits; a regular file, 0644, where not given. */
  readonly mode?: number
  readonly deflated?: boolean
  /** Claims another size than the real one. */
  readonly size?: number
  readonly crc?: number
  /** Claims the place of another entry's content. */
  readonly offset?: number
}

/** A zip archive byte by byte, as no honest program would write it. */
export function makeZip(entries: readonly MadeEntry[]): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const entry of entries) {
    const name = Buffer.from(entry.name)
    const content = Buffer.from(entry.content ?? '')
    const packed = entry.deflated ? deflateRawSync(content) : content
    const method = entry.deflated ? 8 : 0
    const size = entry.size ?? content.length
    const crc = entry.crc ?? crc32(content)
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x0403_4b50, 0)
    local.writeUInt16LE(method, 8)
    local.writeUInt32LE(crc, 14)
    local.writeUInt32LE(packed.length, 18)
    local.writeUInt32LE(size, 22)
    local.writeUInt16LE(name.length, 26)
    const central = Buffer.alloc(46)
    central.writeUInt32LE(0x0201_4b50, 0)
    central.writeUInt16LE(3 << 8, 4)
    central.writeUInt16LE(method, 10)
    central.writeUInt32LE(crc, 16)
    central.writeUInt32LE(packed.length, 20)
    central.writeUInt32LE(size, 24)
    central.writeUInt16LE(name.length, 28)
    central.writeUInt32LE(((entry.mode ?? 0o100_644) << 16) >>> 0, 38)
    central.writeUInt32LE(entry.offset ?? offset, 42)
    parts.push(local, name, packed)
    directory.push(central, name)
    offset += 30 + name.length + packed.length
  }
  const table = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x0605_4b50, 0)
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(table.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, table, end])
}
