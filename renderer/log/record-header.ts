/** A line of the log as the runner wrote it, taken apart (job-execution.md §9.4). */
export interface LogRecord {
  /** Milliseconds since the epoch; NaN where timestamps are off. */
  readonly time: number
  /** Stream number and kind, such as `01E`. */
  readonly stream: string
  /** It goes on with the previous line of the same stream. */
  readonly continues: boolean
  readonly content: string
}

const headerLength = 32
const header = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})\d{3}Z ([0-9a-f]{2}[OE])([ +])/

export function splitHeader(record: string): LogRecord {
  // Most logs have timestamps on every line or on none; the two cheap looks spare the pattern on the others.
  const hasHeader = record.charCodeAt(4) === 45 && record.charCodeAt(26) === 90
  const found = hasHeader ? header.exec(record) : null
  if (found === null) return { time: Number.NaN, stream: '', continues: false, content: record }
  const [, time = '', stream = '', flag] = found
  return {
    time: Date.parse(`${time}Z`),
    stream,
    continues: flag === '+',
    content: record.slice(headerLength),
  }
}
