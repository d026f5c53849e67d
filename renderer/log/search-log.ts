import { ansiText } from '../../main/contract/ansi.ts'
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

// The page answers a key in between; a screen is drawn every 16 ms.
const sliceMs = 8
const step = 200

/**
 * Looks through the lines from `from`, a few milliseconds at a time, and lets the page breathe between.
 * @param onHits receives the numbers of the lines found in a slice and how far the search has come.
 */
export async function searchLog(
  lines: Lines,
  pattern: RegExp,
  from: number,
  onHits: (hits: readonly number[], searched: number) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let next = from; next < lines.length;) {
    const begun = performance.now()
    const hits: number[] = []
    do {
      const end = Math.min(next + step, lines.length)
      for (; next < end; next++) if (pattern.test(ansiText(lines.at(next)))) hits.push(next)
    } while (next < lines.length && performance.now() - begun < sliceMs)
    onHits(hits, next)
    await new Promise((resolve) => setTimeout(resolve))
    if (signal.aborted) return
  }
}
