import { say } from '../../contract/sentences/say.ts'
import type { DockerConfig } from '../config/schema.ts'
import { configurationError } from './configuration-error.ts'
import { matchesGlob } from './glob.ts'

const matchesAny = (patterns: readonly string[], name: string) =>
  patterns.some((pattern) => matchesGlob(pattern, name))

/** What a list is about, in the words of its message. */
interface Allowing {
  readonly key: 'allowed_images' | 'allowed_services'
  readonly patterns: readonly string[]
  /** Names allowed whatever the patterns say. */
  readonly always: readonly string[]
}

/**
 * An empty list allows everything.
 * @throws JobFailure `runner_configuration_error`.
 */
export function requireAllowed(name: string, { key, patterns, always }: Allowing): void {
  refuseNegation(key, patterns)
  if (patterns.length === 0 || always.includes(name) || matchesAny(patterns, name)) return
  throw configurationError(say('name-not-allowed', { name, path: key, patterns: patterns.join(', ') }))
}

/**
 * A leading `!` is refused: the reference reads it as a literal, so that a list meant to forbid an image would allow it
 * (docker-executor.md §4).
 */
function refuseNegation(key: string, patterns: readonly string[]): void {
  const negation = patterns.find((pattern) => pattern.startsWith('!'))
  if (negation !== undefined)
    throw configurationError(say('pattern-negated', { path: key, pattern: negation }))
}

/** Config wins over the job; with only `user` set, just that value is allowed (§8.3). `''` = the image's own. */
export function allowedUser({ user, allowed_users }: DockerConfig, jobUser: string): string {
  const wanted = user || jobUser
  const allowed = allowed_users.length > 0 ? allowed_users : user === '' ? undefined : [user]
  if (wanted === '' || allowed === undefined || allowed.includes(wanted)) return wanted
  throw configurationError(say('user-not-allowed', { user: wanted, users: allowed.join(', ') }))
}

/**
 * Is a container with this image privileged (§4, table)? `tested` is the image as its rule says to write it.
 * @throws JobFailure `runner_configuration_error`.
 */
export function isPrivileged(
  docker: DockerConfig,
  role: 'build' | 'helper' | 'service',
  tested: string,
): boolean {
  const isService = role === 'service'
  const base = isService ? (docker.services_privileged ?? docker.privileged) : docker.privileged
  const key = isService ? 'allowed_privileged_services' : 'allowed_privileged_images'
  const patterns = docker[key]
  if (base) refuseNegation(key, patterns)
  return base && (patterns.length === 0 || matchesAny(patterns, tested))
}
