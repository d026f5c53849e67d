import type { Instant } from './instant.ts'
import type { Kept } from './hold.ts'

/** What both sides call a job. Ids are Drydock's own: GitLab's job ids are unique per server only. */

import type { JobResources } from './resources.ts'
import type { Transfer } from './transfer.ts'

export const failureReasons = [
  'script_failure',
  'runner_system_failure',
  'job_execution_timeout',
  'image_pull_failure',
  'runner_configuration_error',
  'runner_external_dependency_failure',
  'runner_interrupted',
  'unknown_failure',
] as const

/** Why a job failed, in GitLab's words (coordinator-api.md, failure reasons). */
export type FailureReason = (typeof failureReasons)[number]

/** Who ended a job before its scripts did. */
export type CanceledBy = 'server' | 'user' | 'shutdown'

export type Outcome =
  | { readonly result: 'success' }
  | { readonly result: 'canceled'; readonly by: CanceledBy }
  | {
      readonly result: 'failed'
      readonly reason: FailureReason
      /** One line, as the log's last line shows it. Masked. */
      readonly message: string
      readonly exitCode?: number
    }

// preparing ──▶ running ──▶ canceling      (canceling also straight from preparing)
//     └────────────┴────────────┴──▶ reporting ──▶ finished
export type JobState =
  | { readonly phase: 'preparing' }
  | { readonly phase: 'running'; readonly stage: string }
  | { readonly phase: 'canceling'; readonly by: CanceledBy; readonly stage?: string }
  | { readonly phase: 'reporting'; readonly outcome: Outcome }
  | { readonly phase: 'finished'; readonly outcome: Outcome }

export type JobPhase = JobState['phase']

/** A job as a row of a list. Nothing in it is secret. */
export interface JobSummary {
  /** Drydock's id, ascending in order of acceptance. */
  readonly id: number
  /** GitLab's id of the job. */
  readonly gitlabId: number
  readonly name: string
  /** `group/project`, or `project-<id>` where GitLab did not say. */
  readonly project: string
  readonly ref: string
  readonly sha: string
  readonly runner: string
  readonly image: string
  /** Page of the job on GitLab, where GitLab told it. */
  readonly url?: string
  readonly pipelineId?: number
  readonly acceptedAt: Instant
  readonly finishedAt?: Instant
  readonly state: JobState
  /** Those it works with; absent where it has none, or none yet. */
  readonly toolchains?: readonly ToolchainUse[]
}

export interface StageTiming {
  /** The stage's id, as in the log's section markers. */
  readonly name: string
  readonly title: string
  readonly startedAt: Instant
  readonly endedAt?: Instant
  readonly result?: 'passed' | 'failed' | 'stopped'
  /** What it moved over the network: images, caches, artifacts. Absent where that is nothing. */
  readonly bytes?: number
}

/** A bind mount or volume the job's containers saw. */
export interface MountInfo {
  readonly source: string
  readonly target: string
  readonly readOnly: boolean
  /** Set where it is a toolchain of Drydock's. */
  readonly toolchain?: ToolchainUse
}

/** Which toolchain a job worked with. */
export interface ToolchainUse {
  readonly name: string
  readonly version: string
  /** SHA-256 of its content in hex. */
  readonly fingerprint?: string
}

/** What a job has uploaded as the content of an artifact or report. */
export interface ArtifactInfo {
  /** Of the file, such as `artifacts.zip`. */
  readonly name: string
  /** `archive`, or the kind of report in GitLab's words, such as `junit`. */
  readonly type: string
  readonly format: string
  readonly bytes: number
}

/** A setting of the job's containers, by its key in config.toml. Never one that may hold a secret. */
export interface ContainerSetting {
  readonly key: string
  readonly value: string
}

/** An image on its way to the engine. */
export interface ImagePull {
  /** As the job or the configuration names it. */
  readonly image: string
  readonly layers: readonly LayerPull[]
  /** Of the last seconds; 0 until it can be told. */
  readonly bytesPerSecond: number
}

export interface LayerPull {
  /** The engine's short name of it. */
  readonly id: string
  readonly state: 'waiting' | 'downloading' | 'retrying' | 'unpacking' | 'done'
  /** Downloaded so far. */
  readonly bytes: number
  /** Absent until the engine has begun to download it. */
  readonly total?: number
}

export interface JobDetail extends JobSummary {
  readonly stages: readonly StageTiming[]
  /** Seconds; the deadline GitLab gave the job. */
  readonly timeout: number
  readonly variableNames: readonly string[]
  readonly mounts: readonly MountInfo[]
  /** Absent where none was uploaded. */
  readonly artifacts?: readonly ArtifactInfo[]
  /** Absent where every setting was as usual. */
  readonly settings?: readonly ContainerSetting[]
  /** A command for a terminal that makes the container of its scripts again; without services and secrets. */
  readonly recreate?: string
  /** Images being pulled for it now; absent where none is. */
  readonly pulls?: readonly ImagePull[]
  /** Absent where its containers go with its end, or are gone. */
  readonly kept?: Kept
  /** Bytes of the log so far. */
  readonly logSize: number
  /** Absent until they are known, and where the engine does not tell. */
  readonly resources?: JobResources
  /** What is on its way now; absent where nothing is. */
  readonly transfers?: readonly Transfer[]
}
