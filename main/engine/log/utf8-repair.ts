import { isUtf8 } from 'node:buffer'

import { joined, noBytes, type LogFilter } from './filter.ts'

const replacement = Buffer.from('\uFFFD')

/**
 * Makes any bytes valid UTF-8: each byte that is not becomes U+FFFD, and a character split over chunks is joined first
 * (job-execution.md §9.5). Holds back at most the three first bytes of a character.
 */
export function createUtf8Repair(): LogFilter {
  let held = noBytes

  return {
    push(chunk) {
      const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk])
      const whole = bytes.length - unfinishedTail(bytes)
      // Copied: the chunk's memory may be used again before the character is complete.
      held = whole === bytes.length ? noBytes : Buffer.from(bytes.subarray(whole))
      return repaired(bytes.subarray(0, whole))
    },
    end() {
      const rest = repaired(held)
      held = noBytes
      return rest
    },
  }
}

/** How many bytes at the end are the beginning of a character that may still become whole. */
export function unfinishedTail(bytes: Uint8Array): number {
  for (let length = 1; length <= 3 && length <= bytes.length; length++) {
    const at = bytes.length - length
    const byte = bytes[at]!
    if ((byte & 0xc0) === 0x80) continue
    return wantedLength(byte) > length && isPrefix(bytes, at) ? length : 0
  }
  return 0
}

function repaired(bytes: Buffer): Buffer {
  if (isUtf8(bytes)) return bytes
  const out: Buffer[] = []
  let good = 0
  let at = 0
  while (at < bytes.length) {
    const length = characterLength(bytes, at)
    if (length === 0) {
      if (at > good) out.push(bytes.subarray(good, at))
      out.push(replacement)
      good = at + 1
    }
    at += Math.max(length, 1)
  }
  if (at > good) out.push(bytes.subarray(good))
  return joined(out)
}

/** Bytes of the character at `at`; 0 where there is none. */
function characterLength(bytes: Uint8Array, at: number): number {
  const length = wantedLength(bytes[at]!)
  if (length <= 1) return length
  if (at + length > bytes.length || !isSecond(bytes[at]!, bytes[at + 1]!)) return 0
  for (let offset = 2; offset < length; offset++) {
    if ((bytes[at + offset]! & 0xc0) !== 0x80) return 0
  }
  return length
}

function wantedLength(first: number): number {
  if (first < 0x80) return 1
  if (first < 0xc2) return 0
  if (first < 0xe0) return 2
  if (first < 0xf0) return 3
  return first < 0xf5 ? 4 : 0
}

function isPrefix(bytes: Uint8Array, at: number): boolean {
  return at + 1 >= bytes.length || isSecond(bytes[at]!, bytes[at + 1]!)
}

/** Overlong forms, surrogates and what lies beyond U+10FFFF show in the second byte (RFC 3629 §4). */
function isSecond(first: number, second: number): boolean {
  if (first === 0xe0) return second >= 0xa0 && second <= 0xbf
  if (first === 0xed) return second >= 0x80 && second <= 0x9f
  if (first === 0xf0) return second >= 0x90 && second <= 0xbf
  if (first === 0xf4) return second >= 0x80 && second <= 0x8f
  return (second & 0xc0) === 0x80
}
