import type { Variables } from '../variables/variables.ts'

/** A text that no POSIX shell would accept between double quotes, or that would run a command. */
export class BadSubstitution extends Error {
  override readonly name = 'BadSubstitution'
}

/** A variable's value as a process would find it in its environment; `undefined` where it is not set. */
export type Environment = (name: string) => string | undefined

/** The environment a job's variables make: of a file variable, its path. */
export function environmentOf(variables: Variables): Environment {
  const names = new Set(variables.list.map(({ key }) => key))
  return (name) => (names.has(name) ? variables.expand(`\${${name}}`) : undefined)
}

const longestResult = 1024 * 1024

/**
 * Expands a text as a POSIX shell does between double quotes (job-execution.md §8.4): `$NAME`, `${NAME}`,
 * `${NAME:-word}` and its kin, `${#NAME}`, `${NAME%pattern}`, `${NAME#pattern}`. An unset name is empty.
 * @throws BadSubstitution for command substitution, arithmetic and broken syntax.
 */
export function expandWords(text: string, environment: Environment): string {
  const { value, end } = expandUntil(text, 0, environment, '')
  if (end < text.length) throw new BadSubstitution(`unexpected character at ${end}`)
  return value
}

/** Expands from `start` up to an unquoted `stop` (or the end, where `stop` is empty). `end` is the stop's place. */
function expandUntil(
  text: string,
  start: number,
  environment: Environment,
  stop: '' | '}',
): { readonly value: string; readonly end: number } {
  let value = ''
  let at = start
  while (at < text.length) {
    const char = text.charAt(at)
    if (char === stop) return { value, end: at }
    if (char === '\\' && at + 1 < text.length) {
      const next = text.charAt(at + 1)
      const isQuoted = next === '$' || next === '\\' || next === '`' || next === '"' || next === stop
      value += isQuoted ? next : char + next
      at += 2
    } else if (char === '`') {
      throw new BadSubstitution('command substitution is not allowed')
    } else if (char === '$') {
      const parameter = expandParameter(text, at + 1, environment)
      value += parameter.value
      at = parameter.end
    } else {
      value += char
      at += 1
    }
    if (value.length > longestResult) throw new BadSubstitution('the expansion is longer than 1 MiB')
  }
  if (stop !== '') throw new BadSubstitution('a ${ is not closed')
  return { value, end: at }
}

function expandParameter(text: string, at: number, environment: Environment) {
  const char = text.charAt(at)
  if (char === '(') throw new BadSubstitution('command substitution is not allowed')
  if (char === '{') return expandBraces(text, at + 1, environment)
  const name = nameAt(text, at)
  if (name !== '') return { value: environment(name) ?? '', end: at + name.length }
  // There are no positional parameters here, so these are empty as in a shell without any.
  if (/[@*#?!$\d-]/.test(char)) return { value: '', end: at + 1 }
  return { value: '$', end: at }
}

function expandBraces(text: string, start: number, environment: Environment) {
  const wantsLength = text.charAt(start) === '#' && nameAt(text, start + 1) !== ''
  const nameStart = wantsLength ? start + 1 : start
  const name = nameAt(text, nameStart)
  if (name === '') throw new BadSubstitution('a ${ is not followed by a name')
  const at = nameStart + name.length
  const value = environment(name)
  if (wantsLength) {
    if (text.charAt(at) !== '}') throw new BadSubstitution(`bad substitution of ${name}`)
    return { value: String(Array.from(value ?? '').length), end: at + 1 }
  }
  if (text.charAt(at) === '}') return { value: value ?? '', end: at + 1 }

  const operator = /^(:?[-=?+]|%%?|##?)/.exec(text.slice(at, at + 2))?.[0]
  if (operator === undefined) throw new BadSubstitution(`bad substitution of ${name}`)
  const word = expandUntil(text, at + operator.length, environment, '}')
  return { value: applyOperator(name, operator, value, word.value), end: word.end + 1 }
}

function applyOperator(name: string, operator: string, value: string | undefined, word: string): string {
  const isGiven = operator.startsWith(':') ? value !== undefined && value !== '' : value !== undefined
  switch (operator.slice(-1)) {
    case '-':
    case '=':
      return isGiven ? (value ?? '') : word
    case '+':
      return isGiven ? word : ''
    case '?':
      if (!isGiven) throw new BadSubstitution(`${name}: ${word || 'parameter is not set'}`)
      return value ?? ''
    case '%':
      return withoutSuffix(value ?? '', word, operator.length === 2)
    default:
      return withoutPrefix(value ?? '', word, operator.length === 2)
  }
}

function withoutSuffix(value: string, pattern: string, longest: boolean): string {
  const matches = shellPattern(pattern)
  for (let cut = 0; cut <= value.length; cut += 1) {
    const keep = longest ? cut : value.length - cut
    if (matches.test(value.slice(keep))) return value.slice(0, keep)
  }
  return value
}

function withoutPrefix(value: string, pattern: string, longest: boolean): string {
  const matches = shellPattern(pattern)
  for (let cut = 0; cut <= value.length; cut += 1) {
    const drop = longest ? value.length - cut : cut
    if (matches.test(value.slice(0, drop))) return value.slice(drop)
  }
  return value
}

/** `*` and `?` as in a shell's pattern; in these, unlike in paths, they match a slash too. */
function shellPattern(pattern: string): RegExp {
  const source = pattern.replace(/[\\^$.*+?()[\]{}|]/g, (char) =>
    char === '*' ? '[^]*' : char === '?' ? '[^]' : `\\${char}`,
  )
  return new RegExp(`^${source}$`)
}

function nameAt(text: string, at: number): string {
  return /^[A-Za-z_]\w*/.exec(text.slice(at, at + 4096))?.[0] ?? ''
}
