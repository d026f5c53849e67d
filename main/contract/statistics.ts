import { z } from 'zod'

import type { Instant } from './instant.ts'

/** Which finished jobs are counted, and in what steps of time. */
export const statisticsQuerySchema = z.strictObject({
  since: z.int().nonnegative(),
  until: z.int().nonnegative(),
  /** Milliseconds; a day for a month. */
  step: z.int().min(60_000),
  project: z.string().optional(),
  runner: z.string().optional(),
  /** `name` or `name@version`. */
  toolchain: z.string().optional(),
})

export type StatisticsQuery = z.output<typeof statisticsQuerySchema>

/** Numbers of some jobs. Times are milliseconds; absent where there was nothing to measure. */
export interface JobNumbers {
  readonly passed: number
  readonly failed: number
  readonly canceled: number
  readonly medianDuration?: number
  /** Nine of ten jobs were done sooner. */
  readonly slowDuration?: number
  /** Between being created and being handed out, as GitLab said. */
  readonly medianQueue?: number
  /** Bytes; the most that a job of them was seen to use. */
  readonly peakMemory?: number
}

/** How long a stage took, milliseconds on average. */
export interface StageNumbers {
  readonly name: string
  readonly count: number
  readonly average: number
}

/** Of the jobs that have something in common. */
export interface NamedNumbers extends JobNumbers {
  readonly name: string
  readonly stages: readonly StageNumbers[]
}

export interface JobStatistics {
  readonly whole: JobNumbers
  /** One for each step of time, the oldest first, without gaps. */
  readonly steps: readonly (JobNumbers & { readonly from: Instant })[]
  /** The busiest first. */
  readonly projects: readonly NamedNumbers[]
  readonly runners: readonly NamedNumbers[]
  /** `name@version` each. A job that works with two counts for both, and one without for none. */
  readonly toolchains: readonly NamedNumbers[]
  /** Stages as they follow each other. */
  readonly stages: readonly StageNumbers[]
}
