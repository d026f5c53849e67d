import { shortToken } from '../../contract/token.ts'
import type { ConfigLogger, ConfigStore } from './config-store.ts'
import { setToken } from './edits.ts'
import { readToml } from './toml-text.ts'
import type { PendingRotation, RotationJournal } from './rotation-journal.ts'
import type { Config, RunnerConfig } from './schema.ts'

/** What GitLab says to a request for a new token. */
export type ResetAnswer =
  | { readonly kind: 'reset'; readonly token: string; readonly expiresAt: Date | undefined }
  /** The token is unknown, revoked or expired: asking again cannot help. */
  | { readonly kind: 'refused'; readonly problem: string }
  | { readonly kind: 'unavailable'; readonly problem: string }
  /** GitLab may have changed the token, and its answer is lost. */
  | { readonly kind: 'unclear'; readonly problem: string }

/** The two calls of coordinator-api.md §4 that rotation needs. They reject only when `signal` aborts. */
export interface TokenCalls {
  resetToken(runner: RunnerConfig, signal: AbortSignal): Promise<ResetAnswer>
  /** `unknown` when GitLab could not be asked. */
  verify(runner: RunnerConfig, signal: AbortSignal): Promise<'valid' | 'gone' | 'unknown'>
}

export interface RotationParts {
  readonly store: Pick<ConfigStore, 'edit' | 'current'>
  readonly calls: TokenCalls
  readonly journal: RotationJournal
  readonly now: () => number
  readonly logger: ConfigLogger
}

export type RotationResult =
  | { readonly kind: 'rotated'; readonly expiresAt?: Date }
  /** The new token is in the file; whether it works could not be asked yet, so the journal keeps the old one. */
  | { readonly kind: 'unproven' }
  /** GitLab refuses the token it just gave out; the old one is back in the file. */
  | { readonly kind: 'taken-back' }
  | { readonly kind: 'refused' | 'unavailable'; readonly problem: string }

/** Asks GitLab for a new token and puts it into the file. Running jobs have tokens of their own. */
export async function rotateToken(
  runner: RunnerConfig,
  parts: RotationParts,
  signal: AbortSignal,
): Promise<RotationResult> {
  const answer = await parts.calls.resetToken(runner, signal)
  if (answer.kind === 'unclear') {
    const lost = (await parts.calls.verify(runner, signal)) === 'gone'
    const problem = `the answer with the new token was lost (${answer.problem})`
    return { kind: lost ? 'refused' : 'unavailable', problem }
  }
  if (answer.kind !== 'reset') return answer
  const entry: PendingRotation = {
    url: runner.url,
    oldToken: runner.token,
    newToken: answer.token,
    obtainedAt: new Date(parts.now()),
    expiresAt: answer.expiresAt,
    oldObtainedAt: runner.token_obtained_at,
    oldExpiresAt: runner.token_expires_at,
  }
  await parts.journal.write(entry)
  return finishRotation(entry, parts, signal)
}

/** Brings a rotation to its end from wherever it stopped; doing it again does no harm. */
export async function finishRotation(
  entry: PendingRotation,
  { store, calls, journal, logger }: RotationParts,
  signal: AbortSignal,
): Promise<RotationResult> {
  const { oldToken, newToken, obtainedAt, expiresAt } = entry
  let isThere = true
  await store.edit((text, config) => {
    const tokens = tokensIn(text, config)
    // A refused file may name its tokens in ways only a valid one tells, so nothing is concluded from it.
    isThere = config === undefined || tokens.includes(oldToken) || tokens.includes(newToken)
    return exchange(text, tokens, oldToken, { token: newToken, obtainedAt, expiresAt })
  })
  if (!isThere) {
    logger.warn(
      `The runner ${shortToken(oldToken)} left the configuration while its token was being replaced`,
    )
    await journal.remove(entry)
    return { kind: 'rotated' }
  }
  // While the file is refused, the configuration in force still has the old token.
  const runner = store.current().runners.find(({ token }) => token === newToken || token === oldToken)
  const verdict = runner ? await calls.verify({ ...runner, token: newToken }, signal) : 'unknown'
  if (runner === undefined || verdict === 'unknown') return { kind: 'unproven' }
  if (verdict === 'gone') {
    const { oldObtainedAt = obtainedAt, oldExpiresAt } = entry
    await store.edit((text, config) => {
      const old = { token: oldToken, obtainedAt: oldObtainedAt, expiresAt: oldExpiresAt }
      return exchange(text, tokensIn(text, config), newToken, old)
    })
    logger.error(`GitLab refuses the new token it gave to ${nameOf(runner)}; the old one is back in the file`)
  }
  await journal.remove(entry)
  if (verdict === 'gone') return { kind: 'taken-back' }
  return { kind: 'rotated', ...(expiresAt && { expiresAt }) }
}

interface Exchanged {
  readonly token: string
  readonly obtainedAt: Date
  readonly expiresAt: Date | undefined
}

/** The token of every runner in the file, in order; as written where the file is refused. */
function tokensIn(text: string, config: Config | undefined): readonly unknown[] {
  if (config) return config.runners.map(({ token }) => token)
  const { runners } = readToml(text)
  return Array.isArray(runners) ? runners.map((runner) => (runner as { token?: unknown } | null)?.token) : []
}

/** Several entries may share one token; all of them get the new one. */
const exchange = (
  text: string,
  tokens: readonly unknown[],
  old: string,
  { token, obtainedAt, expiresAt }: Exchanged,
): string =>
  tokens.reduce<string>(
    (edited, found, index) =>
      found === old
        ? setToken(edited, index, { token, obtainedAt, ...(expiresAt && { expiresAt }) })
        : edited,
    text,
  )

export const nameOf = ({ name, token }: RunnerConfig) =>
  name === '' ? shortToken(token) : `${name} (${shortToken(token)})`
