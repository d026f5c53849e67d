import type { JobFacets, JobPage, JobQuery } from '../../contract/api.ts'
import type { Sqlite } from './database.ts'
import { countOf, pageOf, searchOf } from './job-search.ts'
import type { JobToExport } from './port.ts'
import { summaryColumns, summaryOf, type SummaryRow } from './rows.ts'

export function findJobs(database: Sqlite, query: JobQuery): JobPage {
  const search = searchOf(query)
  const page = pageOf(search, query)
  const rows = database
    .prepare<(string | number)[], SummaryRow>(`SELECT ${summaryColumns} ${page.sql}`)
    .all(...page.values)
  const counting = countOf(search)
  const count = database.prepare<(string | number)[], { total: number }>(counting.sql).get(...counting.values)
  return { jobs: rows.map(summaryOf), total: count?.total ?? 0 }
}

interface ExportRow extends SummaryRow, Omit<JobToExport, 'job'> {}

/** With what else a table tells of them; the newest first. */
export function exportSlice(database: Sqlite, query: JobQuery): readonly JobToExport[] {
  const { sql, values } = pageOf(searchOf(query), { ...query, sort: 'when', order: 'desc' })
  const rows = database
    .prepare<(string | number)[], ExportRow>(
      `SELECT ${summaryColumns}, queued_ms AS queuedMs, peak_memory AS peakMemory,
         resources ->> '$.cpuSeconds' AS cpuSeconds ${sql}`,
    )
    .all(...values)
  return rows.map((row) => {
    const { queuedMs, peakMemory, cpuSeconds } = row
    return { job: summaryOf(row), queuedMs, peakMemory, cpuSeconds }
  })
}

// A menu longer than this is searched, and a name that is not in it is typed into the search field.
const mostChoices = 200

export function facetsOf(database: Sqlite): JobFacets {
  const choices = (sql: string) =>
    database
      .prepare<[], { name: string }>(`${sql} LIMIT ${mostChoices}`)
      .all()
      .map(({ name }) => name)
  const latest = (column: string) =>
    choices(`SELECT ${column} AS name FROM jobs GROUP BY ${column} ORDER BY MAX(id) DESC`)
  return {
    projects: latest('project'),
    branches: latest('ref'),
    toolchains: choices(
      `SELECT used.name || '@' || version AS name FROM job_toolchains used GROUP BY used.name, version
       ORDER BY MAX(job_id) DESC`,
    ),
    runners: choices(
      'SELECT DISTINCT name FROM runners WHERE id IN (SELECT runner_id FROM jobs) ORDER BY name',
    ),
  }
}
