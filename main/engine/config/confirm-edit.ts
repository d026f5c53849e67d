import { isDeepStrictEqual } from 'node:util'

import { patch } from '@decimalturn/toml-patch'

import { say } from '../../contract/sentences/say.ts'
import { byteOrderMark, readToml, withoutBom } from './toml-text.ts'
import type { TomlValue } from './toml-write.ts'

/** The file as a plain value. */
export type Editable = Record<string, unknown>

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

export function changed(text: string, change: (file: Editable) => void): Editable {
  const file = readToml(text)
  change(file)
  return file
}

/** The spliced text if it says what was meant, else the general patch's if that does. */
export function confirm(
  before: string,
  change: (file: Editable) => void,
  spliced: string | undefined,
): string {
  const meant = changed(before, change)
  const mark = before.startsWith(byteOrderMark) ? byteOrderMark : ''
  for (const attempt of [() => spliced, () => patch(withoutBom(before), meant)]) {
    const text = attempt()
    if (text !== undefined && says(text, meant)) return mark + text
  }
  throw new Error(`${say('no-text-layout')}.`)
}

function says(text: string, meant: Editable): boolean {
  try {
    return isDeepStrictEqual(comparable(readToml(text)), comparable(meant))
  } catch {
    return false
  }
}

export function assign(
  file: Editable,
  names: readonly (string | number)[],
  value: TomlValue | undefined,
): void {
  let table: Editable = file
  for (const name of names.slice(0, -1)) table = (table[name] ??= {}) as Editable
  const last = names.at(-1) ?? ''
  if (value === undefined) delete table[last]
  else table[last] = value
}

/** Dates and tables come in several classes, depending on who made them; their content is what counts. */
export function comparable(value: unknown): unknown {
  if (value instanceof Date) return { date: value.getTime() }
  if (Array.isArray(value)) return value.map(comparable)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined)
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, comparable(inner)]),
  )
}
