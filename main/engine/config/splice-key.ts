import { patch } from '@decimalturn/toml-patch'

import { configSchema } from './schema.ts'
import { kindOf } from './schema-walk.ts'
import { indentOf, insertLines, lineStart, nextLine, replace } from './splice.ts'
import { findPlaces, join, type Place, type Places } from './toml-places.ts'
import { isTable, writeRow, writeSection, type TomlValue } from './toml-write.ts'

/** The edit made in place; `undefined` where the file is laid out in a way only the general patch understands. */
export function spliceKey(
  text: string,
  root: readonly (string | number)[],
  key: readonly string[],
  value: TomlValue | undefined,
): string | undefined {
  const rootPath = root.length === 0 ? '' : `${root[0]}[${root[1]}]`
  const places = findPlaces(text)
  const path = key.reduce(join, rootPath)
  const place = places.at(path)
  if (value === undefined) return place?.value && isWholeRow(text, place) ? without(text, path) : undefined
  if (isTable(value)) return undefined
  if (place?.value) return replaceValue(text, place, place.value.end, value)

  const name = key.at(-1) ?? ''
  const parents = key.slice(0, -1)
  const sectionPath = parents.reduce(join, rootPath)
  const section = places.sections.find((candidate) => candidate.path === sectionPath)
  if (section)
    return insertRow(text, places, sectionPath, [...(root.length > 0 ? ['runners'] : []), ...key], value)
  if (parents.length === 0 || places.at(sectionPath)) return undefined
  const at = rootPath === '' ? text.length : endOfRunner(text, places, rootPath)
  const header = [...(root.length > 0 ? ['runners'] : []), ...parents]
  return insertLines(text, at, writeSection(header, { [name]: value }, false))
}

/** Whether the key begins its line, so that the line is a small TOML document of its own. */
const isWholeRow = (text: string, place: Place) =>
  text.slice(lineStart(text, place.key.start), place.key.start).trim() === ''

function replaceValue(text: string, place: Place, end: number, value: TomlValue): string | undefined {
  if (!isWholeRow(text, place)) return undefined
  const start = lineStart(text, place.key.start)
  const nested = place.name.reduceRight<TomlValue>((inner, name) => ({ [name]: inner }), value)
  return replace(text, { start, end }, patch(text.slice(start, end), nested))
}

/** Removes a row with the comment at its end. */
export function without(text: string, path: string): string {
  const place = findPlaces(text).at(path)
  if (!place?.value) return text
  const start = lineStart(text, place.key.start)
  return replace(text, { start, end: nextLine(text, place.value.end) }, '')
}

/** A new row goes behind the nearest key that precedes it in the schema, as a person would look for it there. */
function insertRow(
  text: string,
  places: Places,
  sectionPath: string,
  key: readonly string[],
  value: TomlValue,
): string {
  const name = key.at(-1) ?? ''
  const section = places.sections.find(({ path }) => path === sectionPath)
  const rows = section?.rows ?? []
  const order = schemaKeys(key.slice(0, -1))
  const before = order.slice(0, Math.max(order.indexOf(name), 0)).toReversed()
  const neighbour = before.map((known) => join(sectionPath, known)).find((path) => rows.includes(path))
  const place = places.at(neighbour ?? '')
  if (place?.value) {
    const indent = indentOf(text, place.key.start)
    return insertLines(text, nextLine(text, place.value.end), [indent + writeRow(name, value)])
  }
  if (!section?.header) return insertLines(text, 0, [writeRow(name, value)])
  const first = rows[0] === undefined ? undefined : places.at(rows[0])
  const indent = first ? indentOf(text, first.key.start) : `${indentOf(text, section.header.start)}  `
  return insertLines(text, nextLine(text, section.header.end), [indent + writeRow(name, value)])
}

function schemaKeys(names: readonly string[]): readonly string[] {
  let kind = kindOf(configSchema)
  for (const name of names) {
    const inner = kind.kind === 'section' || kind.kind === 'sections' ? kind.keys[name] : undefined
    if (inner === undefined) return []
    kind = kindOf(inner)
  }
  return kind.kind === 'section' || kind.kind === 'sections' ? Object.keys(kind.keys) : []
}

/** Behind the last row of a runner's last section; blank lines and comments that follow belong to what is next. */
function endOfRunner(text: string, places: Places, runner: string): number {
  const own = places.sections.filter(({ path }) => path === runner || path.startsWith(`${runner}.`))
  const last = own.at(-1)
  const row = last?.rows.at(-1)
  const end = (row === undefined ? undefined : places.at(row)?.value?.end) ?? last?.header?.end ?? text.length
  return nextLine(text, end)
}
