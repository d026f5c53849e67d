import type { Section, Span } from './toml-places.ts'

/** Pieces of text by line, without touching what is around them. Offsets are UTF-16 units. */

export const lineStart = (text: string, at: number) => text.lastIndexOf('\n', at - 1) + 1

/** Behind the line's end mark, or the end of the text. */
export function nextLine(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end + 1
}

export const newlineOf = (text: string) => (/\r?\n/.exec(text)?.[0] === '\r\n' ? '\r\n' : '\n')

export const replace = (text: string, { start, end }: Span, by: string) =>
  text.slice(0, start) + by + text.slice(end)

export const indentOf = (text: string, at: number) =>
  /^[ \t]*/.exec(text.slice(lineStart(text, at), at))?.[0] ?? ''

/** Adds whole lines at `at`, the beginning of a line or the end of the text. */
export function insertLines(text: string, at: number, lines: readonly string[]): string {
  const newline = newlineOf(text)
  const before = text.slice(0, at)
  const open = before !== '' && !before.endsWith('\n') ? newline : ''
  const added = lines.flatMap((line) => line.split('\n')).join(newline)
  return before + open + added + newline + text.slice(at)
}

/** Where a section begins: its header with the comment lines that stand directly above it. */
export function beginning(text: string, section: Section): number {
  if (!section.header) return 0
  let start = lineStart(text, section.header.start)
  while (start > 0) {
    const above = lineStart(text, start - 1)
    if (!/^[ \t]*#/.test(text.slice(above, start))) break
    start = above
  }
  return start
}
