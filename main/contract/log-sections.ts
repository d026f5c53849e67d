import { ansiText, plainStyle, styleAfterLine, type AnsiStyle } from './ansi.ts'
import { timestampLength, timestampOf, type LineStamp } from './log-timestamp.ts'
import { beginOfUnfinishedMarker, splitAtMarker, type SectionMarker } from './section-marker.ts'

/** A line as the viewer shows it, put together again from the records of the log. */
export interface LogLine {
  /** When the line began; absent where the log has no timestamps. */
  readonly time?: string
  /** 0 the runner, 1 a stage, 15 a service. */
  readonly stream?: number
  readonly type?: 'O' | 'E'
  /** Parts of this line were written one after the other. */
  readonly continuation: boolean
  /** With colours, without section markers; what a carriage return has overwritten is gone. */
  readonly text: string
  /** What the text before it left switched on. */
  readonly style: AnsiStyle
}

export type LogEvent =
  /** Line `index` is new, or shows something else now. New lines come in order, without gaps. */
  | { readonly type: 'line'; readonly index: number; readonly line: LogLine }
  /** Line `index` is the section's heading, or the first line after it. */
  | { readonly type: 'section'; readonly index: number; readonly marker: SectionMarker }

/** Turns a log into lines and sections while it grows. */
export interface LogParser {
  /** The next piece of the log, of any size; whole characters. */
  push(text: string): readonly LogEvent[]
  /** Nothing follows: shows what waited for more. */
  end(): readonly LogEvent[]
}

// In characters. A screen shows more as further lines, whatever a job prints without a line feed.
const longestLine = 32 * 1024

interface OpenLine {
  readonly stamp: LineStamp | undefined
  index: number | undefined
  text: string
  style: AnsiStyle
  continuation: boolean
  /** A marker was taken out of it: when nothing else is left, it is no line. */
  marked: boolean
}

export function createLogParser(): LogParser {
  // Decided by the first line: the runner stamps all lines or none.
  let stamped: boolean | undefined
  let rest = ''
  let lineCount = 0
  let events: LogEvent[] = []
  // Per stream, because a `+` record goes on with the last line of its own stream.
  const open = new Map<string, OpenLine>()
  const styles = new Map<string, AnsiStyle>()

  function take(text: string, isEnd: boolean): readonly LogEvent[] {
    events = []
    const all = rest + text
    let from = 0
    for (let end = all.indexOf('\n'); end >= 0; end = all.indexOf('\n', from)) {
      takeRecord(all.slice(from, end))
      from = end + 1
    }
    rest = all.slice(from)
    if (rest !== '' && (isEnd || rest.length >= timestampLength)) stamped ??= timestampOf(rest) !== undefined
    if (rest !== '' && isEnd) {
      takeRecord(rest)
      rest = ''
    } else if (stamped === false) {
      // A line without end shows at once: it may be a prompt, or dots that say that something goes on.
      const shown = open.get('')?.text ?? ''
      const whole = Math.max(0, beginOfUnfinishedMarker(shown + rest) - shown.length)
      if (whole > 0) extend('', lineOf('', undefined), rest.slice(0, whole))
      rest = rest.slice(whole)
    }
    return events
  }

  function takeRecord(record: string) {
    stamped ??= timestampOf(record) !== undefined
    const stamp = stamped ? timestampOf(record) : undefined
    const key = stamp ? `${stamp.stream}${stamp.type}` : ''
    const line = lineOf(key, stamp)
    if (stamp?.continues && line.index !== undefined) line.continuation = true
    extend(key, line, stamp ? record.slice(timestampLength) : record)
    if (line.index === undefined && !line.marked) show(line)
    // Without a stamp, the line feed was a real one; with one, only the next record tells.
    if (!stamp) open.delete(key)
  }

  /** The line a piece of text belongs to. */
  function lineOf(key: string, stamp: LineStamp | undefined): OpenLine {
    const known = open.get(key)
    if (known && (!stamp || stamp.continues)) return known
    const style = styles.get(key) ?? plainStyle
    const line = { stamp, index: undefined, text: '', style, continuation: false, marked: false }
    open.set(key, line)
    return line
  }

  /** Adds to a line. Each marker in it ends what stands before it. */
  function extend(key: string, line: OpenLine, more: string) {
    if (more === '') return
    if (line.text === '' && more.length <= longestLine && !needsCare(more)) {
      line.text = more
      show(line)
      return
    }
    line.text += more
    for (let split = splitAtMarker(line.text); split; split = splitAtMarker(line.text)) {
      line.text = split.before
      if (line.index !== undefined || ansiText(line.text) !== '') show(line)
      line.style = styleAfterLine(line.text, line.style)
      line.text = split.after
      line.index = undefined
      line.continuation = false
      line.marked = true
      events.push({ type: 'section', index: lineCount, marker: split.marker })
    }
    dropOverwritten(line)
    while (line.text.length > longestLine) {
      const all = line.text
      // Not between the halves of a character beyond the first plane.
      const end = /[\uDC00-\uDFFF]/.test(all[longestLine]!) ? longestLine - 1 : longestLine
      line.text = all.slice(0, end)
      show(line)
      line.style = styleAfterLine(line.text, line.style)
      line.text = all.slice(end)
      line.index = undefined
      line.continuation = true
      line.marked = true
    }
    styles.set(key, styleAfterLine(line.text, line.style))
    if (line.index !== undefined || ansiText(line.text) !== '') show(line)
  }

  function show(line: OpenLine) {
    line.index ??= lineCount++
    const { index, stamp, continuation, text, style } = line
    const origin = stamp && { time: stamp.time, stream: stamp.stream, type: stamp.type }
    events.push({ type: 'line', index, line: { ...origin, continuation, text, style } })
  }

  return { push: (text) => take(text, false), end: () => take('', true) }
}

/** Most lines hold nothing that begins a marker, changes the style or overwrites. */
const needsCare = (text: string) =>
  text.includes('\u001B') || text.includes('\r') || !beginsVisibly.test(text)

const beginsVisibly = /^[ -~\u00A0-\uFFFF]/

/** Keeps a progress bar from growing for ever: only its latest state is text, with the style that it has. */
function dropOverwritten(line: OpenLine) {
  let end = line.text.length
  while (end > 0 && line.text[end - 1] === '\r') end--
  const at = end === 0 ? -1 : line.text.lastIndexOf('\r', end - 1)
  if (at < 0 || ansiText(line.text.slice(at + 1, end)) === '') return
  line.style = styleAfterLine(line.text.slice(0, at), line.style)
  line.text = line.text.slice(at + 1)
}
