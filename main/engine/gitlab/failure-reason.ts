import { failureReasons, type FailureReason } from '../../contract/job.ts'

/** What every server knows, whether it says so or not. */
const always: ReadonlySet<string> = new Set([
  'script_failure',
  'runner_system_failure',
  'job_execution_timeout',
])

/** What stands in for a reason a server does not know. */
const standIns: Readonly<Partial<Record<FailureReason, FailureReason>>> = {
  image_pull_failure: 'runner_system_failure',
  runner_configuration_error: 'script_failure',
  runner_external_dependency_failure: 'runner_system_failure',
}

/**
 * The reason to report, in words the server knows (coordinator-api.md §14). A canceled job has none of its own: the
 * server ends it as canceled whatever is said.
 * @param supported the job's `features.failure_reasons`.
 */
export function reasonToSend(
  reason: FailureReason | 'job_canceled' | undefined,
  supported: readonly string[],
): FailureReason {
  if (reason === undefined) return 'script_failure'
  const known = failureReasons.find((word) => word === reason)
  if (!known) return 'unknown_failure'
  if (always.has(known) || supported.includes(known)) return known
  return standIns[known] ?? 'unknown_failure'
}

/** As the server stores it: Windows' unsigned codes become negative. */
export const exitCodeToSend = (code: number): number => code | 0
