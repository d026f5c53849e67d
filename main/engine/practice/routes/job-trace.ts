import { runningJob } from '../auth.ts'
import type { JobRecord } from '../records.ts'
import { badParameter, Refusal } from '../refusal.ts'
import { readBytes, row, type Call, type Reply } from '../route.ts'
import type { PracticeState } from '../state.ts'

// What the front of a real server takes in one request; runners send at most 1 MiB.
const bodyLimit = 32 * 1024 * 1024
const largestPiece = 1024 * 1024

/** Pieces of a job's log (coordinator-api.md §8). */
export const jobTraceRoutes = [row('PATCH', '/api/v4/jobs/:id/trace', runningJob, append)]

async function append(call: Call, job: JobRecord): Promise<Reply> {
  const { gitlab, request } = call
  const range = request.headers['content-range']
  if (range === undefined) throw badParameter('400 Missing header Content-Range')
  const bytes = await readBytes(call, bodyLimit)
  // Only the start counts; the end is taken from the body's size.
  const offset = Number.parseInt(range, 10) || 0
  const end = /-(\d+)$/.exec(range)?.[1]
  const detail = {
    kind: 'trace',
    offset,
    end: end === undefined ? undefined : Number(end),
    length: bytes.length,
  } as const
  noticeOddities(gitlab, job, { ...detail, type: request.headers['content-type'], range })

  if (offset + bytes.length > gitlab.behaviour.maxTraceBytes) {
    gitlab.jobs.end(job, 'failed', { failureReason: 'trace_size_exceeded' })
    call.about.detail = { ...detail, size: job.log.size }
    throw new Refusal(403, { error: '403 Forbidden' }, { 'job-status': job.status })
  }
  if (offset === 0) job.debugTrace = call.url.searchParams.get('debug_trace') === 'true'
  const before = job.log.size
  const size = job.log.append(bytes, offset)
  call.about.detail = { ...detail, size }
  if (size > before) gitlab.events.add({ type: 'log-grown', job: job.id, size })
  if (size !== offset + bytes.length) {
    throw new Refusal(416, { error: '416 Range Not Satisfiable' }, { range: `0-${size}` })
  }
  return {
    status: 202,
    headers: {
      'job-status': job.status,
      range: `0-${size}`,
      'x-gitlab-trace-update-interval': String(gitlab.behaviour.traceUpdateInterval),
      'content-type': 'application/json',
    },
    body: '202',
  }
}

interface Piece {
  readonly range: string
  readonly offset: number
  readonly end: number | undefined
  readonly length: number
  readonly type: string | undefined
}

/** Notes what the server puts up with and no runner should send. */
function noticeOddities(
  { events }: PracticeState,
  job: JobRecord,
  { range, offset, end, length, type }: Piece,
): void {
  const oddities = [
    !/^\d+-\d+$/.test(range) && `Content-Range is not <start>-<end>: ${range}`,
    end !== undefined &&
      end !== offset + length - 1 &&
      `Content-Range ends at ${end}, its body at ${offset + length - 1}`,
    length === 0 && 'an empty piece of log',
    length > largestPiece && `a piece of log of ${length} bytes, more than 1 MiB`,
    type?.split(';')[0] !== 'text/plain' && `a piece of log of type ${type}`,
  ]
  for (const what of oddities) if (what) events.add({ type: 'oddity-noticed', job: job.id, what })
}
