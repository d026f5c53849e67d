import { ansiText } from './ansi.ts'

/** Where a section of a log begins or ends (job-execution.md §2.3). */
export interface SectionMarker {
  readonly edge: 'start' | 'end'
  readonly name: string
  /** Seconds since the epoch. */
  readonly time: number
  readonly collapsed: boolean
  readonly hideDuration: boolean
}

// The carriage return and the erasing at its end make a terminal show nothing of it: hence the control characters.
// oxlint-disable no-control-regex
const marker = /section_(start|end):(\d{1,15}):([\w.-]{1,255})(?:\[([^\]\r\n]{0,1000})\])?\r\u001B\[0K/u
const begunMarker = /^section_[\w:.[\],=-]*\r?\u001B?\[?0?$/u
const longestMarker = 1400

/** The first marker of a text with what stands before and after it. */
export function splitAtMarker(
  text: string,
): { readonly before: string; readonly marker: SectionMarker; readonly after: string } | undefined {
  const found = text.includes('section_') ? marker.exec(text) : null
  if (!found) return undefined
  const [whole, edge, time, name, options] = found
  const chosen = (options ?? '').split(',').map((option) => option.trim())
  return {
    before: text.slice(0, found.index),
    after: text.slice(found.index + whole.length),
    marker: {
      edge: edge === 'start' ? 'start' : 'end',
      name: name!,
      time: Number(time),
      collapsed: chosen.includes('collapsed=true'),
      hideDuration: chosen.includes('hide_duration=true'),
    },
  }
}

/** Where a line may end in the middle of a marker; its length where it does not. */
export function beginOfUnfinishedMarker(text: string): number {
  const at = text.lastIndexOf('section_')
  if (at >= 0 && text.length - at <= longestMarker && begunMarker.test(text.slice(at))) return at
  // Where nothing visible stands before it, not even the first letters may show: they would be a line of their own.
  const visible = ansiText(text)
  return 'section_'.startsWith(visible) && text.endsWith(visible) ? text.length - visible.length : text.length
}
