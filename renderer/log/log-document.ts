import { takeSections } from './section-markers.ts'
import { styleAfter } from './ansi.ts'
import { splitHeader } from './record-header.ts'

/** A stretch of the log between two markers. */
export interface LogSection {
  /** As the marker names it. */
  readonly name: string
  /** Line of its heading. */
  readonly heading: number
  /** First line that no longer belongs to it; undefined while it is open. */
  end: number | undefined
  /** Seconds since the epoch. */
  readonly startedAt: number
  endedAt: number | undefined
  readonly showsDuration: boolean
  readonly startsFolded: boolean
}

interface Pending {
  readonly name: string
  readonly startedAt: number
  readonly options: ReadonlyMap<string, string>
}

/**
 * The lines of a growing log, without its timestamps and section markers. Columns instead of an object a line: a
 * million lines stay small. Texts keep their colours; `start` of a line says which are on where it begins.
 */
export class LogDocument {
  readonly texts: string[] = []
  /** Milliseconds since the epoch; NaN where the line had no timestamp. */
  readonly times: number[] = []
  readonly sections: LogSection[] = []
  /** Every chunk as it came. */
  readonly chunks: string[] = []
  readonly #startStyles = new Map<number, string>()
  readonly #lineOfStream = new Map<string, number>()
  readonly #open: LogSection[] = []
  #pending: Pending | undefined
  #style = ''
  #tail = ''

  append(chunk: string): void {
    this.chunks.push(chunk)
    const records = (this.#tail + chunk).split('\n')
    this.#tail = records.pop() ?? ''
    for (const record of records) this.#take(record)
  }

  /** No chunk will follow: what had no line end is a line as well. */
  end(): void {
    if (this.#tail !== '') this.#take(this.#tail)
    this.#tail = ''
    for (const section of this.#open.splice(0)) section.end = this.texts.length
  }

  /** The escape sequence that restores the colours line `index` begins with; empty for none. */
  startStyle(index: number): string {
    return this.#startStyles.get(index) ?? ''
  }

  #take(record: string): void {
    const { time, stream, continues, content } = splitHeader(record)
    const { text, markers } = takeSections(content)
    for (const marker of markers) {
      if (marker.kind === 'end') this.#close(marker.name, marker.at)
      else this.#pending = { name: marker.name, startedAt: marker.at, options: marker.options }
    }
    const before = this.#lineOfStream.get(stream)
    if (continues && before !== undefined && markers.length === 0) return this.#extend(before, text)
    if (markers.length > 0 && text === '') return void this.#lineOfStream.delete(stream)
    this.#add(text, time)
    this.#lineOfStream.set(stream, this.texts.length - 1)
  }

  #add(text: string, time: number): void {
    const line = this.texts.length
    this.texts.push(withoutOverwritten(text))
    this.times.push(time)
    if (this.#style !== '') this.#startStyles.set(line, this.#style)
    this.#style = styleAfter(text, this.#style)
    if (this.#pending === undefined) return
    const { name, startedAt, options } = this.#pending
    this.#pending = undefined
    const section: LogSection = {
      name,
      heading: line,
      end: undefined,
      startedAt,
      endedAt: undefined,
      showsDuration: options.get('hide_duration') !== 'true',
      startsFolded: options.get('collapsed') === 'true',
    }
    this.sections.push(section)
    this.#open.push(section)
  }

  #extend(line: number, text: string): void {
    this.texts[line] = withoutOverwritten(`${this.texts[line]}${text}`)
    this.#style = styleAfter(text, this.#style)
  }

  #close(name: string, at: number): void {
    if (this.#pending?.name === name) this.#pending = undefined
    const depth = this.#open.findLastIndex((section) => section.name === name)
    if (depth === -1) return
    for (const section of this.#open.splice(depth)) {
      section.end = this.texts.length
      section.endedAt = at
    }
  }
}

/** A carriage return starts the line over: progress bars show what they came to. */
function withoutOverwritten(text: string): string {
  if (!text.includes('\r')) return text
  const ended = text.replace(/\r+$/, '')
  const last = ended.lastIndexOf('\r')
  return text.endsWith('\r') ? `${ended.slice(last + 1)}\r` : ended.slice(last + 1)
}
