import type { JobSummary } from './job.ts'

export const exportFormats = ['csv', 'json'] as const
export type ExportFormat = (typeof exportFormats)[number]

/** A job as a row of a table, for other programs: its keys stay as they are. Absent values are null. */
export interface ExportedJob {
  /** GitLab's id. */
  readonly job_id: number
  readonly name: string
  readonly project: string
  readonly branch: string
  readonly commit: string
  readonly pipeline_id: number | null
  readonly runner: string
  readonly image: string
  /** `name@version` each. */
  readonly toolchains: readonly string[]
  /** `running` until GitLab has the outcome. */
  readonly status: 'running' | 'success' | 'failed' | 'canceled'
  /** In GitLab's words. */
  readonly failure_reason: string | null
  readonly message: string | null
  readonly exit_code: number | null
  /** ISO 8601, UTC; so are all times. */
  readonly accepted_at: string
  readonly finished_at: string | null
  readonly queued_seconds: number | null
  readonly duration_seconds: number | null
  readonly peak_memory_bytes: number | null
  readonly cpu_seconds: number | null
  readonly url: string | null
}

/** What a row tells beside the summary; milliseconds, bytes, seconds. */
export interface ExportedNumbers {
  readonly queuedMs: number | null
  readonly peakMemory: number | null
  readonly cpuSeconds: number | null
}

export function exportedJob(job: JobSummary, numbers: ExportedNumbers): ExportedJob {
  const { state, finishedAt, acceptedAt } = job
  const outcome = state.phase === 'finished' ? state.outcome : undefined
  const failure = outcome?.result === 'failed' ? outcome : undefined
  return {
    job_id: job.gitlabId,
    name: job.name,
    project: job.project,
    branch: job.ref,
    commit: job.sha,
    pipeline_id: job.pipelineId ?? null,
    runner: job.runner,
    image: job.image,
    toolchains: (job.toolchains ?? []).map(({ name, version }) => `${name}@${version}`),
    status: outcome?.result ?? 'running',
    failure_reason: failure?.reason ?? null,
    message: failure?.message ?? null,
    exit_code: failure?.exitCode ?? null,
    accepted_at: new Date(acceptedAt).toISOString(),
    finished_at: finishedAt === undefined ? null : new Date(finishedAt).toISOString(),
    queued_seconds: inSeconds(numbers.queuedMs),
    duration_seconds: inSeconds(finishedAt === undefined ? null : finishedAt - acceptedAt),
    peak_memory_bytes: numbers.peakMemory,
    cpu_seconds: numbers.cpuSeconds === null ? null : Math.round(numbers.cpuSeconds * 1000) / 1000,
    url: job.url ?? null,
  }
}

const inSeconds = (ms: number | null) => (ms === null ? null : ms / 1000)

const columns = [
  'job_id',
  'name',
  'project',
  'branch',
  'commit',
  'pipeline_id',
  'runner',
  'image',
  'toolchains',
  'status',
  'failure_reason',
  'message',
  'exit_code',
  'accepted_at',
  'finished_at',
  'queued_seconds',
  'duration_seconds',
  'peak_memory_bytes',
  'cpu_seconds',
  'url',
] as const satisfies readonly (keyof ExportedJob)[]

/** A file that is written row by row. */
export interface ExportText {
  readonly head: string
  /** @param isFirst whether no row comes before it. */
  row(job: ExportedJob, isFirst: boolean): string
  readonly foot: string
}

export const exportTexts: Readonly<Record<ExportFormat, ExportText>> = {
  csv: {
    // Without the mark, Excel reads UTF-8 as the code page of the country.
    head: `\uFEFF${columns.join(',')}\r\n`,
    row: (job) => `${columns.map((column) => cellOf(job[column])).join(',')}\r\n`,
    foot: '',
  },
  json: {
    head: '[',
    row: (job, isFirst) => `${isFirst ? '' : ','}\n${JSON.stringify(job)}`,
    foot: '\n]\n',
  },
}

function cellOf(value: ExportedJob[keyof ExportedJob]): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const text = typeof value === 'string' ? value : value.join(' ')
  // A branch called =cmd|… would be run by a spreadsheet (OWASP, "CSV Injection").
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
