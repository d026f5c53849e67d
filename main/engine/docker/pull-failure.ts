import { say } from '../../contract/sentences/say.ts'
import type { FailureReason } from '../../contract/job.ts'

/** What a failed pull means (docker-executor.md §5.3). */
export interface PullFailure {
  readonly reason: FailureReason
  readonly again: boolean
  readonly remedy: string
}

const limitWords = ['toomanyrequests', 'pull rate limit']

const rows: readonly (PullFailure & { readonly words: readonly string[] })[] = [
  {
    words: limitWords,
    reason: 'image_pull_failure',
    again: false,
    remedy: say('pull-limited'),
  },
  {
    words: [
      'dial tcp',
      'connection refused',
      'no such host',
      'i/o timeout',
      'tls handshake',
      'client.timeout exceeded',
      'request canceled',
      'connection reset',
    ],
    reason: 'runner_external_dependency_failure',
    again: true,
    remedy: say('pull-unreachable'),
  },
  {
    // What engines with containerd's image store say; for the reference it is a "not found" like any other.
    words: ['no match for platform'],
    reason: 'runner_configuration_error',
    again: false,
    remedy: say('pull-other-cpu'),
  },
  {
    words: ['not found', 'manifest unknown'],
    reason: 'runner_configuration_error',
    again: false,
    remedy: say('pull-not-found'),
  },
  {
    words: [
      'pull access denied',
      'access to the resource is denied',
      'no basic auth credentials',
      'repository does not exist or may require',
      'unauthorized',
      'authentication required',
    ],
    reason: 'runner_configuration_error',
    again: false,
    remedy: say('pull-denied'),
  },
  {
    words: ['no space left on device'],
    reason: 'image_pull_failure',
    again: false,
    remedy: say('pull-no-space'),
  },
  {
    words: ['no matching manifest', 'does not match the specified platform'],
    reason: 'image_pull_failure',
    again: false,
    remedy: say('pull-other-cpu'),
  },
]

/** Has the registry counted too many pulls? */
export const isPullLimited = (message: string): boolean =>
  limitWords.some((word) => message.toLowerCase().includes(word))

/** The first row whose words the message has, whatever their case. */
export function pullFailureOf(message: string): PullFailure {
  const lower = message.toLowerCase()
  const found = rows.find(({ words }) => words.some((word) => lower.includes(word)))
  return found ?? { reason: 'image_pull_failure', again: false, remedy: say('pull-see-engine') }
}
