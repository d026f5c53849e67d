import { crc32 } from 'node:zlib'

/**
 * A compressed log is a row of gzip members (RFC 1952), each of one block of the log. An extra field of each says how
 * long the member is, so that a reader hops from one to the next, and the CRC32 of the log up to its end.
 */
export const blockBytes = 256 * 1024

const extraBytes = 12
/** Fixed header, length of the extra field, extra field. */
export const headerBytes = 12 + extraBytes
/** CRC32 and length of the block. */
export const trailerBytes = 8

const fixed = Buffer.from([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, extraBytes, 0, 0x44, 0x44, 8, 0])

export interface MemberInput {
  readonly text: Buffer
  readonly deflated: Buffer
  /** Of the log from its beginning to the end of this block. */
  readonly logCrc: number
}

export function memberOf({ text, deflated, logCrc }: MemberInput): Buffer {
  const header = Buffer.alloc(headerBytes)
  fixed.copy(header)
  header.writeUInt32LE(headerBytes + deflated.length + trailerBytes, 16)
  header.writeUInt32LE(logCrc, 20)
  const trailer = Buffer.alloc(trailerBytes)
  trailer.writeUInt32LE(crc32(text), 0)
  trailer.writeUInt32LE(text.length, 4)
  return Buffer.concat([header, deflated, trailer])
}

/** @returns undefined where this is not a member of ours. */
export function parseHeader(
  header: Buffer,
): { readonly length: number; readonly logCrc: number } | undefined {
  if (!header.subarray(0, fixed.length).equals(fixed)) return undefined
  const length = header.readUInt32LE(16)
  return length < headerBytes + trailerBytes ? undefined : { length, logCrc: header.readUInt32LE(20) }
}
