import { say } from '../../contract/sentences/say.ts'
import { indentOf, lineStart, newlineOf, replace } from './splice.ts'
import { findPlaces, type Place, type Span } from './toml-places.ts'
import { readToml } from './toml-text.ts'

/**
 * Entries of a list of strings put in and taken out so that what is around them stays byte for byte: taking out what
 * was put in gives the text before. Texts come without a byte order mark.
 */

/** Puts `entry` in front of the list at `path`, which must be there. */
export function addEntry(text: string, path: string, entry: string): string {
  const list = placeOf(text, path)
  const first = findPlaces(text).at(`${path}[0]`)
  const open = list.start + 1
  const quoted = JSON.stringify(entry)
  const firstLine = text.slice(open, first?.key.start ?? list.end)
  if (firstLine.includes('\n')) {
    const indent = first ? indentOf(text, first.key.start) : `${indentOf(text, list.start)}  `
    return insert(text, endOfLine(text, open), `${newlineOf(text)}${indent}${quoted},`)
  }
  return first ? insert(text, first.key.start, `${quoted}, `) : insert(text, open, quoted)
}

/** Writes another entry in the place of the first that is `from`; without one the text stays as it is. */
export function replaceEntry(text: string, path: string, from: string, to: string): string {
  const places = findPlaces(text)
  for (let index = 0; ; index++) {
    const item = places.at(`${path}[${index}]`)
    if (item === undefined) return text
    if (stringAt(text, item) === from) return replace(text, item.key, JSON.stringify(to))
  }
}

/** Takes out the first entry of the list that `matches`; without one the text stays as it is. */
export function removeEntry(text: string, path: string, matches: (entry: string) => boolean): string {
  const places = findPlaces(text)
  for (let index = 0; ; index++) {
    const item = places.at(`${path}[${index}]`)
    if (item === undefined) return text
    if (matches(stringAt(text, item))) return without(text, item.key)
  }
}

function without(text: string, { start, end }: Span): string {
  const comma = /^[ \t]*,/.exec(text.slice(end))?.[0]
  const line = lineStart(text, start)
  if (comma !== undefined && line > 0 && text.slice(line, start).trim() === '') {
    const newline = text[line - 2] === '\r' ? 2 : 1
    return replace(text, { start: line - newline, end: end + comma.length }, '')
  }
  if (comma !== undefined) {
    const gap = text[end + comma.length] === ' ' ? 1 : 0
    return replace(text, { start, end: end + comma.length + gap }, '')
  }
  const before = /,[ \t]*$/.exec(text.slice(0, start))?.[0] ?? ''
  return replace(text, { start: start - before.length, end }, '')
}

/** Adds a row at the end of a section. @throws Error when the file has no such section. */
export function addRow(text: string, sectionPath: string, row: string): string {
  const places = findPlaces(text)
  const section = places.sections.find(({ path }) => path === sectionPath)
  if (!section?.header) throw new Error(say('no-section-for', { section: sectionPath, row }))
  const last = places.at(section.rows.at(-1) ?? '')
  const first = places.at(section.rows[0] ?? '')
  const indent = first ? indentOf(text, first.key.start) : `${indentOf(text, section.header.start)}  `
  return insert(
    text,
    endOfLine(text, last?.value?.end ?? section.header.end),
    `${newlineOf(text)}${indent}${row}`,
  )
}

/** Takes out a whole row with its line. */
export function removeRow(text: string, path: string): string {
  const place = findPlaces(text).at(path)
  if (!place?.value) return text
  const line = lineStart(text, place.key.start)
  const newline = line === 0 ? 0 : text[line - 2] === '\r' ? 2 : 1
  return replace(text, { start: line - newline, end: endOfLine(text, place.value.end) }, '')
}

/** The value of a row as it is written, quotes and brackets included. */
export function valueAt(text: string, path: string): Span | undefined {
  return findPlaces(text).at(path)?.value
}

const insert = (text: string, at: number, more: string) => replace(text, { start: at, end: at }, more)

function placeOf(text: string, path: string): Span {
  const value = valueAt(text, path)
  if (value === undefined) throw new Error(`${say('no-row-for', { key: path })}.`)
  return value
}

function endOfLine(text: string, from: number): number {
  const newline = text.indexOf('\n', from)
  if (newline < 0) return text.length
  return text[newline - 1] === '\r' && newline > from ? newline - 1 : newline
}

function stringAt(text: string, item: Place): string {
  const value = readToml(`entry = ${text.slice(item.key.start, item.key.end)}`)['entry']
  return typeof value === 'string' ? value : ''
}
