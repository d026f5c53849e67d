import type {
  ArtifactInfo,
  CanceledBy,
  ContainerSetting,
  FailureReason,
  JobDetail,
  JobState,
  JobSummary,
  MountInfo,
  Outcome,
  StageTiming,
  ToolchainUse,
} from '../../contract/job.ts'
import type { JobResources } from '../../contract/resources.ts'

/** Columns of a job with its runner's name and the stage it was last seen in. */
export const summaryColumns = `
  jobs.id, gitlab_id, jobs.name, jobs.project, jobs.ref, jobs.sha, runners.name AS runner, image, url, pipeline_id,
  accepted_at, finished_at, result, canceled_by, failure_reason, message, exit_code,
  CASE WHEN finished_at IS NULL AND result IS NULL THEN
    (SELECT stages.name FROM stages WHERE job_id = jobs.id ORDER BY ordinal DESC LIMIT 1)
  END AS stage,
  (SELECT json_group_array(json_object('name', used.name, 'version', used.version, 'fingerprint', used.fingerprint))
   FROM job_toolchains used WHERE used.job_id = jobs.id) AS toolchains`

export const detailColumns = `${summaryColumns}, timeout, variable_names, mounts, artifacts, settings, resources, recreate, log_size`

export interface OutcomeColumns {
  readonly result: Outcome['result'] | null
  readonly canceled_by: CanceledBy | null
  readonly failure_reason: FailureReason | null
  readonly message: string | null
  readonly exit_code: number | null
}

export interface SummaryRow extends OutcomeColumns {
  readonly id: number
  readonly gitlab_id: number
  readonly name: string
  readonly project: string
  readonly ref: string
  readonly sha: string
  readonly runner: string
  readonly image: string
  readonly url: string | null
  readonly pipeline_id: number | null
  readonly accepted_at: number
  readonly finished_at: number | null
  readonly stage: string | null
  /** JSON; empty where it has none. */
  readonly toolchains: string
}

export interface DetailRow extends SummaryRow {
  readonly timeout: number
  readonly variable_names: string
  readonly mounts: string
  readonly artifacts: string
  readonly settings: string
  readonly resources: string | null
  readonly recreate: string | null
  readonly log_size: number
}

export interface StageRow {
  readonly name: string
  readonly title: string
  readonly started_at: number
  readonly ended_at: number | null
  readonly result: NonNullable<StageTiming['result']> | null
  readonly bytes: number | null
}

export function outcomeColumns(outcome: Outcome): OutcomeColumns {
  return {
    result: outcome.result,
    canceled_by: outcome.result === 'canceled' ? outcome.by : null,
    failure_reason: outcome.result === 'failed' ? outcome.reason : null,
    message: outcome.result === 'failed' ? outcome.message : null,
    exit_code: outcome.result === 'failed' ? (outcome.exitCode ?? null) : null,
  }
}

export function outcomeOfRow(row: OutcomeColumns): Outcome | undefined {
  if (row.result === null) return undefined
  if (row.result === 'success') return { result: 'success' }
  if (row.result === 'canceled') return { result: 'canceled', by: row.canceled_by ?? 'server' }
  return {
    result: 'failed',
    reason: row.failure_reason ?? 'unknown_failure',
    message: row.message ?? '',
    ...(row.exit_code !== null && { exitCode: row.exit_code }),
  }
}

export function summaryOf(row: SummaryRow): JobSummary {
  return {
    id: row.id,
    gitlabId: row.gitlab_id,
    name: row.name,
    project: row.project,
    ref: row.ref,
    sha: row.sha,
    runner: row.runner,
    image: row.image,
    ...(row.url !== null && { url: row.url }),
    ...(row.pipeline_id !== null && { pipelineId: row.pipeline_id }),
    acceptedAt: row.accepted_at,
    ...(row.finished_at !== null && { finishedAt: row.finished_at }),
    state: stateOf(row),
    ...(row.toolchains !== '[]' && { toolchains: usesOf(row.toolchains) }),
  }
}

function usesOf(json: string): readonly ToolchainUse[] {
  const uses = JSON.parse(json) as { name: string; version: string; fingerprint: string | null }[]
  return uses.map(({ fingerprint, ...use }) => ({ ...use, ...(fingerprint !== null && { fingerprint }) }))
}

export function detailOf(row: DetailRow, stages: readonly StageRow[]): JobDetail {
  const artifacts = JSON.parse(row.artifacts) as ArtifactInfo[]
  const settings = JSON.parse(row.settings) as ContainerSetting[]
  return {
    ...summaryOf(row),
    stages: stages.map((stage) => ({
      name: stage.name,
      title: stage.title,
      startedAt: stage.started_at,
      ...(stage.ended_at !== null && { endedAt: stage.ended_at }),
      ...(stage.result !== null && { result: stage.result }),
      ...(stage.bytes !== null && stage.bytes > 0 && { bytes: stage.bytes }),
    })),
    timeout: row.timeout,
    variableNames: JSON.parse(row.variable_names) as string[],
    mounts: JSON.parse(row.mounts) as MountInfo[],
    ...(artifacts.length > 0 && { artifacts }),
    ...(settings.length > 0 && { settings }),
    ...(row.recreate !== null && { recreate: row.recreate }),
    ...(row.resources !== null && { resources: JSON.parse(row.resources) as JobResources }),
    logSize: row.log_size,
  }
}

/** As far as the journal knows it: a job being canceled shows as running until its scripts are over. */
function stateOf(row: SummaryRow): JobState {
  const outcome = outcomeOfRow(row)
  if (outcome) return { phase: row.finished_at === null ? 'reporting' : 'finished', outcome }
  return row.stage === null ? { phase: 'preparing' } : { phase: 'running', stage: row.stage }
}
