import type { JobLog } from './job-log.ts'
import type { PipelineFile, PipelineJob } from './pipeline/pipeline-file.ts'
import type { Commit, Repository } from './repository.ts'

/** A job's status, in GitLab's words. */
export type JobStatus =
  | 'created'
  | 'manual'
  | 'pending'
  | 'running'
  | 'canceling'
  | 'canceled'
  | 'failed'
  | 'success'
  | 'skipped'

const finalStatuses: ReadonlySet<JobStatus> = new Set(['canceled', 'failed', 'success', 'skipped'])
export const isFinal = (status: JobStatus) => finalStatuses.has(status)

/** The server believes a runner is at work on it: only then its token opens anything. */
export const isOnRunner = ({ status }: { readonly status: JobStatus }) =>
  status === 'running' || status === 'canceling'

export interface ProjectVariable {
  readonly key: string
  readonly value: string
  readonly masked?: boolean
  readonly file?: boolean
  readonly raw?: boolean
  /** Given to jobs of protected refs only. */
  readonly protected?: boolean
}

export interface ProjectRecord {
  readonly id: number
  /** `group/name`, as in CI_PROJECT_PATH. */
  readonly path: string
  readonly defaultBranch: string
  readonly protectedRefs: ReadonlySet<string>
  readonly visibility: 'private' | 'public'
  /** Seconds. */
  readonly timeout: number
  /** What GIT_DEPTH is where no variable says otherwise; 0 = full history. */
  readonly depth: number
  readonly allowGitFetch: boolean
  readonly variables: readonly ProjectVariable[]
  readonly registrationToken: string
  readonly repository: Repository
}

export type RunnerType = 'instance_type' | 'group_type' | 'project_type'
export type AccessLevel = 'not_protected' | 'ref_protected'

export interface RunnerRecord {
  readonly id: number
  readonly type: RunnerType
  token: string
  /** Milliseconds since the epoch. */
  tokenExpiresAt: number | undefined
  /** Seconds a token lives; a reset starts it anew. `undefined` = for ever. */
  tokenLifetime: number | undefined
  description: string
  maintenanceNote: string
  tags: readonly string[]
  runUntagged: boolean
  locked: boolean
  paused: boolean
  accessLevel: AccessLevel
  /** Seconds, or none. */
  maximumTimeout: number | undefined
  /** Made by the API: registered without a registration token. */
  readonly createdByApi: boolean
  /** Ids of the projects a project runner serves. */
  readonly projects: Set<number>
  /** The group a group runner serves. */
  readonly group: string | undefined
  readonly managers: Map<string, ManagerRecord>
  contactedAt: number | undefined
  queueValue: { readonly value: string; readonly setAt: number } | undefined
}

/** One process that uses a runner's token, told apart by its `system_id`. */
export interface ManagerRecord {
  readonly systemId: string
  contactedAt: number
  info: RunnerInfo
}

/** The `info` object, as far as the server looks into it (coordinator-api.md §3.1). */
export interface RunnerInfo {
  readonly version?: string | undefined
  readonly revision?: string | undefined
  readonly platform?: string | undefined
  readonly architecture?: string | undefined
  readonly executor?: string | undefined
  readonly features: Readonly<Record<string, boolean>>
}

export interface PipelineRecord {
  readonly id: number
  readonly project: ProjectRecord
  readonly ref: string
  readonly refType: 'branch' | 'tag'
  readonly commit: Commit
  readonly file: PipelineFile
  readonly jobs: JobRecord[]
}

/** An artifact as it lies on the disk. */
export interface StoredArtifact {
  readonly type: string
  readonly format: string
  readonly expireIn: string | undefined
  /** As the runner named it. */
  readonly filename: string
  /** Absolute path of the stored bytes. */
  readonly file: string
  readonly size: number
  readonly sha256: string
}

/** The runner a job is being handed to, for its payload. */
export interface Assignment {
  readonly job: JobRecord
  readonly runner: RunnerRecord
  /** Seconds. */
  readonly timeout: number
}

/** What the server looks at when it hands out a job, and how the job's payload is made. */
export interface JobOrder {
  readonly name: string
  readonly stage: string
  readonly project: ProjectRecord | undefined
  readonly tags: readonly string[]
  readonly protected: boolean
  /** Seconds; the job's own timeout, else its project's. */
  readonly timeout: number
  readonly allowFailure: boolean | readonly number[]
  /** Names of runner features without which the job fails `runner_unsupported`. */
  readonly requires: readonly string[]
  /** The body of the 201, as text. */
  readonly payload: (assignment: Assignment) => string
}

export interface JobRecord extends JobOrder {
  readonly id: number
  readonly token: string
  readonly pipeline: PipelineRecord | undefined
  /** Absent for jobs enqueued without a pipeline. */
  readonly source: PipelineJob | undefined
  readonly retries: number
  readonly log: JobLog
  readonly artifacts: StoredArtifact[]
  /** Variables a dotenv report handed on. */
  dotenv: readonly (readonly [string, string])[]
  status: JobStatus
  failureReason: string | undefined
  exitCode: number | undefined
  runner: RunnerRecord | undefined
  systemId: string | undefined
  /** The runner that has it understands `canceling`. */
  cancelsGracefully: boolean
  /** Set while a job handed out in two phases waits for `state=running`; aborting it ends the lease. */
  lease: AbortController | undefined
  /** When the final state was first announced; 202 answers count from here. */
  finalAnnouncedAt: number | undefined
  finalAnswers: number
  reported: { readonly checksum: string | undefined; readonly bytesize: number | undefined } | undefined
  debugTrace: boolean
}

/** A failure the job's definition allows. */
export const isAllowedFailure = ({ allowFailure, exitCode, status }: JobRecord) =>
  status === 'failed' &&
  (typeof allowFailure === 'boolean'
    ? allowFailure
    : exitCode !== undefined && allowFailure.includes(exitCode))
