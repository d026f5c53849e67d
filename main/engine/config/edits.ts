import { isDeepStrictEqual } from 'node:util'

import { assign, changed, comparable, confirm, listOf, type Editable } from './confirm-edit.ts'
import { beginning, insertLines } from './splice.ts'
import { spliceKey, without } from './splice-key.ts'
import { findPlaces } from './toml-places.ts'
import { readToml, withoutBom } from './toml-text.ts'
import { writeSection, type TomlTable, type TomlValue } from './toml-write.ts'

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
