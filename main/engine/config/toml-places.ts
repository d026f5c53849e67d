import { parseDocument } from '@decimalturn/toml-patch'

/** Offsets into the text, in UTF-16 units; `end` is exclusive. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** Where one key stands. Of a section, `row` and `key` are its header. */
export interface Place {
  /** 1-based. */
  readonly line: number
  /** 1-based, of the key. */
  readonly column: number
  readonly key: Span
  /** Absent for sections, which have no value of their own. */
  readonly value?: Span
  /** The key's name as the row spells it: `a.b = 1` is `['a', 'b']`. */
  readonly name: readonly string[]
}

/** A header with the rows below it, up to the next header. Before the first header: the head of the file. */
export interface Section {
  /** Empty for the head of the file. */
  readonly path: string
  readonly kind: 'head' | 'table' | 'array'
  readonly header?: Span
  /** Paths of its rows, in order. */
  readonly rows: readonly string[]
}

/** Where everything in a TOML text stands, by path such as `runners[0].docker.volumes[1]`. */
export interface Places {
  at(path: string): Place | undefined
  /** As `at`; of a section that only its subsections imply, the first of them. */
  near(path: string): Place | undefined
  readonly sections: readonly Section[]
}

type Blocks = ReturnType<typeof parseDocument>['cst']
type Row = Extract<Blocks[number], { equals: number }>
type Value = Row['value']
interface Location {
  readonly start: { readonly line: number; readonly column: number }
  readonly end: { readonly line: number; readonly column: number }
}

/** Adds one name to a path; names that are not bare are quoted, as TOML would. */
export const join = (path: string, name: string) => {
  const step = /^[\w-]+$/.test(name) ? name : JSON.stringify(name)
  return path === '' ? step : `${path}.${step}`
}

/**
 * Reads positions only. @throws Error when the text is not TOML.
 * @param text without a byte order mark.
 */
export function findPlaces(text: string): Places {
  const offset = offsetsOf(text)
  const span = (location: Location): Span => ({ start: offset(location.start), end: offset(location.end) })
  const places = new Map<string, Place>()
  const sections: Section[] = []
  // How many [[tables]] of each path have begun: a later [path.more] belongs to the last of them.
  const counts = new Map<string, number>()

  const addValue = (path: string, value: Value) => {
    if (!('items' in value)) return
    for (const [index, { item }] of value.items.entries()) {
      if ('equals' in item) {
        addRow(path, item as Row)
        continue
      }
      const { line, column } = item.loc.start
      const at = `${path}[${index}]`
      places.set(at, { line, column: column + 1, key: span(item.loc), value: span(item.loc), name: [] })
      addValue(at, item as Value)
    }
  }
  const addRow = (parent: string, row: Row): string => {
    const path = row.key.value.reduce(join, parent)
    const { line, column } = row.key.loc.start
    const place = { line, column: column + 1, key: span(row.key.loc), name: row.key.value }
    places.set(path, { ...place, value: span(row.value.loc) })
    addValue(path, row.value)
    return path
  }
  const sectionPath = (name: readonly string[], opens: boolean) =>
    name.reduce((parent, step, index) => {
      const path = join(parent, step)
      const known = counts.get(path)
      if (opens && index === name.length - 1) {
        counts.set(path, (known ?? 0) + 1)
        return `${path}[${known ?? 0}]`
      }
      return known === undefined ? path : `${path}[${known - 1}]`
    }, '')

  const head: string[] = []
  sections.push({ path: '', kind: 'head', rows: head })
  for (const block of parseDocument(text).cst) {
    if (!('key' in block)) continue
    if ('equals' in block) {
      head.push(addRow('', block))
      continue
    }
    const header = span(block.key.loc)
    const isArray = text.startsWith('[[', header.start)
    const path = sectionPath(block.key.item.value, isArray)
    const { line, column } = block.key.loc.start
    places.set(path, { line, column: column + 1, key: header, name: block.key.item.value })
    const rows = block.items.filter((item) => 'equals' in item).map((row) => addRow(path, row))
    sections.push({ path, kind: isArray ? 'array' : 'table', header, rows })
  }
  const near = (path: string) => {
    const below = [...places.keys()].find(
      (known) => known.startsWith(`${path}.`) || known.startsWith(`${path}[`),
    )
    return places.get(path) ?? places.get(below ?? '')
  }
  return { at: (path) => places.get(path), near, sections }
}

function offsetsOf(text: string) {
  const lineStarts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1)
  return ({ line, column }: { line: number; column: number }) =>
    (lineStarts[line - 1] ?? text.length) + column
}
