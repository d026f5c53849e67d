/** What stands before each line of a log with timestamps (job-execution.md §9.4). */
export interface LineStamp {
  /** `2025-01-01T00:00:00.000001Z` */
  readonly time: string
  /** 0 the runner, 1 a stage, 15 a service. */
  readonly stream: number
  readonly type: 'O' | 'E'
  /** The record goes on with the line before it of the same stream. */
  readonly continues: boolean
}

/** Characters, and bytes, that a stamp takes. */
export const timestampLength = 32

const stamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) ([\da-f]{2})([OE])([ +])/u

/** The stamp a line begins with, if it begins with one. */
export function timestampOf(line: string): LineStamp | undefined {
  const found = stamp.exec(line.slice(0, timestampLength))
  if (!found) return undefined
  return {
    time: found[1]!,
    stream: Number.parseInt(found[2]!, 16),
    type: found[3] === 'O' ? 'O' : 'E',
    continues: found[4] === '+',
  }
}
