import type { JobQuery } from '../../contract/api.ts'

/** A part of a statement and what its `?` stand for. */
export interface Condition {
  readonly sql: string
  readonly values: readonly (string | number)[]
}

/** What the jobs of a query must be. */
export interface Search {
  /** What the index of words is asked; undefined where no word is long enough for it. */
  readonly match: Condition | undefined
  readonly others: readonly Condition[]
}

/** What a query asks for, but for its page. Every word must be somewhere in name, project, ref or sha. */
export function searchOf(query: JobQuery): Search {
  const words = (query.text ?? '').split(/\s+/u).filter((word) => word !== '')
  // The index knows three letters and more; for less, every row is looked at.
  const indexed = words.filter((word) => Array.from(word).length >= 3)
  const parts = words.filter((word) => !indexed.includes(word)).map(anywhere)
  if (query.outcome === 'running') parts.push({ sql: 'finished_at IS NULL', values: [] })
  else if (query.outcome)
    parts.push({ sql: 'finished_at IS NOT NULL AND result = ?', values: [query.outcome] })
  if (query.project !== undefined) parts.push({ sql: 'jobs.project = ?', values: [query.project] })
  if (query.branch !== undefined) parts.push({ sql: 'jobs.ref = ?', values: [query.branch] })
  if (query.toolchain !== undefined) parts.push(worksWith(query.toolchain))
  if (query.since !== undefined) parts.push({ sql: 'jobs.accepted_at >= ?', values: [query.since] })
  if (query.runner !== undefined) {
    parts.push({
      sql: 'runner_id IN (SELECT id FROM runners WHERE name = ? OR key = ?)',
      values: [query.runner, query.runner],
    })
  }
  const phrases = indexed.map((word) => `"${word.replaceAll('"', '""')}"`).join(' AND ')
  const match = indexed.length === 0 ? undefined : { sql: 'job_search MATCH ?', values: [phrases] }
  return { match, others: parts }
}

/** How many jobs are found, as `total`. */
export function countOf({ match, others }: Search): Condition {
  const { from } = newestFirst({ match, others })
  const { sql, values } = together(match === undefined ? others : [match, ...others])
  return { sql: `SELECT COUNT(*) AS total FROM ${from} WHERE ${sql}`, values }
}

/** One page of the jobs found: those before the job `before`, or after the first `offset`, in the query's order. */
export function pageOf(search: Search, query: JobQuery): Condition {
  const { before, limit, offset = 0, sort = 'when', order = sort === 'when' ? 'desc' : 'asc' } = query
  const { from, id, wanted } = sort === 'when' ? newestFirst(search) : ordered(search, sort)
  const older = before === undefined ? [] : [{ sql: `${id} < ?`, values: [before] }]
  const { sql, values } = together([...wanted, ...older])
  // All one way, as the indexes go.
  const by = (key: string) =>
    sort === 'when' ? `${key} ${order}` : `${columns[sort]} ${order}, ${key} ${order}`
  // The ids first: what sorts or skips thousands of rows need not carry their columns along.
  return {
    sql: `FROM (SELECT ${id} AS found FROM ${from} WHERE ${sql} ORDER BY ${by(id)} LIMIT ? OFFSET ?)
      CROSS JOIN jobs ON jobs.id = found JOIN runners ON runners.id = jobs.runner_id ORDER BY ${by('jobs.id')}`,
    values: [...values, limit, offset],
  }
}

interface Source {
  readonly from: string
  /** The column that holds the job's id. */
  readonly id: string
  readonly wanted: readonly Condition[]
}

/** The index of words answers newest first, so that a page is there before all matches are known. */
function newestFirst({ match, others }: Search): Source {
  if (match === undefined) return { from: 'jobs', id: 'jobs.id', wanted: others }
  // CROSS keeps it in front.
  const from = others.length === 0 ? 'job_search' : 'job_search CROSS JOIN jobs ON jobs.id = job_search.rowid'
  return { from, id: 'job_search.rowid', wanted: [match, ...others] }
}

/** In the order of a column, by its index: looking up the numbers of all matches is cheaper than sorting their rows. */
function ordered({ match, others }: Search, sort: keyof typeof columns): Source {
  if (match === undefined) return { from: 'jobs', id: 'jobs.id', wanted: others }
  const isFound = {
    sql: `jobs.id IN (SELECT rowid FROM job_search WHERE ${match.sql})`,
    values: match.values,
  }
  return { from: `jobs INDEXED BY ${indexes[sort]}`, id: 'jobs.id', wanted: [isFound, ...others] }
}

/** What a list can be ordered by besides the order of acceptance; each has its index. */
const columns = {
  duration: 'jobs.finished_at - jobs.accepted_at',
  job: 'jobs.name',
  project: 'jobs.project',
} as const

const indexes = {
  duration: 'jobs_by_duration',
  job: 'jobs_by_name',
  project: 'jobs_by_project',
} as const satisfies Record<keyof typeof columns, string>

/** Jobs that worked with a toolchain, as `name` or `name@version`. */
export function worksWith(toolchain: string): Condition {
  const [name = '', version] = toolchain.split('@')
  const ofVersion = version === undefined ? '' : ' AND used.version = ?'
  return {
    // Asked of each job in the order wanted, so that a page is there before all of them are known; a list of ids
    // would be gathered whole first.
    sql: `EXISTS (SELECT 1 FROM job_toolchains used WHERE used.job_id = jobs.id AND used.name = ?${ofVersion})`,
    values: version === undefined ? [name] : [name, version],
  }
}

function anywhere(word: string): Condition {
  const pattern = `%${word.replaceAll(/[\\%_]/gu, String.raw`\$&`)}%`
  const searched = ['jobs.name', 'jobs.project', 'jobs.ref', 'jobs.sha']
  return {
    sql: `(${searched.map((column) => String.raw`${column} LIKE ? ESCAPE '\'`).join(' OR ')})`,
    values: searched.map(() => pattern),
  }
}

function together(parts: readonly Condition[]): Condition {
  return {
    sql: parts.length === 0 ? 'TRUE' : parts.map((part) => part.sql).join(' AND '),
    values: parts.flatMap((part) => part.values),
  }
}
