import { leavesOf } from './leaves.ts'
import { isSecretKey } from './secret.ts'
import { findPlaces, type Span } from './toml-places.ts'
import { byteOrderMark, readToml, withoutBom } from './toml-text.ts'

/** A secret of config.toml. */
export interface FoundSecret {
  /** Such as `runners[0].token`. */
  readonly path: string
  readonly value: string
}

/** @throws TomlSyntaxError */
export const secretsOf = (text: string): readonly FoundSecret[] =>
  leavesOf(readToml(text)).flatMap(([path, value]) =>
    typeof value === 'string' && value !== '' && isSecretKey(lastName(path)) ? [{ path, value }] : [],
  )

/**
 * The text with something else in the place of every secret, quotes staying quotes; a secret that stands once more, as
 * in a comment, goes there, too.
 * @throws TomlSyntaxError
 */
export function coverSecrets(text: string, cover: (secret: FoundSecret) => string): string {
  const plain = withoutBom(text)
  const secrets = secretsOf(text)
  const places = findPlaces(plain)
  const spans = secrets.flatMap((secret) => {
    const span = places.at(secret.path)?.value
    return span === undefined ? [] : [{ ...span, by: quotedLike(plain, span, secret, cover(secret)) }]
  })
  let covered = text === plain ? '' : byteOrderMark
  let from = 0
  for (const { start, end, by } of spans.sort((a, b) => a.start - b.start)) {
    covered += plain.slice(from, start) + by
    from = end
  }
  covered += plain.slice(from)
  return secrets
    .filter(({ value }) => value.length >= shortestWord)
    .reduce((shown, secret) => shown.replaceAll(secret.value, cover(secret)), covered)
}

/** A shorter value is likely to be part of other words. */
const shortestWord = 6

/** Single quotes stay, so that whoever puts the value back has the text as it was. */
function quotedLike(text: string, { start, end }: Span, { value }: FoundSecret, cover: string): string {
  const quote = text.slice(start, end) === `'${value}'` ? "'" : '"'
  return quote + cover + quote
}

const lastName = (path: string) => path.slice(path.lastIndexOf('.') + 1)
