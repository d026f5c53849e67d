import { ansiText } from '../../main/contract/ansi.ts'

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

const slice = 10_000

/**
 * Looks through the lines from `from`, ten thousand at a time, and lets the page breathe between.
 * @param onHits receives the lines found in a slice and how far the search has come.
 */
export async function searchLog(
  texts: readonly string[],
  pattern: RegExp,
  from: number,
  onHits: (lines: readonly number[], searched: number) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let start = from; start < texts.length; start += slice) {
    const end = Math.min(start + slice, texts.length)
    const hits: number[] = []
    for (let line = start; line < end; line++) {
      if (pattern.test(ansiText(texts[line] ?? ''))) hits.push(line)
    }
    onHits(hits, end)
    await new Promise((resolve) => setTimeout(resolve))
    if (signal.aborted) return
  }
}
