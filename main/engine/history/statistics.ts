import { setImmediate } from 'node:timers/promises'

import type { JobStatistics, NamedNumbers, StatisticsQuery } from '../../contract/statistics.ts'
import type { Sqlite } from './database.ts'
import { worksWith, type Condition } from './job-search.ts'
import { StageTally, Tally, type CountedJob } from './tally.ts'

// A few milliseconds' worth: jobs run on this thread as well, and their logs do not wait for a chart.
const sliceJobs = 250

const mostNames = 12

/**
 * Counts finished jobs by time, project, runner and toolchain. What else there is to do is done between two slices of
 * jobs.
 * @param left aborts when nobody waits for the numbers any more.
 * @param breathe lets it be done.
 */
export async function statisticsOf(
  database: Sqlite,
  query: StatisticsQuery,
  left?: AbortSignal,
  breathe: () => Promise<unknown> = setImmediate,
): Promise<JobStatistics> {
  const { since, until, step } = query
  const counts = new Counts(query)
  const jobsIn = jobReader(database, filterOf(query))
  const nextSlice = database
    .prepare<[number, number, number], number>(
      `SELECT accepted_at FROM jobs INDEXED BY jobs_by_acceptance
       WHERE accepted_at >= ? AND accepted_at < ? ORDER BY accepted_at LIMIT 1 OFFSET ?`,
    )
    .pluck()
  for (let from = since; from < until;) {
    const next = Math.max(nextSlice.get(from, until, sliceJobs) ?? until, from + 1)
    counts.add(jobsIn(from, next))
    from = next
    await breathe()
    left?.throwIfAborted()
  }
  const steps = counts.steps.map((tally, index) => ({ from: since + index * step, ...tally.numbers() }))
  await breathe()
  return { ...(await counts.numbers(breathe)), steps }
}

interface Slice {
  readonly jobs: ReadonlyMap<number, CountedJob & { readonly project: string; readonly runner: string }>
  /** As `name@version`; a job may have many. */
  readonly toolchains: readonly (readonly [job: number, toolchain: string])[]
  readonly stages: readonly (readonly [job: number, name: string, ordinal: number, duration: number])[]
}

/** Reads the jobs accepted from a moment up to, not including, another. */
function jobReader(database: Sqlite, filter: Condition): (from: number, next: number) => Slice {
  const jobs = 'jobs INDEXED BY jobs_by_acceptance JOIN runners ON runners.id = jobs.runner_id'
  const where = `WHERE accepted_at >= ? AND accepted_at < ? AND ${filter.sql}`
  // Arrays instead of objects: there are many.
  const prepare = (sql: string) => database.prepare<(string | number)[]>(sql).raw()
  const readJobs = prepare(
    `SELECT jobs.id, accepted_at, finished_at - accepted_at, result, queued_ms, peak_memory, project, runners.name
     FROM ${jobs} ${where}`,
  )
  const readToolchains = prepare(
    `SELECT jobs.id, tool.name || '@' || tool.version
     FROM ${jobs} CROSS JOIN job_toolchains tool ON tool.job_id = jobs.id ${where}`,
  )
  const readStages = prepare(
    `SELECT jobs.id, stages.name, ordinal, ended_at - started_at
     FROM ${jobs} CROSS JOIN stages ON stages.job_id = jobs.id ${where} AND ended_at IS NOT NULL`,
  )
  return (from, next) => {
    const values = [from, next, ...filter.values]
    const rows = readJobs.all(...values) as JobRow[]
    return {
      jobs: new Map(
        rows.map(([id, acceptedAt, duration, result, queue, peakMemory, project, runner]) => [
          id,
          { acceptedAt, duration, result, queue, peakMemory, project, runner },
        ]),
      ),
      toolchains: readToolchains.all(...values) as Slice['toolchains'][number][],
      stages: readStages.all(...values) as Slice['stages'][number][],
    }
  }
}

type JobRow = [
  id: number,
  acceptedAt: number,
  duration: number,
  result: CountedJob['result'],
  queue: number | null,
  peakMemory: number | null,
  project: string,
  runner: string,
]

/** What has been counted so far. */
class Counts {
  readonly steps: readonly Tally[]
  readonly #query: StatisticsQuery
  readonly #whole = new Tally()
  readonly #stages = new StageTally()
  readonly #projects = new NamedTallies()
  readonly #runners = new NamedTallies()
  readonly #toolchains = new NamedTallies()

  constructor(query: StatisticsQuery) {
    const { since, until, step } = query
    this.#query = query
    this.steps = Array.from({ length: Math.max(0, Math.ceil((until - since) / step)) }, () => new Tally())
  }

  add({ jobs, toolchains, stages }: Slice): void {
    const { since, step } = this.#query
    for (const job of jobs.values()) {
      this.#whole.add(job)
      this.steps[Math.floor((job.acceptedAt - since) / step)]?.add(job)
      this.#projects.of(job.project).jobs.add(job)
      this.#runners.of(job.runner).jobs.add(job)
    }
    const used = new Map<number, string[]>()
    for (const [id, toolchain] of toolchains) {
      const job = jobs.get(id)
      if (job !== undefined) this.#toolchains.of(toolchain).jobs.add(job)
      const known = used.get(id)
      if (known === undefined) used.set(id, [toolchain])
      else known.push(toolchain)
    }
    for (const [id, name, ordinal, duration] of stages) {
      this.#stages.add(name, ordinal, duration)
      const job = jobs.get(id)
      if (job === undefined) continue
      this.#projects.of(job.project).stages.add(name, ordinal, duration)
      this.#runners.of(job.runner).stages.add(name, ordinal, duration)
      for (const toolchain of used.get(id) ?? [])
        this.#toolchains.of(toolchain).stages.add(name, ordinal, duration)
    }
  }

  async numbers(breathe: () => Promise<unknown>): Promise<Omit<JobStatistics, 'steps'>> {
    const whole = this.#whole.numbers()
    await breathe()
    return {
      whole,
      projects: await this.#projects.busiest(breathe),
      runners: await this.#runners.busiest(breathe),
      toolchains: await this.#toolchains.busiest(breathe),
      stages: this.#stages.numbers(),
    }
  }
}

/** Counts jobs that have a name in common, and what their stages took. */
class NamedTallies {
  readonly #known = new Map<string, { readonly jobs: Tally; readonly stages: StageTally }>()

  of(name: string) {
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const made = { jobs: new Tally(), stages: new StageTally() }
    this.#known.set(name, made)
    return made
  }

  async busiest(breathe: () => Promise<unknown>): Promise<readonly NamedNumbers[]> {
    const rows: NamedNumbers[] = []
    const all = [...this.#known].toSorted(([, a], [, b]) => b.jobs.size - a.jobs.size)
    for (const [name, { jobs, stages }] of all.slice(0, mostNames)) {
      rows.push({ name, ...jobs.numbers(), stages: stages.numbers() })
      await breathe()
    }
    return rows
  }
}

function filterOf({ project, runner, toolchain }: StatisticsQuery): Condition {
  const parts = ['finished_at IS NOT NULL', 'jobs.result IS NOT NULL']
  const values: (string | number)[] = []
  if (project !== undefined) {
    parts.push('project = ?')
    values.push(project)
  }
  if (runner !== undefined) {
    parts.push('runners.name = ?')
    values.push(runner)
  }
  if (toolchain !== undefined) {
    const used = worksWith(toolchain)
    parts.push(used.sql)
    values.push(...used.values)
  }
  return { sql: parts.join(' AND '), values }
}
