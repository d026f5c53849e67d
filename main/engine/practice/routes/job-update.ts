import { z } from 'zod'

import { failureReasons } from '../../../contract/job.ts'
import { jobByBodyToken, notProcessing } from '../auth.ts'
import { isOnRunner, type JobRecord } from '../records.ts'
import { readParams, row, type Call, type Reply } from '../route.ts'
import type { PracticeState } from '../state.ts'

const params = z.object({
  state: z.string().nullish(),
  failure_reason: z.string().nullish(),
  checksum: z.string().nullish(),
  output: z.object({ checksum: z.string().nullish(), bytesize: z.int().nullish() }).nullish(),
  exit_code: z.int().nullish(),
})
type Update = z.output<typeof params>

/** What a runner says of its job's state (coordinator-api.md §9). */
export const jobUpdateRoutes = [row('PUT', '/api/v4/jobs/:id', jobByBodyToken, update)]

async function update(call: Call, job: JobRecord): Promise<Reply> {
  const { gitlab } = call
  const update = await readParams(call, params)
  const checksum = update.output?.checksum ?? update.checksum ?? undefined
  const bytesize = update.output?.bytesize ?? undefined
  call.about.detail = {
    kind: 'job-update',
    state: update.state ?? undefined,
    failureReason: update.failure_reason ?? undefined,
    exitCode: update.exit_code ?? undefined,
    checksum,
    bytesize,
  }
  if (!job.lease && !isOnRunner(job)) throw notProcessing(job)
  const { status, interval } = job.lease
    ? acknowledge(gitlab, job, update)
    : apply(gitlab, job, update, { checksum, bytesize })
  return {
    status,
    headers: {
      'job-status': job.status,
      'content-type': 'application/json',
      ...(interval !== undefined && { 'x-gitlab-trace-update-interval': String(interval) }),
    },
    body: String(status),
  }
}

interface Verdict {
  readonly status: number
  /** Seconds to wait before asking again. */
  readonly interval?: number
}

/** A job handed out in two phases may only be kept or begun (coordinator-api.md §5.5). */
function acknowledge({ jobs }: PracticeState, job: JobRecord, { state }: Update): Verdict {
  switch (state ?? '') {
    case 'pending':
      jobs.lease(job)
      return { status: 200 }
    case 'running':
      jobs.start(job)
      return { status: 200 }
    default:
      return { status: 400 }
  }
}

function apply(
  gitlab: PracticeState,
  job: JobRecord,
  { state, failure_reason: reason, exit_code: exitCode }: Update,
  output: NonNullable<JobRecord['reported']>,
): Verdict {
  switch (state) {
    case 'running':
      return { status: 200 }
    case 'pending':
      return { status: 409 }
    case 'success':
    case 'failed': {
      const waiting = storing(gitlab, job)
      if (waiting) return waiting
      if (gitlab.behaviour.refusesWrongChecksum && differs(job, output)) return { status: 412 }
      job.reported = output
      const failureReason = state === 'failed' ? knownReason(reason) : undefined
      gitlab.jobs.end(job, state, { failureReason, exitCode: exitCode ?? undefined })
      return { status: 200 }
    }
    case undefined:
    case null:
    default:
      return { status: 400 }
  }
}

// After that long the server takes the update as it is.
const longestWait = 5 * 60_000

/** 202 while the log's chunks are being stored, with an interval that grows with the waiting: 1, 2, 4 … 64 s. */
function storing({ behaviour, clock }: PracticeState, job: JobRecord): Verdict | undefined {
  job.finalAnnouncedAt ??= clock.now()
  const waited = clock.now() - job.finalAnnouncedAt
  if (job.finalAnswers >= behaviour.finalUpdatesDelayed || waited >= longestWait) return undefined
  job.finalAnswers += 1
  return { status: 202, interval: Math.min(64, 2 ** Math.floor(Math.log2(Math.max(1, waited / 1000)))) }
}

const differs = ({ log }: JobRecord, { checksum }: { readonly checksum: string | undefined }) =>
  checksum !== undefined && checksum !== log.checksum()

const known: ReadonlySet<string> = new Set([...failureReasons, 'api_failure', 'stuck_or_timeout_failure'])
const knownReason = (reason: string | null | undefined) =>
  reason ? (known.has(reason) ? reason : 'unknown_failure') : 'script_failure'
