/** Names of keys whose values are never printed. */
const secretKeys = new Set([
  'token',
  'registration_token',
  'AccessKey',
  'SecretKey',
  'SessionToken',
  'PrivateKey',
  'AccountKey',
  'sentry_dsn',
])

export const isSecretKey = (key: string) => secretKeys.has(key)

/** What GitLab's tokens look like; enough to catch one that slipped into a message. */
const gitlabToken =
  /\b(?:gl(?:rt|rtr|cbt|pat|ptt|dt|oas|agent|soat|ft|ffct|imt)-(?=[\w.-]{8})[\w-]+(?:\.[\w-]+)*|GR1348941[\w-]{8,}|t[123]_[\w-]{16,})/g

/** Credentials in addresses, `https://user:secret@host`. */
const userInfo = /(\b[a-z][\w+.-]*:\/\/)[^\s/@]+@/gi

/**
 * Hides tokens in a text that is about to be printed: everything shaped like one of GitLab's, credentials in
 * addresses, and the given values whatever their shape. Values below 8 characters would blacken ordinary words.
 */
export function redact(text: string, secrets: Iterable<string> = []): string {
  let safe = text
  for (const secret of secrets) if (secret.length >= 8) safe = safe.replaceAll(secret, '[REDACTED]')
  return safe.replaceAll(gitlabToken, '[REDACTED]').replaceAll(userInfo, '$1[REDACTED]@')
}
