import { ansiText } from '../../contract/ansi.ts'
import { createLogParser, type LogEvent } from '../../contract/log-sections.ts'
import type { LogReader } from './log-reader.ts'

export interface LogHit {
  /** Index of the line, as the viewer counts them. */
  readonly line: number
  /** Without colours. */
  readonly text: string
}

/** What the search has come to, after each piece of the log it has looked through. */
export interface SearchProgress {
  /** Found in this piece. */
  readonly hits: readonly LogHit[]
  /** Lines found so far, also those beyond `keep`. */
  readonly count: number
  readonly searchedBytes: number
}

export interface SearchOptions {
  readonly signal?: AbortSignal
  /** Hits are told up to this many; the rest is only counted. */
  readonly keep?: number
}

const pieceBytes = 256 * 1024

/**
 * Looks for lines in a log, in what a person sees of them. A text is found in any case; a regular expression as it says.
 * Ends at the log's present end.
 */
export async function* searchLog(
  log: LogReader,
  pattern: string | RegExp,
  { signal, keep = 10_000 }: SearchOptions = {},
): AsyncGenerator<SearchProgress> {
  const matches = matcherOf(pattern)
  const parser = createLogParser()
  const decoder = new TextDecoder()
  const end = log.size
  // Lines in order. The latest may still change, by records that go on with them, and are looked at later.
  const open = new Map<number, string>()
  let decided = -1
  let count = 0

  const look = (events: readonly LogEvent[], isEnd: boolean): LogHit[] => {
    for (const event of events) {
      if (event.type === 'line' && event.index > decided) open.set(event.index, event.line.text)
    }
    const hits: LogHit[] = []
    for (const [line, raw] of open) {
      if (!isEnd && open.size <= latestLines) break
      open.delete(line)
      decided = line
      if (!matches(raw.includes('\u001B') || raw.includes('\r') ? ansiText(raw) : raw)) continue
      count++
      if (count <= keep) hits.push({ line, text: ansiText(raw) })
    }
    return hits
  }

  for (let offset = 0; offset < end;) {
    signal?.throwIfAborted()
    const bytes = await log.read(offset, Math.min(pieceBytes, end - offset))
    offset += bytes.length
    if (bytes.length === 0) break
    const hits = look(parser.push(decoder.decode(bytes, { stream: true })), false)
    yield { hits, count, searchedBytes: offset }
  }
  yield { hits: look(parser.end(), true), count, searchedBytes: end }
}

// Enough for a progress bar of one stream beside the lines of the others.
const latestLines = 500

function matcherOf(pattern: string | RegExp): (text: string) => boolean {
  if (typeof pattern === 'string') {
    const wanted = pattern.toLowerCase()
    return (text) => text.toLowerCase().includes(wanted)
  }
  const stateless = new RegExp(pattern.source, pattern.flags.replaceAll(/[gy]/gu, ''))
  return (text) => stateless.test(text)
}
