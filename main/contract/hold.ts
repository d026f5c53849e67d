import type { Instant } from './instant.ts'

/** A job that is over and whose containers are kept for a while. */
export interface HeldJobInfo {
  readonly id: number
  readonly gitlabId: number
  readonly name: string
  readonly project: string
  /** When they are removed. */
  readonly until: Instant
}

/** Whether a job's containers stay after its end. */
export interface Kept {
  /** When they are removed; absent while the job runs. */
  readonly until?: Instant
}

/** Where a shell in a kept job can be opened. */
export interface ShellDoor {
  /** Of the Docker engine. */
  readonly endpoint: string
  readonly container: string
  readonly workingDir: string
}
