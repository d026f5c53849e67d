import type { PracticeEvent } from './event-log.ts'
import { pipelineStatus } from './pipeline/progress.ts'
import type { JobRecord, JobStatus, PipelineRecord, RunnerRecord, StoredArtifact } from './records.ts'

/** A job as it stands at the moment of asking. */
export interface PracticeJob {
  readonly id: number
  readonly token: string
  readonly name: string
  readonly stage: string
  readonly pipelineId: number | undefined
  readonly status: JobStatus
  readonly failureReason: string | undefined
  readonly exitCode: number | undefined
  readonly runnerId: number | undefined
  readonly systemId: string | undefined
  /** Handed out in two phases and not yet begun. */
  readonly waitsForRunner: boolean
  /** The log's bytes as they arrived. */
  readonly log: Buffer
  readonly debugTrace: boolean
  /** How the runner's last word about the log compares with the log. */
  readonly logCheck: LogCheck
  readonly artifacts: readonly StoredArtifact[]
  /** Every event about the job, in order. */
  readonly events: readonly PracticeEvent[]
}

/** `none` = the runner sent no checksum (yet). */
export type LogCheck = 'matches' | 'differs' | 'none'

export function viewOf(job: JobRecord, events: readonly PracticeEvent[]): PracticeJob {
  const { id, token, name, stage, status, failureReason, exitCode, systemId, debugTrace } = job
  return {
    id,
    token,
    name,
    stage,
    status,
    failureReason,
    exitCode,
    systemId,
    debugTrace,
    pipelineId: job.pipeline?.id,
    runnerId: job.runner?.id,
    waitsForRunner: job.lease !== undefined,
    log: Buffer.from(job.log.read()),
    logCheck: checkLog(job),
    artifacts: [...job.artifacts],
    events: events.filter((event) => 'job' in event && event.job === id),
  }
}

function checkLog({ reported, log }: JobRecord): LogCheck {
  if (reported?.checksum === undefined) return 'none'
  const isWhole = reported.bytesize === undefined || reported.bytesize === log.size
  return isWhole && reported.checksum === log.checksum() ? 'matches' : 'differs'
}

export interface PracticePipeline {
  readonly id: number
  readonly ref: string
  readonly sha: string
  readonly status: JobStatus
  readonly jobs: readonly { readonly id: number; readonly name: string; readonly status: JobStatus }[]
}

export function pipelineView({ id, ref, commit, jobs }: PipelineRecord): PracticePipeline {
  return {
    id,
    ref,
    sha: commit.sha,
    status: pipelineStatus(jobs),
    jobs: jobs.map((job) => ({ id: job.id, name: job.name, status: job.status })),
  }
}

export interface PracticeRunner {
  readonly id: number
  readonly token: string
  readonly description: string
  readonly tags: readonly string[]
  readonly paused: boolean
  /** Milliseconds since the epoch. */
  readonly tokenExpiresAt: number | undefined
  readonly systemIds: readonly string[]
}

export function runnerView(runner: RunnerRecord): PracticeRunner {
  const { id, token, description, tags, paused, tokenExpiresAt, managers } = runner
  return { id, token, description, tags, paused, tokenExpiresAt, systemIds: [...managers.keys()] }
}
