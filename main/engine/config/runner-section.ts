import { isSecretKey } from './secret.ts'
import { beginning } from './splice.ts'
import { findPlaces, type Span } from './toml-places.ts'
import { readToml, withoutBom } from './toml-text.ts'

/** What stands where a secret was. */
export const hiddenSecret = '[hidden]'

/** The part of config.toml that is the runner at `index`, with its comments and without its secrets. */
export function runnerSection(text: string, index: number): string {
  const plain = withoutBom(text)
  const own = new RegExp(`^runners\\[${index}\\](?:[.[]|$)`)
  const places = findPlaces(plain)
  const secrets: Span[] = []
  const pieces: Span[] = []
  for (const [at, section] of places.sections.entries()) {
    if (!own.test(section.path)) continue
    const next = places.sections[at + 1]
    pieces.push({
      start: beginning(plain, section),
      end: next ? beginning(plain, next) : plain.length,
    })
    for (const row of section.rows) {
      const value = places.at(row)?.value
      if (value !== undefined && isSecretKey(lastName(row))) secrets.push(value)
    }
  }
  const shown = pieces.map((piece) => withoutSecrets(plain, piece, secrets)).join('')
  return withoutValues(shown, secretValues(readToml(text), own)).trim()
}

const lastName = (path: string) => path.slice(path.lastIndexOf('.') + 1)

function withoutSecrets(text: string, { start, end }: Span, secrets: readonly Span[]): string {
  let shown = ''
  let at = start
  for (const secret of secrets.filter((span) => span.start >= start && span.end <= end)) {
    shown += `${text.slice(at, secret.start)}"${hiddenSecret}"`
    at = secret.end
  }
  return shown + text.slice(at, end)
}

/** Secrets may also stand in an inline table, or once more in a comment. */
const withoutValues = (text: string, values: readonly string[]) =>
  values.reduce((shown, value) => shown.replaceAll(value, hiddenSecret), text)

function secretValues(value: unknown, own: RegExp, path = ''): readonly string[] {
  if (typeof value !== 'object' || value === null || value instanceof Date) return []
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    const at = Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`
    if (typeof inner !== 'string') return secretValues(inner, own, at)
    return isSecretKey(key) && own.test(at) && inner.length > 0 ? [inner] : []
  })
}
