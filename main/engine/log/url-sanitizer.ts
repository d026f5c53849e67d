import { joined, maskText, noBytes, type LogFilter } from './filter.ts'

const secretKeys = new Set([
  'private_token',
  'authenticity_token',
  'rss_token',
  'x-amz-signature',
  'x-amz-credential',
  'x-amz-security-token',
])
const longestKey = Math.max(...[...secretKeys].map((key) => key.length))

const [questionMark, ampersand, equals] = [0x3f, 0x26, 0x3d] as const

// Only ASCII white space ends a value: a space beyond it cannot stand in a URL, and masking more is the safe side.
const endsValue = (byte: number) =>
  byte <= 0x20 || byte === 0x7f || byte === questionMark || byte === ampersand

/**
 * Masks the values of URL parameters known to be secret (job-execution.md §9.3). Holds nothing back: a key may show,
 * and a value is replaced as soon as its `=` has come.
 */
export function createUrlSanitizer(): LogFilter {
  let state: 'text' | 'key' | 'value' = 'text'
  let key = ''

  return {
    push(chunk) {
      const out: Buffer[] = []
      const nextDelimiter = delimitersOf(chunk)
      let start = 0
      let at = 0
      while (at < chunk.length) {
        if (state === 'text') {
          at = nextDelimiter(at)
          if (at === chunk.length) break
          state = 'key'
          key = ''
          at++
        } else if (state === 'key') {
          const byte = chunk[at]!
          if (byte === equals && secretKeys.has(key)) {
            out.push(chunk.subarray(start, at + 1), maskText)
            state = 'value'
            at++
          } else if (endsValue(byte) || byte === equals || key.length === longestKey) {
            state = 'text' // without moving on: it may be the delimiter of the next key
          } else {
            key += String.fromCharCode(byte).toLowerCase()
            at++
          }
        } else {
          while (at < chunk.length && !endsValue(chunk[at]!)) at++
          start = at
          if (at < chunk.length) state = 'text'
        }
      }
      if (state !== 'value' && start < chunk.length) out.push(chunk.subarray(start))
      return joined(out)
    },
    end() {
      state = 'text'
      return noBytes
    },
  }
}

/** Finds `?` and `&` by native search, each byte of the chunk looked at once for either. */
function delimitersOf(chunk: Buffer): (from: number) => number {
  const search = (byte: number, from: number) => {
    const found = chunk.indexOf(byte, from)
    return found < 0 ? chunk.length : found
  }
  let mark = -1
  let and = -1
  return (from) => {
    if (mark < from) mark = search(questionMark, from)
    if (and < from) and = search(ampersand, from)
    return Math.min(mark, and)
  }
}
