import { ansiText, plainStyle, type AnsiStyle } from '../../main/contract/ansi.ts'
import { createLogParser, type LogEvent } from '../../main/contract/log-sections.ts'
import type { SectionMarker } from '../../main/contract/section-marker.ts'
import { isErrorLine } from './error-lines.ts'
import { LineStore, type Lines } from './line-store.ts'
import { NumberColumn } from './number-column.ts'
import { RawLog } from './raw-log.ts'
import { textWidth } from './text-width.ts'

/** A stretch of the log between two markers. */
export interface LogSection {
  /** As the marker names it. */
  readonly name: string
  /** Line of its heading. */
  readonly heading: number
  /** First line that no longer belongs to it; undefined while it is open. */
  readonly end: number | undefined
  /** Seconds since the epoch. */
  readonly startedAt: number
  readonly endedAt: number | undefined
  readonly showsDuration: boolean
  readonly startsFolded: boolean
}

// Whoever has more errors than this reads the first.
const mostErrors = 5000

/**
 * The lines of a growing log. Columns instead of an object a line: a million lines stay small. Texts keep their
 * colours, which are read when a line is drawn.
 */
export class LogDocument {
  readonly sections: LogSection[] = []
  readonly raw = new RawLog()
  readonly #texts = new LineStore()
  readonly #times = new NumberColumn((length) => new Float64Array(length))
  /** Columns of a line times two, plus one where it is ragged. */
  readonly #widths = new NumberColumn((length) => new Uint32Array(length))
  readonly #errors = new Set<number>()
  readonly #parser = createLogParser()
  readonly #styles = new Map<number, AnsiStyle>()
  /** Indices of the sections that have no end yet, the innermost last. */
  readonly #open: number[] = []

  get lines(): Lines {
    return this.#texts
  }

  append(chunk: string): void {
    this.raw.append(chunk)
    for (const event of this.#parser.push(chunk)) this.#take(event)
  }

  /** No chunk will follow. */
  end(): void {
    for (const event of this.#parser.end()) this.#take(event)
    this.#closeFrom(0, undefined)
  }

  /** Milliseconds since the epoch; NaN where the line had no timestamp. */
  timeOf(line: number): number {
    return this.#times.at(line)
  }

  /** How many rows the line takes on a screen of so many columns; rather one too many than one too few. */
  rowsOf(line: number, columns: number): number {
    const width = this.#widths.at(line)
    return Math.max(1, Math.ceil((width >> 1) / Math.max(1, columns - (width & 1))))
  }

  /** Lines that speak of an error, ascending; the first few thousand. */
  errors(): readonly number[] {
    return [...this.#errors].toSorted((a, b) => a - b)
  }

  /** What the lines before line `index` left switched on. */
  styleBefore(index: number): AnsiStyle {
    return this.#styles.get(index) ?? plainStyle
  }

  #take(event: LogEvent): void {
    switch (event.type) {
      case 'line': {
        const { index, line } = event
        this.#texts.set(index, line.text)
        this.#times.set(index, line.time === undefined ? Number.NaN : Date.parse(line.time))
        const { columns, isRagged } = textWidth(ansiText(line.text))
        this.#widths.set(index, columns * 2 + Number(isRagged))
        if (!isErrorLine(line.text)) this.#errors.delete(index)
        else if (this.#errors.size < mostErrors) this.#errors.add(index)
        if (line.style === plainStyle) this.#styles.delete(index)
        else this.#styles.set(index, line.style)
        return
      }
      case 'section':
        return this.#mark(event.marker, event.index)
    }
  }

  #mark({ edge, name, time, collapsed, hideDuration }: SectionMarker, line: number): void {
    if (edge === 'end') {
      const depth = this.#open.findLastIndex((at) => this.sections[at]?.name === name)
      if (depth !== -1) this.#closeFrom(depth, time)
      return
    }
    this.#open.push(this.sections.length)
    this.sections.push({
      name,
      heading: line,
      end: undefined,
      startedAt: time,
      endedAt: undefined,
      showsDuration: !hideDuration,
      startsFolded: collapsed,
    })
  }

  #closeFrom(depth: number, endedAt: number | undefined): void {
    for (const at of this.#open.splice(depth)) {
      const section = this.sections[at]
      if (section !== undefined) this.sections[at] = { ...section, end: this.lines.length, endedAt }
    }
  }
}
