import type { LogSection } from './log-document.ts'

/** Which lines are shown while some sections are folded. Rows count what is shown, lines what there is. */
export interface Folds {
  readonly rows: number
  lineAt(row: number): number
  /** The row of a line; of the heading that hides it where it is folded away. */
  rowOf(line: number): number
}

interface Gap {
  /** Lines from `start` up to, not including, `end` are hidden. */
  readonly start: number
  readonly end: number
  /** Hidden before this gap. */
  readonly before: number
}

/** @param folded headings of the folded sections. */
export function foldsOf(lines: number, sections: readonly LogSection[], folded: ReadonlySet<number>): Folds {
  const gaps: Gap[] = []
  let hidden = 0
  let reached = 0
  for (const { heading, end } of sections) {
    const until = end ?? lines
    if (!folded.has(heading) || heading + 1 < reached || until <= heading + 1) continue
    gaps.push({ start: heading + 1, end: until, before: hidden })
    hidden += until - heading - 1
    reached = until
  }
  return {
    rows: lines - hidden,
    lineAt(row) {
      const gap = gaps[lastIndex(gaps, ({ start, before }) => start - before <= row)]
      return gap === undefined ? row : row + gap.before + gap.end - gap.start
    },
    rowOf(line) {
      const gap = gaps[lastIndex(gaps, ({ start }) => start <= line)]
      if (gap === undefined) return line
      if (line < gap.end) return gap.start - 1 - gap.before
      return line - gap.before - (gap.end - gap.start)
    },
  }
}

/** The last index for which `holds` is true, where it is true for all before; -1 for none. */
function lastIndex<T>(items: readonly T[], holds: (item: T) => boolean): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >> 1
    const item = items[middle]
    if (item !== undefined && holds(item)) low = middle + 1
    else high = middle
  }
  return low - 1
}
