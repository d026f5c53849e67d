import type { FailureReason } from '../../contract/job.ts'
import type { Job } from '../job/job.ts'

/** What GitLab says when asked for a job. HTTP statuses end behind this type. */
export type JobAnswer =
  | { readonly kind: 'job'; readonly job: Job; readonly correlationId: string; readonly tls: TlsFiles }
  /** A job came whose payload cannot be run; it must be reported, or it hangs on the server. */
  | { readonly kind: 'unusable-job'; readonly id: number; readonly token: string; readonly problem: string }
  /** No job for now, or another runner was faster. */
  | { readonly kind: 'none' }
  /** The runner's token is unknown or revoked, or its URL is no URL: counts against the runner's health. */
  | { readonly kind: 'rejected'; readonly problem: string }
  /** Unreachable or overloaded; `overloaded` = a retryable status was seen (for adaptive concurrency). */
  | { readonly kind: 'unavailable'; readonly problem: string; readonly overloaded: boolean }

/** PEM texts for `CI_SERVER_TLS_*`; absent where there is nothing to tell. */
export interface TlsFiles {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

/** What every answer about a running job may carry. */
export type JobSignal = 'go-on' | 'cancel' | 'abort'

export interface JobUpdate {
  readonly state: 'running' | 'success' | 'failed'
  readonly failureReason?: FailureReason
  readonly exitCode?: number
  readonly checksum?: string
  readonly bytesize?: number
}

/** What GitLab says to a job update. */
export type UpdateAnswer =
  | { readonly kind: 'accepted'; readonly signal: JobSignal; readonly interval?: number }
  /** Accepted, but the log is not stored yet: ask again. */
  | { readonly kind: 'not-yet'; readonly signal: JobSignal; readonly interval?: number }
  /** The log does not match: send it again from 0. */
  | { readonly kind: 'resend-log'; readonly signal: JobSignal; readonly interval?: number }
  /** The job is over on the server. */
  | { readonly kind: 'job-is-over' }
  | {
      readonly kind: 'try-again'
      readonly problem: string
      /** GitLab is unreachable or overloaded, which says nothing about the job. */
      readonly away?: boolean
      readonly signal: JobSignal
      readonly interval?: number
    }

/** What GitLab says to a piece of log. `interval` is in seconds. */
export type PatchAnswer =
  | { readonly kind: 'stored'; readonly upTo: number; readonly signal: JobSignal; readonly interval?: number }
  | {
      readonly kind: 'resend-from'
      readonly offset: number
      readonly signal: JobSignal
      readonly interval?: number
    }
  | { readonly kind: 'not-found'; readonly signal: JobSignal; readonly interval?: number }
  | { readonly kind: 'job-is-over' }
  | {
      readonly kind: 'try-again'
      readonly problem: string
      /** GitLab is unreachable or overloaded, which says nothing about the job. */
      readonly away?: boolean
      readonly signal: JobSignal
      readonly interval?: number
    }

/** GitLab as one `[[runners]]` entry sees it. Calls reject only when `signal` aborts. */
export interface RunnerGateway {
  /** @param hold whether the server may keep the request open until there is news (long polling). */
  requestJob(options: { readonly hold: boolean }, signal: AbortSignal): Promise<JobAnswer>
  updateJob(job: JobHandle, update: JobUpdate, signal: AbortSignal): Promise<UpdateAnswer>
  patchLog(
    job: JobHandle,
    piece: { readonly offset: number; readonly bytes: Uint8Array; readonly debugTrace: boolean },
    signal: AbortSignal,
  ): Promise<PatchAnswer>
  /** Releases idle connections. */
  close(): Promise<void>
}

/** What every later request about a job needs. */
export interface JobHandle {
  readonly id: number
  readonly token: string
}
