import { setImmediate } from 'node:timers/promises'

import type { JobStatistics, StatisticsQuery } from '../../contract/statistics.ts'
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
    `SELECT jobs.id, accepted_at, finished_at - accepted_at, result, queued_ms, project, runners.name
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
        rows.map(([id, acceptedAt, duration, result, queue, project, runner]) => [
          id,
          { acceptedAt, duration, result, queue, project, runner },
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
  project: string,
  runner: string,
]

/** What has been counted so far. */
class Counts {
  readonly steps: readonly Tally[]
  readonly #query: StatisticsQuery
  readonly #whole = new Tally()
  readonly #stages = new StageTally()
  readonly #projects = new Map<string, Tally>()
  readonly #runners = new Map<string, Tally>()
  readonly #toolchains = new Map<string, Tally>()
  readonly #stagesOfToolchains = new Map<string, StageTally>()

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
      tallyOf(this.#projects, job.project).add(job)
      tallyOf(this.#runners, job.runner).add(job)
    }
    const used = new Map<number, string[]>()
    for (const [id, toolchain] of toolchains) {
      const job = jobs.get(id)
      if (job !== undefined) tallyOf(this.#toolchains, toolchain).add(job)
      const known = used.get(id)
      if (known === undefined) used.set(id, [toolchain])
      else known.push(toolchain)
    }
    for (const [id, name, ordinal, duration] of stages) {
      this.#stages.add(name, ordinal, duration)
      for (const toolchain of used.get(id) ?? []) {
        const tally = this.#stagesOfToolchains.get(toolchain) ?? new StageTally()
        this.#stagesOfToolchains.set(toolchain, tally)
        tally.add(name, ordinal, duration)
      }
    }
  }

  async numbers(breathe: () => Promise<unknown>): Promise<Omit<JobStatistics, 'steps'>> {
    const whole = this.#whole.numbers()
    await breathe()
    const toolchains = await busiest(this.#toolchains, breathe)
    return {
      whole,
      projects: await busiest(this.#projects, breathe),
      runners: await busiest(this.#runners, breathe),
      toolchains: toolchains.map((row) => ({
        ...row,
        stages: this.#stagesOfToolchains.get(row.name)?.numbers() ?? [],
      })),
      stages: this.#stages.numbers(),
    }
  }
}

function tallyOf(tallies: Map<string, Tally>, name: string): Tally {
  const tally = tallies.get(name) ?? new Tally()
  tallies.set(name, tally)
  return tally
}

async function busiest(tallies: ReadonlyMap<string, Tally>, breathe: () => Promise<unknown>) {
  const rows = []
  for (const [name, tally] of [...tallies].toSorted(([, a], [, b]) => b.size - a.size).slice(0, mostNames)) {
    rows.push({ name, ...tally.numbers() })
    await breathe()
  }
  return rows
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
