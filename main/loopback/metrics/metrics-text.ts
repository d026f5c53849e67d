import type { AppStatus, RunnerSummary } from '../../contract/status.ts'
import { durationBuckets, type JobTally } from './job-tally.ts'

export interface MetricsFacts {
  readonly status: Pick<AppStatus, 'version' | 'concurrent'>
  readonly runners: readonly Pick<RunnerSummary, 'name' | 'shortToken' | 'executor' | 'limit' | 'health'>[]
  readonly tally: JobTally
  readonly systemId: string
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly memoryBytes: number
  readonly cpuSeconds: number
}

type Labels = Readonly<Record<string, string>>
type Sample = readonly [labels: Labels, value: number, suffix?: string]

/** Prometheus' text format, with gitlab-runner's names where it has one for the fact. */
export function metricsText(facts: MetricsFacts): string {
  const { status, runners, tally, systemId } = facts
  const of = (name: string): Labels => {
    const runner = runners.find((one) => one.name === name)
    return { runner: runner?.shortToken ?? '', runner_name: name, system_id: systemId }
  }
  const tallies = [...tally.byRunner].map(([name, counts]) => ({ labels: of(name), ...counts }))
  return [
    metric('gitlab_runner_version_info', 'gauge', 'A constant 1 with the version as label.', [
      [{ name: 'drydock', version: status.version }, 1],
    ]),
    metric('gitlab_runner_concurrent', 'gauge', 'The current value of concurrent setting', [
      [{}, status.concurrent],
    ]),
    metric(
      'gitlab_runner_limit',
      'gauge',
      'The current value of limit setting',
      runners.map(({ name, limit }) => [of(name), limit]),
    ),
    metric(
      'drydock_runner_up',
      'gauge',
      'Whether GitLab answers the runner and takes its token',
      runners.map(({ name, health }) => [of(name), health.state === 'online' ? 1 : 0]),
    ),
    metric('gitlab_runner_jobs', 'gauge', 'The current number of running builds', jobsNow(tally, of)),
    metric(
      'gitlab_runner_jobs_total',
      'counter',
      'Total number of handled jobs',
      tallies.map(({ labels, taken }) => [labels, taken]),
    ),
    metric(
      'gitlab_runner_failed_jobs_total',
      'counter',
      'Total number of failed jobs',
      tallies.flatMap(({ labels, failed }) =>
        [...failed].map(([reason, count]): Sample => [{ ...labels, failure_reason: reason }, count]),
      ),
    ),
    metric(
      'gitlab_runner_job_duration_seconds',
      'histogram',
      'Histogram of job durations',
      tallies.flatMap(({ labels, within, finished, seconds }): readonly Sample[] => [
        ...durationBuckets.map((limit, at): Sample => [
          { ...labels, le: String(limit) },
          within[at] ?? 0,
          '_bucket',
        ]),
        [{ ...labels, le: '+Inf' }, finished, '_bucket'],
        [labels, seconds, '_sum'],
        [labels, finished, '_count'],
      ]),
    ),
    metric('process_start_time_seconds', 'gauge', 'Start time of the process since unix epoch in seconds.', [
      [{}, facts.startedAt / 1000],
    ]),
    metric('process_resident_memory_bytes', 'gauge', 'Resident memory size in bytes.', [
      [{}, facts.memoryBytes],
    ]),
    metric('process_cpu_seconds_total', 'counter', 'Total user and system CPU time spent in seconds.', [
      [{}, facts.cpuSeconds],
    ]),
  ].join('')
}

function jobsNow({ open }: JobTally, of: (name: string) => Labels): readonly Sample[] {
  const counts = new Map<string, { readonly labels: Labels; count: number }>()
  for (const { runner, state } of open.values()) {
    const stage = 'stage' in state ? (state.stage ?? '') : ''
    const labels = { ...of(runner), state: state.phase, stage }
    const key = JSON.stringify(labels)
    const known = counts.get(key) ?? { labels, count: 0 }
    known.count++
    counts.set(key, known)
  }
  return [...counts.values()].map(({ labels, count }) => [labels, count])
}

function metric(name: string, kind: string, help: string, samples: readonly Sample[]): string {
  if (samples.length === 0) return ''
  const lines = samples.map(
    ([labels, value, suffix = '']) => `${name}${suffix}${inBraces(labels)} ${value}\n`,
  )
  return `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n${lines.join('')}`
}

function inBraces(labels: Labels): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${escaped(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

const escaped = (value: string) => value.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')
