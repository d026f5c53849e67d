import type { RunnerConfig } from '../config/schema.ts'
import type { UsedToolchain } from '../toolchain/job-toolchains.ts'
import type { FeatureFlags } from '../variables/feature-flags.ts'
import type { JobSettings } from '../variables/job-settings.ts'
import type { Variables } from '../variables/variables.ts'
import type { Job } from './job.ts'

/** Everything fixed about a job before its first stage: what scripts, containers and archives are made from. */
export interface JobContext {
  readonly job: Job
  /** The configuration the job began with; later edits do not reach it. */
  readonly runner: RunnerConfig
  readonly systemId: string
  readonly shortToken: string
  /** Smallest number no other running job of this runner has. */
  readonly concurrentId: number
  /** The same within the project. */
  readonly concurrentProjectId: number
  /** The final list, expanded (job-execution.md §8.1). */
  readonly variables: Variables
  readonly settings: JobSettings
  readonly flags: FeatureFlags
  readonly dirs: JobDirs
  /** The toolchains it has; absent = none that Drydock keeps. */
  readonly toolchains?: readonly UsedToolchain[]
  /** `X-Request-Id` of the job request. */
  readonly correlationId: string
}

/** Absolute paths inside the job's containers. */
export interface JobDirs {
  readonly builds: string
  readonly project: string
  /** Project directory plus `.tmp`. */
  readonly tmp: string
  /** Where local cache archives lie: `<cache_dir>/<slug>`. */
  readonly cache: string
}
