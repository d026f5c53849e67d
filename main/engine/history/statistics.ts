import type { JobNumbers, JobStatistics, StatisticsQuery } from '../../contract/statistics.ts'
import type { Sqlite } from './database.ts'
import { worksWith } from './job-search.ts'

// Numbers alone, and arrays instead of objects: a quarter may hold a hundred thousand jobs.
type Measured = [
  acceptedAt: number,
  duration: number,
  result: 'success' | 'failed' | 'canceled',
  queue: number | null,
]
const measured = 'accepted_at, finished_at - accepted_at, result, queued_ms'

const mostNames = 12

/** Counts finished jobs by time, project, runner and toolchain. */
export function statisticsOf(database: Sqlite, query: StatisticsQuery): JobStatistics {
  const { sql, values } = wantedBy(query)
  const rows = database
    .prepare<(string | number)[]>(
      `SELECT ${measured}, project, runners.name
       FROM jobs JOIN runners ON runners.id = jobs.runner_id WHERE ${sql}`,
    )
    .raw()
    .all(...values) as [...Measured, project: string, runner: string][]

  const { since, until, step } = query
  const steps = Array.from({ length: Math.max(0, Math.ceil((until - since) / step)) }, () => new Tally())
  const whole = new Tally()
  const projects = new Map<string, Tally>()
  const runners = new Map<string, Tally>()
  for (const [acceptedAt, duration, result, queue, project, runner] of rows) {
    const job: Measured = [acceptedAt, duration, result, queue]
    whole.add(job)
    steps[Math.floor((acceptedAt - since) / step)]?.add(job)
    tallyOf(projects, project).add(job)
    tallyOf(runners, runner).add(job)
  }
  return {
    whole: whole.numbers(),
    steps: steps.map((tally, index) => ({ from: since + index * step, ...tally.numbers() })),
    projects: busiest(projects),
    runners: busiest(runners),
    toolchains: toolchainsOf(database, query),
    stages: stagesOf(database, query),
  }
}

function toolchainsOf(database: Sqlite, query: StatisticsQuery): JobStatistics['toolchains'] {
  const { sql, values } = wantedBy(query)
  const rows = database
    .prepare<(string | number)[]>(
      `SELECT ${measured}, tool.name || '@' || tool.version
       FROM jobs JOIN runners ON runners.id = jobs.runner_id CROSS JOIN job_toolchains tool ON tool.job_id = jobs.id
       WHERE ${sql}`,
    )
    .raw()
    .all(...values) as [...Measured, toolchain: string][]
  const toolchains = new Map<string, Tally>()
  for (const [acceptedAt, duration, result, queue, toolchain] of rows)
    tallyOf(toolchains, toolchain).add([acceptedAt, duration, result, queue])
  return busiest(toolchains)
}

function stagesOf(database: Sqlite, query: StatisticsQuery): JobStatistics['stages'] {
  const { sql, values } = wantedBy(query)
  return database
    .prepare<(string | number)[], JobStatistics['stages'][number]>(
      `SELECT stages.name, COUNT(*) AS count, AVG(ended_at - started_at) AS average
       FROM jobs JOIN runners ON runners.id = jobs.runner_id CROSS JOIN stages ON stages.job_id = jobs.id
       WHERE ${sql} AND ended_at IS NOT NULL
       GROUP BY stages.name ORDER BY AVG(ordinal), stages.name`,
    )
    .all(...values)
}

function wantedBy({ since, until, project, runner, toolchain }: StatisticsQuery) {
  const parts = ['accepted_at >= ?', 'accepted_at < ?', 'finished_at IS NOT NULL', 'jobs.result IS NOT NULL']
  const values: (string | number)[] = [since, until]
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

class Tally {
  readonly #counts = { success: 0, failed: 0, canceled: 0 }
  readonly #durations: number[] = []
  readonly #queues: number[] = []

  add([, duration, result, queue]: Measured): void {
    this.#counts[result]++
    // How long a canceled job took says when somebody lost patience.
    if (result !== 'canceled') this.#durations.push(duration)
    if (queue !== null) this.#queues.push(queue)
  }

  get size(): number {
    const { success, failed, canceled } = this.#counts
    return success + failed + canceled
  }

  numbers(): JobNumbers {
    const { success, failed, canceled } = this.#counts
    const durations = this.#durations.toSorted((a, b) => a - b)
    const queues = this.#queues.toSorted((a, b) => a - b)
    return {
      passed: success,
      failed,
      canceled,
      ...(durations.length > 0 && { medianDuration: at(durations, 0.5), slowDuration: at(durations, 0.9) }),
      ...(queues.length > 0 && { medianQueue: at(queues, 0.5) }),
    }
  }
}

const at = (sorted: readonly number[], share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? 0

function tallyOf(tallies: Map<string, Tally>, name: string): Tally {
  const tally = tallies.get(name) ?? new Tally()
  tallies.set(name, tally)
  return tally
}

const busiest = (tallies: ReadonlyMap<string, Tally>) =>
  [...tallies]
    .toSorted(([, a], [, b]) => b.size - a.size)
    .slice(0, mostNames)
    .map(([name, tally]) => ({ name, ...tally.numbers() }))
