import { isDeepStrictEqual } from 'node:util'

import { patch } from '@decimalturn/toml-patch'

import { configSchema } from './schema.ts'
import { kindOf } from './schema-walk.ts'
import { beginning, indentOf, insertLines, lineStart, nextLine, replace } from './splice.ts'
import { findPlaces, join, type Place, type Places } from './toml-places.ts'
import { byteOrderMark, readToml, withoutBom } from './toml-text.ts'
import { isTable, writeRow, writeSection, type TomlTable, type TomlValue } from './toml-write.ts'

/**
 * Edits of config.toml as pure functions from text to text. Everything outside the edited key stays byte for byte;
 * the result is read again and compared with what was meant before anyone gets to see it.
 */

export interface TokenEdit {
  readonly token: string
  readonly obtainedAt: Date
  /** Absent when the token never expires. */
  readonly expiresAt?: Date
}

/** Sets a key above or beside the runners, such as `['concurrent']`; `undefined` removes it. */
export const setGlobal = (text: string, key: readonly string[], value: TomlValue | undefined) =>
  setKey(text, [], key, value)

/** Sets a key of the runner at `index`, such as `['docker', 'image']`; `undefined` removes it. */
export const setRunnerKey = (
  text: string,
  index: number,
  key: readonly string[],
  value: TomlValue | undefined,
) => setKey(text, ['runners', index], key, value)

/** gitlab-runner writes year 1 where a token never expires. */
const never = new Date('0001-01-01T00:00:00Z')

export function setToken(text: string, index: number, { token, obtainedAt, expiresAt }: TokenEdit): string {
  const withToken = setRunnerKey(text, index, ['token'], token)
  const withStart = setRunnerKey(withToken, index, ['token_obtained_at'], wholeSeconds(obtainedAt))
  return setRunnerKey(withStart, index, ['token_expires_at'], wholeSeconds(expiresAt ?? never))
}

const wholeSeconds = (date: Date) => new Date(Math.floor(date.getTime() / 1000) * 1000)

/** Appends a `[[runners]]` entry, keys in the order of `runner`. */
export function addRunner(text: string, runner: TomlTable): string {
  const plain = withoutBom(text)
  const meant = (file: Editable) => void (file['runners'] = [...listOf(file['runners']), runner])
  // `runners = []`, which the reference writes for none, would forbid a [[runners]] below.
  const none = listOf(readToml(text)['runners']).length === 0
  const base = none && findPlaces(plain).at('runners') ? without(plain, 'runners') : plain
  const gap = base === '' || /\n[ \t]*\r?\n$/.test(base) ? [] : ['']
  return confirm(text, meant, insertLines(base, base.length, [...gap, ...writeSection(['runners'], runner)]))
}

/** Removes the runner at `index` with its sections and the comments directly above them. */
export function removeRunner(text: string, index: number): string {
  const plain = withoutBom(text)
  const own = new RegExp(`^runners\\[${index}\\](?:[.[]|$)`)
  const { sections } = findPlaces(plain)
  let rest = ''
  for (const [at, section] of sections.entries()) {
    if (own.test(section.path)) continue
    const next = sections[at + 1]
    rest += plain.slice(beginning(plain, section), next ? beginning(plain, next) : plain.length)
  }
  const last = sections.at(-1)
  if (last && own.test(last.path))
    rest = rest.replace(/(?:\r?\n[ \t]*)+$/, (end) => /^\r?\n/.exec(end)?.[0] ?? '')
  const meant = (file: Editable) => {
    const runners = listOf(file['runners']).toSpliced(index, 1)
    if (runners.length > 0) file['runners'] = runners
    else delete file['runners']
  }
  return confirm(text, meant, rest)
}

function setKey(
  text: string,
  root: readonly (string | number)[],
  key: readonly string[],
  value: TomlValue | undefined,
): string {
  const names = [...root, ...key]
  const meant = (file: Editable) => assign(file, names, value)
  const isSame = isDeepStrictEqual(comparable(readToml(text)), comparable(changed(text, meant)))
  return isSame ? text : confirm(text, meant, spliceKey(withoutBom(text), root, key, value))
}

/** The edit made in place; `undefined` where the file is laid out in a way only the general patch understands. */
function spliceKey(
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
function without(text: string, path: string): string {
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

type Editable = Record<string, unknown>
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

function changed(text: string, change: (file: Editable) => void): Editable {
  const file = readToml(text)
  change(file)
  return file
}

/** The spliced text if it says what was meant, else the general patch's if that does. */
function confirm(before: string, change: (file: Editable) => void, spliced: string | undefined): string {
  const meant = changed(before, change)
  const mark = before.startsWith(byteOrderMark) ? byteOrderMark : ''
  for (const attempt of [() => spliced, () => patch(withoutBom(before), meant)]) {
    const text = attempt()
    if (text !== undefined && says(text, meant)) return mark + text
  }
  throw new Error('The file is laid out in a way this edit cannot be made in; change it by hand.')
}

function says(text: string, meant: Editable): boolean {
  try {
    return isDeepStrictEqual(comparable(readToml(text)), comparable(meant))
  } catch {
    return false
  }
}

function assign(file: Editable, names: readonly (string | number)[], value: TomlValue | undefined): void {
  let table: Editable = file
  for (const name of names.slice(0, -1)) table = (table[name] ??= {}) as Editable
  const last = names.at(-1) ?? ''
  if (value === undefined) delete table[last]
  else table[last] = value
}

/** Dates and tables come in several classes, depending on who made them; their content is what counts. */
function comparable(value: unknown): unknown {
  if (value instanceof Date) return { date: value.getTime() }
  if (Array.isArray(value)) return value.map(comparable)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined)
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, comparable(inner)]),
  )
}
