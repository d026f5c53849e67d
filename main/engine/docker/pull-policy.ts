import { say } from '../../contract/sentences/say.ts'
import type { DockerConfig } from '../config/schema.ts'
import type { PullPolicy } from '../job/job.ts'
import { configurationError } from './configuration-error.ts'

const known: readonly PullPolicy[] = ['always', 'if-not-present', 'never']

/**
 * The policies to try in order (docker-executor.md §5.1): what the job asks for, else the configuration, else
 * `always`; of these, what the configuration allows.
 * @throws JobFailure `runner_configuration_error` where nothing is left or a word is unknown.
 */
export function effectivePolicies(
  asked: readonly string[],
  { pull_policy, allowed_pull_policies }: Pick<DockerConfig, 'pull_policy' | 'allowed_pull_policies'>,
): readonly PullPolicy[] {
  const configured = pull_policy.length > 0 ? pull_policy : ['always']
  const requested = policies('pull_policy', asked.length > 0 ? asked : configured)
  const allowed = policies(
    'allowed_pull_policies',
    allowed_pull_policies.length > 0 ? allowed_pull_policies : configured,
  )
  const effective = requested.filter((policy) => allowed.includes(policy))
  if (effective.length > 0) return effective
  const source =
    asked.length > 0
      ? 'GitLab pipeline config'
      : pull_policy.length > 0
        ? 'Runner config'
        : 'Runner config (default)'
  throw configurationError(
    say('pull-policy-forbidden', { asked: requested.join(' '), source, allowed: allowed.join(' ') }),
  )
}

/**
 * May an image that is on the engine be used when its registry refuses to be asked once more? Not where somebody wrote
 * that it has to be asked: the runner's owner, by allowing `always` alone, or the job.
 */
export function mayUseLocal(
  asked: readonly string[],
  { pull_policy, allowed_pull_policies }: Pick<DockerConfig, 'pull_policy' | 'allowed_pull_policies'>,
): boolean {
  const written = allowed_pull_policies.length > 0 ? allowed_pull_policies : pull_policy
  return asked.length === 0 && (written.length === 0 || written.some((policy) => policy !== 'always'))
}

const policies = (key: string, words: readonly string[]): readonly PullPolicy[] =>
  words.map((word) => {
    const policy = known.find((one) => one === word)
    if (policy !== undefined) return policy
    throw configurationError(say('pull-policy-unknown', { key, word, known: known.join(', ') }))
  })
