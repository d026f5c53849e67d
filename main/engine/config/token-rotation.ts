import { say } from '../../contract/sentences/say.ts'
import type { Clock } from '../clock.ts'
import type { ConfigLogger, ConfigStore } from './config-store.ts'
import { finishRotation, nameOf, rotateToken, type RotationParts, type TokenCalls } from './rotate-token.ts'
import type { RenewalTroubles } from './renewal-troubles.ts'
import { rotationJournal } from './rotation-journal.ts'
import type { Config, RunnerConfig } from './schema.ts'
import { isRotated, rotationDue } from './token-expiry.ts'

export interface TokenRotationOptions {
  readonly store: ConfigStore
  readonly calls: TokenCalls
  readonly clock: Clock
  readonly logger: ConfigLogger
  /** Told what fails, for whoever looks at the runner. */
  readonly troubles?: Pick<RenewalTroubles, 'put' | 'end'>
}

const firstWait = 30_000
const longestWait = 3_600_000

/**
 * Replaces every token after three quarters of its life, until `signal` aborts (coordinator-api.md §4.5). What a crash
 * interrupted is finished first. Failures are tried again after 30 s, doubling up to an hour, where the reference
 * would try without pause.
 */
export async function rotateTokens(options: TokenRotationOptions, signal: AbortSignal): Promise<void> {
  const { store, calls, clock, logger, troubles } = options
  const journal = rotationJournal(store.file)
  const parts: RotationParts = { store, calls, journal, logger, now: () => clock.now() }
  const backOff = new Map<string, { until: number; wait: number }>()
  const warned = new Set<string>()
  // While the file is refused for something else, the configuration in force still shows these.
  const replaced = new Set<string>()

  const postpone = (key: string, wait: number) => backOff.set(key, { until: clock.now() + wait, wait })
  const nextWait = (key: string) => Math.min((backOff.get(key)?.wait ?? firstWait / 2) * 2, longestWait)

  async function finishPending(): Promise<number | undefined> {
    let again: number | undefined
    for (const entry of await journal.pending()) {
      const key = `finish ${entry.newToken}`
      const due = backOff.get(key)?.until ?? 0
      if (due > clock.now()) {
        again = Math.min(again ?? due, due)
        continue
      }
      const result = await finishRotation(entry, parts, signal)
      if (result.kind !== 'unproven') backOff.delete(key)
      else again = Math.min(again ?? Infinity, postpone(key, nextWait(key)).get(key)!.until)
    }
    return again
  }

  async function rotate(runner: RunnerConfig): Promise<void> {
    const result = await rotateToken(runner, parts, signal)
    if (result.kind === 'rotated' || result.kind === 'unproven') replaced.add(runner.token)
    const failed = (problem: string, wait: number) => {
      postpone(runner.token, wait)
      const triedAt = clock.now()
      troubles?.put(runner.token, { problem, triedAt, againAt: triedAt + wait })
    }
    switch (result.kind) {
      case 'rotated':
        troubles?.end(runner.token)
        logger.info(`The token of ${nameOf(runner)} has been replaced; ${untilWhen(result.expiresAt)}`)
        break
      case 'unproven':
        logger.warn(
          `The token of ${nameOf(runner)} has been replaced, but GitLab could not be asked about it yet`,
        )
        break
      case 'refused':
      case 'taken-back': {
        const problem = result.kind === 'refused' ? `: ${result.problem}` : ''
        logger.error(`GitLab gives ${nameOf(runner)} no new token${problem}; register it again`)
        failed(result.kind === 'refused' ? result.problem : say('token-taken-back'), longestWait)
        break
      }
      case 'unavailable': {
        const wait = nextWait(runner.token)
        failed(result.problem, wait)
        logger.warn(
          `No new token for ${nameOf(runner)} yet: ${result.problem}; trying again in ${wait / 1000} s`,
        )
      }
    }
  }

  function mayRotate(runner: RunnerConfig): boolean {
    if (replaced.has(runner.token)) return false
    if (isRotated(runner)) return true
    if (rotationDue(runner) !== undefined && !warned.has(runner.token)) {
      warned.add(runner.token)
      logger.warn(`The token of ${nameOf(runner)} expires, but its automatic replacement is switched off`)
    }
    return false
  }

  /** The next token to replace, and when. */
  function plan(config: Config) {
    const due = config.runners.filter(mayRotate).flatMap((runner) => {
      const at = rotationDue(runner)
      return at === undefined ? [] : [{ runner, at: Math.max(at, backOff.get(runner.token)?.until ?? 0) }]
    })
    return due.sort((a, b) => a.at - b.at)[0]
  }

  const changes = changeBell(store, signal)
  while (!signal.aborted) {
    try {
      const pendingAt = await finishPending()
      const next = plan(store.current())
      if (next && next.at <= clock.now()) {
        await rotate(next.runner)
        continue
      }
      const wake = Math.min(next?.at ?? Infinity, pendingAt ?? Infinity)
      await changes.orUntil(clock, wake - clock.now())
    } catch (error) {
      if (signal.aborted) return
      // A full disk or a file turned malformed: the journal keeps what GitLab said.
      logger.error(
        `Tokens cannot be replaced at present: ${error instanceof Error ? error.message : String(error)}`,
      )
      await clock.sleep(firstWait, signal).catch(() => undefined)
    }
  }
}

const untilWhen = (expiresAt: Date | undefined) =>
  expiresAt ? `the new one is good until ${expiresAt.toISOString()}` : 'the new one does not expire'

/** Waits for a new configuration or for a moment, whichever comes first. */
function changeBell(store: ConfigStore, signal: AbortSignal) {
  const configs = store.watch(signal)[Symbol.asyncIterator]()
  // The first one is the present one.
  let next = configs.next().then(() => configs.next())
  return {
    async orUntil(clock: Clock, ms: number): Promise<void> {
      const stop = new AbortController()
      const changed = (async () => {
        if (!(await next).done) next = configs.next()
      })()
      const over = AbortSignal.any([stop.signal, signal])
      const waiting = Number.isFinite(ms) ? clock.sleep(ms, over).catch(() => undefined) : aborted(over)
      await Promise.race([changed, waiting])
      stop.abort()
    },
  }
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
