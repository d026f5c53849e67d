import type { MountInfo, Outcome } from '../../contract/job.ts'
import { openDatabase, type HistoryLogger, type Sqlite } from './database.ts'
import { exportSlice, facetsOf, findJobs } from './list-jobs.ts'
import type { FinishedJob, NewJob, PrunableHistory, UnfinishedJob } from './port.ts'
import {
  detailColumns,
  detailOf,
  outcomeColumns,
  outcomeOfRow,
  summaryColumns,
  summaryOf,
  type DetailRow,
  type OutcomeColumns,
  type StageRow,
  type SummaryRow,
} from './rows.ts'
import { statisticsOf } from './statistics.ts'

export interface HistoryOptions {
  /** Of the database file; its folder must be there. */
  readonly path: string
  readonly logger: HistoryLogger
  /** Only names a damaged file that is moved aside. */
  readonly now?: () => number
}

/**
 * Opens the history of jobs, which is also their journal.
 * @throws HistoryUnavailable when another process has it open, or a newer Drydock wrote it.
 */
export function openHistory({ path, logger, now = Date.now }: HistoryOptions): PrunableHistory {
  const database = openDatabase(path, logger, now)
  const journal = prepareJournal(database)
  const queries = prepareQueries(database)
  return { ...journal, ...queries, close: () => void database.close() }
}

type Journal = Pick<
  PrunableHistory,
  | 'begin'
  | 'stageStarted'
  | 'stageEnded'
  | 'mounted'
  | 'recreatable'
  | 'uploaded'
  | 'used'
  | 'concluded'
  | 'finished'
  | 'forget'
>

function prepareJournal(database: Sqlite): Journal {
  const upsertRunner = database.prepare<[string, string], { id: number }>(
    `INSERT INTO runners (key, name) VALUES (?, ?)
     ON CONFLICT (key) DO UPDATE SET name = excluded.name RETURNING id`,
  )
  const insertJob = database.prepare<[object]>(
    `INSERT INTO jobs (gitlab_id, gitlab_url, runner_id, name, project, ref, sha, image, url, pipeline_id, timeout,
       accepted_at, variable_names, settings, queued_ms)
     VALUES (@gitlabId, @gitlabUrl, @runnerId, @name, @project, @ref, @sha, @image, @url, @pipelineId, @timeout,
       @acceptedAt, @variableNames, @settings, @queuedMs)`,
  )
  const insertStage = database.prepare<[object]>(
    `INSERT INTO stages (job_id, ordinal, name, title, started_at)
     VALUES (@id, (SELECT COUNT(*) FROM stages WHERE job_id = @id), @name, @title, @startedAt)`,
  )
  // A stage may be tried again: its latest attempt is the one that ends.
  const endStage = database.prepare<[object]>(
    `UPDATE stages SET ended_at = @endedAt, result = @result, bytes = @bytes
     WHERE job_id = @id
       AND ordinal = (SELECT MAX(ordinal) FROM stages WHERE job_id = @id AND name = @name AND ended_at IS NULL)`,
  )
  const setMounts = database.prepare<[string, number]>('UPDATE jobs SET mounts = ? WHERE id = ?')
  const setRecreate = database.prepare<[string, number]>('UPDATE jobs SET recreate = ? WHERE id = ?')
  const addToolchain = database.prepare<[string, string, number, string | null]>(
    'INSERT OR REPLACE INTO job_toolchains (name, version, job_id, fingerprint) VALUES (?, ?, ?, ?)',
  )
  const addArtifact = database.prepare<[string, number]>(
    "UPDATE jobs SET artifacts = json_insert(artifacts, '$[#]', json(?)) WHERE id = ?",
  )
  const setResources = database.prepare<[string, number, number]>(
    'UPDATE jobs SET resources = ?, peak_memory = ? WHERE id = ?',
  )
  const setOutcome = database.prepare<[object]>(
    `UPDATE jobs SET result = @result, canceled_by = @canceled_by, failure_reason = @failure_reason,
       message = @message, exit_code = @exit_code
     WHERE id = @id AND finished_at IS NULL`,
  )
  const setFinished = database.prepare<[number, number, number]>(
    'UPDATE jobs SET finished_at = ?, log_size = ? WHERE id = ? AND finished_at IS NULL',
  )
  const deleteJob = database.prepare<[number]>('DELETE FROM jobs WHERE id = ? AND finished_at IS NOT NULL')

  const begin = database.transaction((job: NewJob): number => {
    const runner = upsertRunner.get(job.runnerKey, job.runner)
    const { lastInsertRowid } = insertJob.run({
      ...job,
      runnerId: runner!.id,
      url: job.url ?? null,
      pipelineId: job.pipelineId ?? null,
      variableNames: JSON.stringify(job.variableNames),
      settings: JSON.stringify(job.settings ?? []),
      queuedMs: job.queuedMs ?? null,
    })
    return Number(lastInsertRowid)
  })
  const finish = database.transaction((id: number, outcome: Outcome, finishedAt: number, logSize: number) => {
    setOutcome.run({ id, ...outcomeColumns(outcome) })
    setFinished.run(finishedAt, logSize, id)
  })
  const forget = database.transaction((ids: readonly number[]) => {
    for (const id of ids) deleteJob.run(id)
  })

  const mount = database.transaction((id: number, mounts: readonly MountInfo[]) => {
    setMounts.run(JSON.stringify(mounts), id)
    for (const { toolchain } of mounts)
      if (toolchain !== undefined)
        addToolchain.run(toolchain.name, toolchain.version, id, toolchain.fingerprint ?? null)
  })

  /** Survives our own death, but the disk is not waited for: a power failure may take it. */
  function lightly(write: () => void) {
    database.pragma('synchronous = NORMAL')
    try {
      write()
    } finally {
      database.pragma('synchronous = FULL')
    }
  }

  return {
    begin: (job) => begin.immediate(job),
    stageStarted: (id, stage) => lightly(() => void insertStage.run({ id, ...stage })),
    stageEnded: (id, name, endedAt, result, bytes = 0) =>
      lightly(() => void endStage.run({ id, name, endedAt, result, bytes })),
    mounted: (id, mounts) => lightly(() => mount(id, mounts)),
    recreatable: (id, command) => lightly(() => void setRecreate.run(command, id)),
    uploaded: (id, artifact) => lightly(() => void addArtifact.run(JSON.stringify(artifact), id)),
    used: (id, resources) =>
      lightly(() => void setResources.run(JSON.stringify(resources), resources.peakMemory, id)),
    concluded: (id, outcome) => void setOutcome.run({ id, ...outcomeColumns(outcome) }),
    finished: (id, outcome, finishedAt, logSize) => finish.immediate(id, outcome, finishedAt, logSize),
    forget: (ids) => forget.immediate(ids),
  }
}

type Queries = Pick<
  PrunableHistory,
  'unfinished' | 'find' | 'exportSlice' | 'facets' | 'statistics' | 'read' | 'summary' | 'finishedJobs'
>

const fromJobs = 'FROM jobs JOIN runners ON runners.id = jobs.runner_id'

function prepareQueries(database: Sqlite): Queries {
  const selectUnfinished = database.prepare<[], UnfinishedRow>(
    `SELECT jobs.id, gitlab_id, gitlab_url, runners.key AS runner_key, result, canceled_by, failure_reason, message,
       exit_code
     ${fromJobs} WHERE finished_at IS NULL ORDER BY jobs.id`,
  )
  const selectSummary = database.prepare<[number], SummaryRow>(
    `SELECT ${summaryColumns} ${fromJobs} WHERE jobs.id = ?`,
  )
  const selectDetail = database.prepare<[number], DetailRow>(
    `SELECT ${detailColumns} ${fromJobs} WHERE jobs.id = ?`,
  )
  const selectStages = database.prepare<[number], StageRow>(
    'SELECT name, title, started_at, ended_at, result, bytes FROM stages WHERE job_id = ? ORDER BY ordinal',
  )
  const selectFinished = database.prepare<[], FinishedJob>(
    'SELECT id, finished_at AS finishedAt FROM jobs WHERE finished_at IS NOT NULL ORDER BY finished_at, id',
  )

  return {
    unfinished: () => selectUnfinished.all().map(unfinishedOf),
    find: (query) => findJobs(database, query),
    exportSlice: (query) => exportSlice(database, query),
    facets: () => facetsOf(database),
    statistics: (query, left) => statisticsOf(database, query, left),
    summary(id) {
      const row = selectSummary.get(id)
      return row && summaryOf(row)
    },
    read(id) {
      const row = selectDetail.get(id)
      return row && detailOf(row, selectStages.all(id))
    },
    finishedJobs: () => selectFinished.all(),
  }
}

interface UnfinishedRow extends OutcomeColumns {
  readonly id: number
  readonly gitlab_id: number
  readonly gitlab_url: string
  readonly runner_key: string
}

const unfinishedOf = (row: UnfinishedRow): UnfinishedJob => ({
  id: row.id,
  gitlabId: row.gitlab_id,
  gitlabUrl: row.gitlab_url,
  runnerKey: row.runner_key,
  outcome: outcomeOfRow(row),
})
