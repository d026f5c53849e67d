import type { Config } from '../config/schema.ts'

// A shorter value is found in every sentence; whoever keeps a secret of three letters has none.
const shortest = 4
const namesOfPlainKeys = new Set(['name', 'url', 'executor', 'host', 'image', 'log_level', 'log_format'])

/**
 * Every text of a configuration that could be a secret: tokens, values of variables, passwords of stores and proxies,
 * whatever a key is called that is not known to be harmless.
 */
export function secretsOf(config: Config | undefined): ReadonlySet<string> {
  const found = new Set<string>()
  const add = (text: string) => {
    if (text.length >= shortest) found.add(text)
  }
  for (const { environment, token, cache } of config?.runners ?? []) {
    add(token)
    for (const pair of environment) add(pair.slice(pair.indexOf('=') + 1))
    for (const text of textsIn(cache)) add(text)
  }
  return found
}

function* textsIn(value: unknown, key = ''): Generator<string> {
  if (typeof value === 'string' && !namesOfPlainKeys.has(key)) yield value
  if (typeof value !== 'object' || value === null) return
  for (const [name, inner] of Object.entries(value)) yield* textsIn(inner, name)
}

const tokens = /\b(?:gl[a-z]{2,6}-[\w.-]{8,}|GR1348941[\w-]{8,})/g
const credentialsInUrl = /(\w+:\/\/)[^/\s:@]*:[^/\s@]*@/g

/** Text without these secrets, without anything that looks like a token of GitLab, and without passwords in addresses. */
export function redact(text: string, secrets: ReadonlySet<string>): string {
  // The longest first: a secret may begin with another.
  const known = [...secrets].toSorted((a, b) => b.length - a.length)
  const without = known.reduce((rest, secret) => rest.replaceAll(secret, '[removed]'), text)
  return without.replaceAll(tokens, '[removed]').replaceAll(credentialsInUrl, '$1[removed]@')
}
