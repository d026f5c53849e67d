import type { Outcome } from '../contract/job.ts'
import { reasonToSend } from './gitlab/failure-reason.ts'
import type { Job } from './job/job.ts'

/** The outcome in GitLab's words; what it does not know becomes what it does (coordinator-api.md §14). */
export function finalState(outcome: Outcome, job: Pick<Job, 'features'>) {
  switch (outcome.result) {
    case 'success':
      return { state: 'success' } as const
    case 'canceled':
      return { state: 'failed', failureReason: 'unknown_failure' } as const
    case 'failed':
      return {
        state: 'failed',
        failureReason: reasonToSend(outcome.reason, job.features.failureReasons),
        ...(outcome.exitCode !== undefined && outcome.exitCode !== 0 && { exitCode: outcome.exitCode }),
      } as const
  }
}
