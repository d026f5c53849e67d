import { z } from 'zod'

import { call, nothing, stream, type Api } from './table.ts'
import { diskKinds, type DiskUsage, type Pruned } from './disk.ts'
import type { HeldJobInfo, ShellDoor } from './hold.ts'
import { exportFormats } from './job-export.ts'
import type { JobDetail, JobSummary } from './job.ts'
import type { LogChunk } from './log-chunk.ts'
import { pagesApi } from './pages-api.ts'
import { configChangesApi, runnerPageApi, setupApi } from './setup-api.ts'
import type { AppStatus, RunnerSummary } from './status.ts'
import { toolchainApi } from './toolchain-api.ts'

const jobRef = z.strictObject({ id: z.int().positive() })

const jobFilter = {
  /** Words looked for in name, project, ref and sha. */
  text: z.string().max(200).optional(),
  outcome: z.enum(['success', 'failed', 'canceled', 'running']).optional(),
  project: z.string().optional(),
  runner: z.string().optional(),
  branch: z.string().optional(),
  /** A name, or `name@version`. */
  toolchain: z.string().optional(),
  /** Only jobs accepted at this instant or later. */
  since: z.int().nonnegative().optional(),
}

const jobQuery = z.strictObject({
  ...jobFilter,
  /** What the jobs are ordered by; `when` is the order of acceptance. */
  sort: z.enum(['when', 'duration', 'job', 'project']).optional(),
  order: z.enum(['asc', 'desc']).optional(),
  /** Only what comes after so many of them: the next page in any order. */
  offset: z.int().nonnegative().max(1_000_000).optional(),
  /** Only jobs with a smaller id: the next page. */
  before: z.int().positive().optional(),
  limit: z.int().min(1).max(500).default(100),
})

const jobExport = z.strictObject({ ...jobFilter, format: z.enum(exportFormats) })

const logCursor = z.strictObject({ id: z.int().positive(), offset: z.int().nonnegative() })

/** `downTo`: bytes that may stay, instead of the budget; 0 = nothing that may go. */
const pruneWish = z.strictObject({ downTo: z.number().nonnegative().optional() })

const diskItemRef = z.strictObject({ kind: z.enum(diskKinds), id: z.string().max(1000) })

export interface JobPage {
  readonly jobs: readonly JobSummary[]
  /** All that match, over every page. */
  readonly total: number
}

/** A piece of a file; all of them in a row are the file. */
export interface ExportChunk {
  readonly text: string
  /** How many jobs are written, of how many. */
  readonly done: number
  readonly total: number
}

/** What jobs can be filtered by, the latest used first. */
export interface JobFacets {
  readonly projects: readonly string[]
  readonly runners: readonly string[]
  readonly branches: readonly string[]
  /** `name@version` each. */
  readonly toolchains: readonly string[]
}

export type JobsEvent =
  /** The jobs that are not finished and the latest finished ones, newest first. */
  | { readonly type: 'snapshot'; readonly jobs: readonly JobSummary[] }
  | { readonly type: 'job-changed'; readonly job: JobSummary }

/** Everything a window, a browser tab or a script can ask of the runner. */
export const runnerApi = {
  findJobs: call(jobQuery, {} as JobPage),
  /** The jobs of a filter as one file, piece by piece, the newest first. */
  exportJobs: stream(jobExport, {} as ExportChunk),
  listJobFacets: call(nothing, {} as JobFacets),
  readJob: call(jobRef, {} as JobDetail),
  cancelJob: call(jobRef, undefined as void),
  /** Keeps the containers of a running job for a while after its end, or those of a kept one longer. */
  holdJob: call(jobRef, undefined as void),
  /** Removes what is kept of a job; one that runs will not be kept. */
  releaseJob: call(jobRef, undefined as void),
  listHeldJobs: call(nothing, {} as readonly HeldJobInfo[]),
  /** Has the build container of a kept job wait for a shell. */
  openShell: call(jobRef, {} as ShellDoor),
  readDisk: call(nothing, {} as DiskUsage),
  /** What `pruneDisk` would remove now. */
  planPrune: call(pruneWish, {} as Pruned),
  pruneDisk: call(pruneWish, {} as Pruned),
  /** Removes one thing of `readDisk`, unless there is a reason to keep it. */
  removeDiskItem: call(diskItemRef, undefined as void),
  pause: call(nothing, undefined as void),
  resume: call(nothing, undefined as void),
  watchStatus: stream(nothing, {} as AppStatus),
  watchRunners: stream(nothing, {} as readonly RunnerSummary[]),
  watchJobs: stream(nothing, {} as JobsEvent),
  watchJob: stream(jobRef, {} as JobDetail),
  watchLog: stream(logCursor, {} as LogChunk),
  ...pagesApi,
  ...setupApi,
  ...runnerPageApi,
  ...configChangesApi,
  ...toolchainApi,
}

export type RunnerApi = Api<typeof runnerApi>
export type JobExport = z.output<typeof jobExport>
export type JobQuery = z.output<typeof jobQuery>
