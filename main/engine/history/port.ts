import type {
  ArtifactInfo,
  ContainerSetting,
  JobDetail,
  JobSummary,
  MountInfo,
  Outcome,
  StageTiming,
} from '../../contract/job.ts'
import type { ExportedNumbers } from '../../contract/job-export.ts'
import type { JobResources } from '../../contract/resources.ts'
import type { JobFacets, JobPage, JobQuery } from '../../contract/api.ts'
import type { JobStatistics, StatisticsQuery } from '../../contract/statistics.ts'

/** A job as it is first written down, before its first side effect. */
export interface NewJob {
  readonly gitlabId: number
  readonly gitlabUrl: string
  readonly runnerKey: string
  readonly runner: string
  readonly name: string
  readonly project: string
  readonly ref: string
  readonly sha: string
  readonly image: string
  readonly url: string | undefined
  readonly pipelineId: number | undefined
  readonly timeout: number
  readonly acceptedAt: number
  readonly variableNames: readonly string[]
  readonly settings?: readonly ContainerSetting[]
  /** Milliseconds it waited on the server. */
  readonly queuedMs?: number
}

/** A job the journal knows to have begun and not to have been reported: what a crash left. */
export interface UnfinishedJob {
  readonly id: number
  readonly gitlabId: number
  readonly gitlabUrl: string
  readonly runnerKey: string
  /** The outcome, where the scripts were over. */
  readonly outcome: Outcome | undefined
}

/** A job as a row of an exported table. */
export interface JobToExport extends ExportedNumbers {
  readonly job: JobSummary
}

/** What is remembered of jobs. Synchronous: SQLite answers faster than a promise turns. */
export interface History {
  /** Durable when it returns. @returns Drydock's id of the job. */
  begin(job: NewJob): number
  stageStarted(id: number, stage: Pick<StageTiming, 'name' | 'title' | 'startedAt'>): void
  /** @param bytes what it moved over the network */
  stageEnded(
    id: number,
    name: string,
    endedAt: number,
    result: NonNullable<StageTiming['result']>,
    bytes?: number,
  ): void
  mounted(id: number, mounts: readonly MountInfo[]): void
  /** @param command for a terminal: makes the container of its scripts again. Nothing in it is secret. */
  recreatable(id: number, command: string): void
  /** GitLab has taken another artifact. */
  uploaded(id: number, artifact: ArtifactInfo): void
  /** What its containers have used. */
  used(id: number, resources: JobResources): void
  /** Scripts are over; GitLab has not accepted the outcome yet. Durable when it returns. */
  concluded(id: number, outcome: Outcome): void
  /** GitLab has accepted the outcome, or will never. Durable when it returns. */
  finished(id: number, outcome: Outcome, finishedAt: number, logSize: number): void
  unfinished(): readonly UnfinishedJob[]
  find(query: JobQuery): JobPage
  /** The same jobs with what else a table tells of them; newest first, before the job `before`. */
  exportSlice(query: JobQuery): readonly JobToExport[]
  facets(): JobFacets
  /**
   * Takes a while for many jobs, and lets others work meanwhile.
   * @param left aborts when nobody waits for the numbers any more
   */
  statistics(query: StatisticsQuery, left?: AbortSignal): Promise<JobStatistics>
  read(id: number): JobDetail | undefined
  summary(id: number): JobSummary | undefined
  close(): void
}

/** A finished job, as retention sees it. */
export interface FinishedJob {
  readonly id: number
  readonly finishedAt: number
}

/** A history that can also forget. */
export interface PrunableHistory extends History {
  /** Oldest first. */
  finishedJobs(): readonly FinishedJob[]
  /** Removes finished jobs; the others among the ids stay. */
  forget(ids: readonly number[]): void
}
