import { stringify, TomlFormat } from '@decimalturn/toml-patch'

export type TomlScalar = string | number | boolean | Date
export type TomlValue = TomlScalar | readonly TomlValue[] | TomlTable
export interface TomlTable {
  readonly [key: string]: TomlValue | undefined
}

export const isTable = (value: unknown): value is TomlTable =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)

const isTableList = (value: unknown): value is readonly TomlTable[] =>
  Array.isArray(value) && value.length > 0 && value.every(isTable)

/** One row without indentation or line end: `volumes = ["/cache"]`. */
export function writeRow(key: string, value: TomlValue): string {
  const format = TomlFormat.default()
  format.bracketSpacing = false
  format.inlineTableStart = 0
  if (value instanceof Date) return `${writeKey(key)} = ${value.toISOString().replace(/\.000Z$/, 'Z')}`
  if (typeof value === 'string' && value.includes('\n')) return `${writeKey(key)} = ${writeBlock(value)}`
  return stringify({ [key]: value }, format).trimEnd()
}

export const writeKey = (key: string) => (/^[\w-]+$/.test(key) ? key : JSON.stringify(key))

/** A script stays readable: several lines between triple quotes. */
function writeBlock(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"""', '""\\"')
    .replace(/"$/, '\\"')
    // The line feed and the tab may stand as they are.
    .replace(/(?![\n\t])\p{Cc}/gu, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return `"""\n${escaped}"""`
}

/**
 * A section with everything below it, laid out as gitlab-runner does: rows two columns further in than their header,
 * plain values before sections. Keys that are `undefined` are left out.
 */
export function writeSection(path: readonly string[], table: TomlTable, isArray = true): string[] {
  const indent = '  '.repeat(path.length - 1)
  const name = path.map(writeKey).join('.')
  const entries = Object.entries(table).filter(
    (entry): entry is [string, TomlValue] => entry[1] !== undefined,
  )
  const rows = entries.filter(([, value]) => !isTable(value) && !isTableList(value))
  return [
    indent + (isArray ? `[[${name}]]` : `[${name}]`),
    ...rows.map(([key, value]) => `${indent}  ${writeRow(key, value)}`),
    ...entries.flatMap(([key, value]) => {
      if (isTable(value)) return writeSection([...path, key], value, false)
      if (isTableList(value)) return value.flatMap((item) => writeSection([...path, key], item))
      return []
    }),
  ]
}
