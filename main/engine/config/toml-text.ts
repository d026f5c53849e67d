import { say } from '../../contract/sentences/say.ts'
import TOML from '@iarna/toml'
import { parse } from '@decimalturn/toml-patch'

/** A syntax error, 1-based; without a place where neither parser could tell one. */
export class TomlSyntaxError extends Error {
  override readonly name = 'TomlSyntaxError'
  readonly line: number | undefined
  readonly column: number | undefined
  constructor(message: string, place: { line?: number | undefined; column?: number | undefined }) {
    super(message)
    this.line = place.line
    this.column = place.column
  }
}

export const byteOrderMark = '\ufeff'

/** A file saved by an editor of Windows may begin with a byte order mark; TOML's grammar does not know it. */
export const withoutBom = (text: string) => (text.startsWith(byteOrderMark) ? text.slice(1) : text)

/**
 * Plain value of a TOML 1.0 text. Whole numbers beyond 2^53 come as bigint.
 * @throws TomlSyntaxError
 */
export function readToml(text: string): Record<string, unknown> {
  // @iarna/toml takes the carriage return at the end of a comment for a control character in it.
  const plain = withoutBom(text).replaceAll('\r\n', '\n')
  try {
    return TOML.parse(plain)
  } catch (cause) {
    throw syntaxError(plain, cause)
  }
}

// Both parsers refuse most broken files, but only the second one points at the beginning of the mistake; the first
// one points at where it noticed, often the next line.
function syntaxError(text: string, fromFirst: unknown): TomlSyntaxError {
  try {
    parse(text)
  } catch (error) {
    const place = placeOf(error, 'column')
    const message = lastLine(error)
    if (place.line !== undefined && message !== '') return new TomlSyntaxError(inWords(message), place)
  }
  const { line, column } = placeOf(fromFirst, 'col')
  const place = { line: line === undefined ? undefined : line + 1, column }
  return new TomlSyntaxError(inWords(firstLine(fromFirst)), place)
}

function placeOf(error: unknown, columnName: 'col' | 'column') {
  const { line, [columnName]: column } = error as { line?: number; col?: number; column?: number }
  return { line, column: column === undefined ? undefined : column + 1 }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
const lastLine = (error: unknown) => messageOf(error).trimEnd().split('\n').at(-1) ?? ''
const firstLine = (error: unknown) => (messageOf(error).split('\n')[0] ?? '').replace(/ at row \d+.*$/, '')

/** The parsers' words, where people would not understand them, become ours. */
const phrases: readonly (readonly [RegExp, (named: string) => string])[] = [
  [/^Newline .* not allowed in (?:basic|literal) strings/, () => say('toml-open-string')],
  [/^Expected "\]"/, () => say('toml-open-array')],
  [/^Expected "\}"|^Unterminated inline array/, () => say('toml-open-inline')],
  [
    /^Expected "\]\]" closing|^Expected table closing|^Expected table array closing/,
    () => say('toml-open-header'),
  ],
  [/^Value already defined for (.*)/, (key) => say('toml-key-twice', { key })],
  [/^Table already defined: (.*)/, (name) => say('toml-section-twice', { name })],
  [
    /^Cannot add Array of Tables to table at (.*)/,
    (name) => say('toml-mixed-headers', { name, again: name }),
  ],
  [/^Invalid (?:integer|float|number) "(.*)"/, (value) => say('toml-bare-value', { value })],
  [/^Use '=' to separate keys and values, not ':'/, () => say('toml-colon')],
  [/^Expected "=" for key-value/, () => say('toml-not-a-line')],
  [/^Invalid escape sequence: (.*)/, (escape) => say('toml-escape', { escape })],
  [/^Unterminated multiline/, () => say('toml-open-text')],
  [/^Expected value, reached EOF|^Value must be on same line as '='/, () => say('toml-no-value')],
  [/^Invalid Datetime$/, () => say('toml-date')],
]

function inWords(message: string): string {
  for (const [pattern, phrase] of phrases) {
    const match = pattern.exec(message)
    if (match) return phrase(match[1] ?? '')
  }
  return message
}
