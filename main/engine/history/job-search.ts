import type { JobQuery } from '../../contract/api.ts'

/** A part of a statement and what its `?` stand for. */
export interface Condition {
  readonly sql: string
  readonly values: readonly (string | number)[]
}

/** What a query asks for, but for its page. Every word must be somewhere in name, project, ref or sha. */
export function conditionOf(query: JobQuery): Condition {
  const parts: Condition[] = []
  const words = (query.text ?? '').split(/\s+/u).filter((word) => word !== '')
  const long = words.filter((word) => Array.from(word).length >= 3)
  if (long.length > 0) {
    parts.push({
      sql: 'jobs.id IN (SELECT rowid FROM job_search WHERE job_search MATCH ?)',
      values: [long.map((word) => `"${word.replaceAll('"', '""')}"`).join(' AND ')],
    })
  }
  // The index knows three letters and more; until then every row is looked at.
  for (const word of words.filter((word) => !long.includes(word))) {
    const pattern = `%${word.replaceAll(/[\\%_]/gu, String.raw`\$&`)}%`
    parts.push({
      sql: String.raw`(jobs.name LIKE ? ESCAPE '\' OR project LIKE ? ESCAPE '\' OR ref LIKE ? ESCAPE '\' OR sha LIKE ? ESCAPE '\')`,
      values: [pattern, pattern, pattern, pattern],
    })
  }
  if (query.outcome === 'running') parts.push({ sql: 'finished_at IS NULL', values: [] })
  else if (query.outcome)
    parts.push({ sql: 'finished_at IS NOT NULL AND result = ?', values: [query.outcome] })
  if (query.project !== undefined) parts.push({ sql: 'project = ?', values: [query.project] })
  if (query.runner !== undefined) {
    parts.push({
      sql: 'runner_id IN (SELECT id FROM runners WHERE name = ? OR key = ?)',
      values: [query.runner, query.runner],
    })
  }
  return together(parts)
}

export function together(parts: readonly Condition[]): Condition {
  return {
    sql: parts.length === 0 ? 'TRUE' : parts.map((part) => part.sql).join(' AND '),
    values: parts.flatMap((part) => part.values),
  }
}
