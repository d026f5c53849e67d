import type { CanceledBy, FailureReason, Outcome } from '../../contract/job.ts'

/** What ends a job, thrown where the reason is known. The message is one line for the job's log. */
export class JobFailure extends Error {
  override readonly name = 'JobFailure'
  readonly reason: FailureReason
  readonly exitCode: number | undefined
  constructor(
    reason: FailureReason,
    message: string,
    { exitCode, cause }: { readonly exitCode?: number; readonly cause?: unknown } = {},
  ) {
    super(message, { cause })
    this.reason = reason
    this.exitCode = exitCode
  }
}

/** Somebody ended the job: the reason of its `cancel` or `abort` signal. */
export class JobCanceled extends Error {
  override readonly name = 'JobCanceled'
  readonly by: CanceledBy
  constructor(by: CanceledBy, message = 'canceled') {
    super(message)
    this.by = by
  }
}

/** The one place where an error becomes an outcome. What nobody foresaw is our fault, not the script's. */
export function outcomeOf(error: unknown): Outcome {
  if (error === undefined) return { result: 'success' }
  if (error instanceof JobCanceled) return { result: 'canceled', by: error.by }
  if (error instanceof JobFailure) {
    return {
      result: 'failed',
      reason: error.reason,
      message: error.message,
      ...(error.exitCode !== undefined && { exitCode: error.exitCode }),
    }
  }
  const message = error instanceof Error ? error.message : 'Unexpected runner error'
  return { result: 'failed', reason: 'runner_system_failure', message }
}
