import type { OldToken, TokenRenewal } from '../../contract/runner-file.ts'
import { rotateToken, type TokenCalls } from '../config/rotate-token.ts'
import { rotationJournal } from '../config/rotation-journal.ts'
import type { RunnerConfig } from '../config/schema.ts'
import { tokenCalls } from '../gitlab/token-calls.ts'
import { neverAborts, type SetupWorld } from './world.ts'

type Parts = Pick<SetupWorld, 'store' | 'systemId' | 'certsDir' | 'env' | 'clock' | 'logger'>

/** Replaces tokens at a person's wish, as they are replaced by themselves. */
export function createTokenRenewal(parts: Parts): (runner: RunnerConfig) => Promise<TokenRenewal> {
  const { store, clock, logger } = parts
  const calls = tokenCalls(parts)
  /** By token: whoever asks again while GitLab is asked shares its answer, for the second would end the first. */
  const running = new Map<string, Promise<TokenRenewal>>()

  async function renew(runner: RunnerConfig): Promise<TokenRenewal> {
    const journal = rotationJournal(store.file)
    const found = await rotateToken(
      runner,
      { store, calls, journal, now: () => clock.now(), logger },
      // Half a rotation would leave a token that nobody knows.
      neverAborts,
    )
    switch (found.kind) {
      case 'rotated':
        return {
          state: 'renewed',
          old: await askOld(calls, runner),
          ...(found.expiresAt && { expiresAt: found.expiresAt.getTime() }),
        }
      case 'unproven':
      case 'taken-back':
        return { state: found.kind }
      case 'refused':
      case 'unavailable':
        return { state: found.kind, problem: found.problem }
    }
  }

  return (runner) => {
    const begun = running.get(runner.token) ?? renew(runner).finally(() => void running.delete(runner.token))
    running.set(runner.token, begun)
    return begun
  }
}

const verdicts = { gone: 'dead', valid: 'alive', unknown: 'not-asked' } as const

/** Whether whoever has the old token can still do anything with it. */
export const askOld = async (calls: Pick<TokenCalls, 'verify'>, runner: RunnerConfig): Promise<OldToken> =>
  verdicts[await calls.verify(runner, neverAborts)]
