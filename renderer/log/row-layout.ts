import type { Folds } from './folds.ts'

/** Where rows stand, counted in lines of text. */
export interface RowLayout {
  readonly height: number
  topOf(row: number): number
  heightOf(row: number): number
  /** The row at a height; the last one beyond the end. */
  rowAt(height: number): number
}

/** Every line is one row high. */
export const plainLayout = ({ rows }: Folds): RowLayout => ({
  height: rows,
  topOf: (row) => row,
  heightOf: () => 1,
  rowAt: (height) => Math.max(0, Math.min(rows - 1, Math.floor(height))),
})

/** Lines longer than the screen go on below. @param rowsOf how many rows a line takes. */
export function wrappedLayout(folds: Folds, rowsOf: (line: number) => number): RowLayout {
  const tops = new Uint32Array(folds.rows + 1)
  for (let row = 0; row < folds.rows; row++) tops[row + 1] = (tops[row] ?? 0) + rowsOf(folds.lineAt(row))
  const topOf = (row: number) => tops[Math.min(row, folds.rows)] ?? 0
  return {
    height: topOf(folds.rows),
    topOf,
    heightOf: (row) => topOf(row + 1) - topOf(row),
    rowAt(height) {
      let low = 0
      let high = folds.rows
      while (low < high) {
        const middle = (low + high + 1) >> 1
        if (topOf(middle) <= height) low = middle
        else high = middle - 1
      }
      return Math.max(0, Math.min(low, folds.rows - 1))
    },
  }
}
