import { ansiText } from '../../main/contract/ansi.ts'
import { placeIn } from './place-in.ts'
import type { Lines } from './line-store.ts'

export interface LogQuery {
  readonly text: string
  readonly isRegex: boolean
}

/** @returns what to look for, ignoring case; undefined where it is no regular expression. */
export function patternOf({ text, isRegex }: LogQuery): RegExp | undefined {
  try {
    return new RegExp(isRegex ? text : literal(text), 'i')
  } catch {
    return undefined
  }
}

const literal = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

/** One search, and how far it has come. */
export interface Search {
  readonly query: LogQuery
  readonly pattern: RegExp
  /** Lines with hits, ascending. */
  readonly hits: number[]
  /** Lines before `from` that may have hits, ascending; no others there have. */
  readonly candidates: readonly number[]
  /** How many of the candidates have been looked at. */
  looked: number
  /** Lines from here on are all to be looked at. */
  from: number
  /** How many changes of lines are taken into account. */
  changes: number
}

/** The searches of one log, which remember each other: a word that grows is in fewer and fewer lines. */
export class Searches {
  #last: Search | undefined

  begin(query: LogQuery, pattern: RegExp): Search {
    const last = this.#last !== undefined && narrows(this.#last.query, query) ? this.#last : undefined
    const search: Search = {
      query,
      pattern,
      hits: [],
      // Copied, for the earlier search may still go on.
      candidates: last === undefined ? [] : [...last.hits, ...last.candidates.slice(last.looked)],
      looked: 0,
      from: last?.from ?? 0,
      changes: last?.changes ?? 0,
    }
    this.#last = search
    return search
  }
}

/** Whether every line with the second has the first. Of regular expressions that cannot be told. */
const narrows = (first: LogQuery, second: LogQuery): boolean =>
  isPlain(first) && isPlain(second) && second.text.includes(first.text)

const isPlain = ({ text, isRegex }: LogQuery): boolean => !isRegex || literal(text) === text

export const isDone = ({ candidates, looked, from, changes }: Search, lines: Lines): boolean =>
  looked === candidates.length && from >= lines.length && changes === lines.changes.count

// The page answers a key in between; a screen is drawn every 16 ms.
const sliceMs = 8
const step = 200

/**
 * Goes on with a search, a few milliseconds at a time, and lets the page breathe between.
 * @param onSlice told after each slice.
 */
export async function searchLog(
  lines: Lines,
  search: Search,
  onSlice: () => void,
  signal: AbortSignal,
): Promise<void> {
  const { pattern, candidates, hits } = search
  const isHit = (line: number) => pattern.test(ansiText(lines.at(line)))
  const look = (line: number) => {
    if (isHit(line)) hits.push(line)
  }
  const lookAgain = (line: number) => {
    const place = placeIn(hits, line)
    const [wasHit, is] = [hits[place] === line, isHit(line)]
    if (wasHit && !is) hits.splice(place, 1)
    if (!wasHit && is) hits.splice(place, 0, line)
  }
  // Nothing has been looked at that could have changed since.
  if (search.from === 0) search.changes = lines.changes.count
  while (!isDone(search, lines)) {
    const begun = performance.now()
    do {
      const known = Math.min(search.looked + step, candidates.length)
      const end = known > search.looked ? search.from : Math.min(search.from + step, lines.length)
      for (; search.looked < known; search.looked++) look(candidates[search.looked] ?? 0)
      for (; search.from < end; search.from++) look(search.from)
      if (search.looked < candidates.length) continue
      // Those that are still to be looked at are found as they are then.
      for (const line of lines.changes.since(search.changes)) if (line < search.from) lookAgain(line)
      search.changes = lines.changes.count
    } while (!isDone(search, lines) && performance.now() - begun < sliceMs)
    onSlice()
    await new Promise((resolve) => setTimeout(resolve))
    if (signal.aborted) return
  }
}
