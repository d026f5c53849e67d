import { createHash } from 'node:crypto'

import { say } from '../../contract/sentences/say.ts'
import { coverSecrets, secretsOf, type FoundSecret } from './cover-secrets.ts'
import { hiddenSecret } from './runner-section.ts'
import { isSecretKey, redact } from './secret.ts'
import { readToml, TomlSyntaxError } from './toml-text.ts'

/**
 * A text of config.toml that may be kept outside of it: where a secret was stands which one it was, by a digest. Secrets
 * live in config.toml alone; what left it cannot be had back from a sealed text.
 */
export type SealedText = string

const sealOf = (secret: string) =>
  `[secret ${createHash('sha256').update(secret).digest('hex').slice(0, 12)}]`
const quotedSeal = /(["'])(\[secret [\da-f]{12}\])\1/g
const isSeal = /^\[secret [\da-f]{12}\]$/
const anySeal = /\[secret [\da-f]{12}\]/g

/** Also of a file that is no TOML: of that, everything behind a secret's key goes, and cannot be put back. */
export function seal(text: string): SealedText {
  try {
    return coverSecrets(text, ({ value }) => sealOf(value))
  } catch (error) {
    if (!(error instanceof TomlSyntaxError)) throw error
    return redact(
      text.replaceAll(/([\w-]+)(["']?\s*=).*/g, (row, key: string, sign: string) =>
        isSecretKey(key) ? `${key}${sign} "${hiddenSecret}"` : row,
      ),
    )
  }
}

/** As people may see it. */
export const withoutSeals = (text: SealedText): string => text.replaceAll(anySeal, hiddenSecret)

/** The secrets of these runners have left the file, and are kept nowhere else. */
export class LostSecrets extends Error {
  override readonly name = 'LostSecrets'
  constructor(runners: readonly string[]) {
    super(say('secrets-lost', { runners: runners.join(', ') }))
  }
}

/**
 * Puts the secrets back: the same ones where they still stand, and where a runner has got another one since, as by a
 * renewed token, that one.
 * @param places texts in which the secrets may stand, the best first.
 * @throws LostSecrets
 */
export function unseal(sealed: SealedText, places: readonly string[]): string {
  const sources = places.flatMap(readSource)
  const file = readToml(sealed)
  const found = new Map<string, string>()
  const lost = new Set<string>()
  for (const { path, value } of secretsOf(sealed)) {
    const there = findSecret(sources, { path, value }, file)
    if (there !== undefined) found.set(value, there)
    else if (isSeal.test(value)) lost.add(runnerAt(file, path)?.name ?? path)
  }
  if (lost.size > 0) throw new LostSecrets([...lost])
  return sealed
    .replaceAll(quotedSeal, (whole, quote: string, mark: string) => {
      const secret = found.get(mark)
      return secret === undefined ? whole : quoted(secret, quote)
    })
    .replaceAll(anySeal, (mark) => found.get(mark) ?? mark)
}

interface Source {
  readonly file: Readonly<Record<string, unknown>>
  readonly secrets: readonly FoundSecret[]
}

function readSource(text: string): readonly Source[] {
  try {
    return [{ file: readToml(text), secrets: secretsOf(text) }]
  } catch {
    // What is broken has nothing to offer; the text in force before it is among the places as well.
    return []
  }
}

function findSecret(
  sources: readonly Source[],
  { path, value }: FoundSecret,
  of: Source['file'],
): string | undefined {
  const same = sources.flatMap(({ secrets }) => secrets).find((secret) => sealOf(secret.value) === value)
  if (same) return same.value
  const runner = runnerAt(of, path)
  const key = path.replace(inRunner, '')
  for (const { file, secrets } of sources) {
    const now = secrets.find((secret) => {
      const other = runnerAt(file, secret.path)
      return secret.path.replace(inRunner, '') === key && isSame(runner, other)
    })
    if (now) return now.value
  }
  return undefined
}

const inRunner = /^runners\[(\d+)\]/

interface NamedRunner {
  readonly name: string
  readonly url: string
  readonly id: number
}

function runnerAt(file: Source['file'], path: string): NamedRunner | undefined {
  const index = inRunner.exec(path)?.[1]
  const { runners } = file
  const runner: unknown = Array.isArray(runners) && index !== undefined ? runners[Number(index)] : undefined
  if (typeof runner !== 'object' || runner === null) return undefined
  const { name = '', url = '', id = 0 } = runner as Record<string, unknown>
  return { name: String(name), url: String(url), id: Number(id) }
}

/** GitLab's number where both have one; it is of one server alone. */
function isSame(one: NamedRunner | undefined, other: NamedRunner | undefined): boolean {
  if (one === undefined || other === undefined) return one === other
  if (one.url !== other.url) return false
  return one.id > 0 && other.id > 0 ? one.id === other.id : one.name === other.name
}

function quoted(secret: string, quote: string): string {
  return quote === "'" && !/['\p{Cc}]/u.test(secret) ? `'${secret}'` : JSON.stringify(secret)
}
