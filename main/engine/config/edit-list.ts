import { isDeepStrictEqual } from 'node:util'

import { setRunnerKey } from './edits.ts'
import { addEntry, removeEntry } from './list-entries.ts'
import { byteOrderMark, readToml, withoutBom } from './toml-text.ts'

/**
 * Gives a list of strings of the runner at `index` other entries. Entries that stay keep their lines and comments where
 * the change only adds in front and takes out; else the list is written anew.
 */
export function editRunnerList(
  text: string,
  index: number,
  key: readonly string[],
  before: readonly string[],
  after: readonly string[],
): string {
  if (isDeepStrictEqual(before, after)) return text
  const path = `runners[${index}].${key.join('.')}`
  const written = () => setRunnerKey(text, index, key, after.length === 0 ? undefined : after)
  if (before.length === 0 || after.length === 0) return written()
  try {
    let next = withoutBom(text)
    for (const entry of before.filter((one) => !after.includes(one)))
      next = removeEntry(next, path, (one) => one === entry)
    for (const entry of after.filter((one) => !before.includes(one)).toReversed())
      next = addEntry(next, path, entry)
    if (isDeepStrictEqual(listAt(next, index, key), listAt(written(), index, key)))
      return (text.startsWith(byteOrderMark) ? byteOrderMark : '') + next
  } catch {
    // A layout these edits do not know, such as a list of a dotted key.
  }
  return written()
}

const listAt = (text: string, index: number, key: readonly string[]): unknown =>
  ['runners', index, ...key].reduce<unknown>(
    (value, step) => (value as Record<PropertyKey, unknown> | undefined)?.[step],
    readToml(text),
  )
