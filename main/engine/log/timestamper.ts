import type { Clock } from '../clock.ts'
import { joined, noBytes, type LogFilter } from './filter.ts'
import { unfinishedTail } from './utf8-repair.ts'

/** Bytes before the text of a timestamped line. */
const headerLength = 32

/** A line longer than this is written in parts. */
const longestPart = 8 * 1024

const lineFeed = 0x0a
const carriageReturn = 0x0d

/** Which stream a line comes from: the runner itself, a stage, a service. */
export interface LineOrigin {
  readonly number: 0 | 1 | 15
  readonly kind: 'O' | 'E'
}

/**
 * Puts 32 bytes before each line: time, stream and whether it goes on with the line before (job-execution.md §9.4).
 * What is written without a line feed waits for one, except where it holds a carriage return, as progress bars do,
 * or is longer than 8 KiB. Expects valid UTF-8 and never cuts a character.
 */
export function createTimestamper(clock: Pick<Clock, 'now'>, { number, kind }: LineOrigin): LogFilter {
  const origin = ` ${number.toString(16).padStart(2, '0')}${kind}`
  let pending = noBytes
  let continues = false

  const header = () => `${timestamp(clock.now())}${origin}`

  function push(chunk: Buffer): Buffer {
    const out: Buffer[] = []
    const stamp = header()
    const end = chunk.lastIndexOf(lineFeed) + 1
    if (end > 0) {
      out.push(
        lines(
          pending.length === 0 ? chunk.subarray(0, end) : Buffer.concat([pending, chunk.subarray(0, end)]),
          stamp,
        ),
      )
      pending = noBytes
    }
    // Copied: it outlives the chunk, whose memory may be used again.
    if (end < chunk.length) pending = Buffer.concat([pending, chunk.subarray(end)])
    if (chunk.indexOf(carriageReturn, end) >= 0) {
      out.push(part(pending, stamp))
      pending = noBytes
    }
    let from = 0
    while (pending.length - from > longestPart) {
      const piece = pending.subarray(from, from + longestPart)
      const whole = piece.subarray(0, piece.length - unfinishedTail(piece))
      out.push(part(whole, stamp))
      from += whole.length
    }
    if (from > 0) pending = Buffer.from(pending.subarray(from))
    return joined(out)
  }

  /** Whole lines, each with its header. */
  function lines(text: Buffer, stamp: string): Buffer {
    let count = 0
    for (let at = text.indexOf(lineFeed); at >= 0; at = text.indexOf(lineFeed, at + 1)) count++
    const out = Buffer.allocUnsafe(text.length + count * headerLength)
    const fresh = Buffer.from(`${stamp} `, 'latin1')
    let to = 0
    for (let from = 0; from < text.length;) {
      const end = text.indexOf(lineFeed, from) + 1
      out.set(fresh, to)
      if (continues) out[to + headerLength - 1] = 0x2b
      continues = false
      text.copy(out, to + headerLength, from, end)
      to += headerLength + end - from
      from = end
    }
    return out
  }

  /** Part of a line, ended by a line feed of ours; the next record says that it goes on. */
  function part(text: Buffer, stamp: string): Buffer {
    const record = Buffer.concat([
      Buffer.from(`${stamp}${continues ? '+' : ' '}`, 'latin1'),
      text,
      Buffer.of(lineFeed),
    ])
    continues = true
    return record
  }

  return {
    push,
    end() {
      const rest = pending.length === 0 ? noBytes : part(pending, header())
      pending = noBytes
      continues = false
      return rest
    },
  }
}

/** `2025-01-01T00:00:00.000001Z`; microseconds as far as the clock knows them. */
function timestamp(milliseconds: number): string {
  const whole = Math.floor(milliseconds)
  const micros = Math.floor((milliseconds - whole) * 1000)
  return `${new Date(whole).toISOString().slice(0, -1)}${String(micros).padStart(3, '0')}Z`
}
