import { plainStyle, type AnsiStyle } from '../../main/contract/ansi.ts'
import { createLogParser, type LogEvent } from '../../main/contract/log-sections.ts'
import type { SectionMarker } from '../../main/contract/section-marker.ts'

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

/**
 * The lines of a growing log. Columns instead of an object a line: a million lines stay small. Texts keep their
 * colours, which are read when a line is drawn.
 */
export class LogDocument {
  readonly texts: string[] = []
  /** Milliseconds since the epoch; NaN where the line had no timestamp. */
  readonly times: number[] = []
  readonly sections: LogSection[] = []
  /** Every chunk as it came. */
  readonly chunks: string[] = []
  readonly #parser = createLogParser()
  readonly #styles = new Map<number, AnsiStyle>()
  /** Indices of the sections that have no end yet, the innermost last. */
  readonly #open: number[] = []

  append(chunk: string): void {
    this.chunks.push(chunk)
    for (const event of this.#parser.push(chunk)) this.#take(event)
  }

  /** No chunk will follow. */
  end(): void {
    for (const event of this.#parser.end()) this.#take(event)
    this.#closeFrom(0, undefined)
  }

  /** What the lines before line `index` left switched on. */
  styleBefore(index: number): AnsiStyle {
    return this.#styles.get(index) ?? plainStyle
  }

  #take(event: LogEvent): void {
    switch (event.type) {
      case 'line': {
        const { index, line } = event
        this.texts[index] = line.text
        this.times[index] = line.time === undefined ? Number.NaN : Date.parse(line.time)
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
      if (section !== undefined) this.sections[at] = { ...section, end: this.texts.length, endedAt }
    }
  }
}
