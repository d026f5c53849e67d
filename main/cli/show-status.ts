import type { JobSummary } from '../contract/job.ts'
import type { AppStatus, RunnerHealth, RunnerSummary } from '../contract/status.ts'
import type { StatusRequest } from './engine-port.ts'
import { findEngine } from './find-engine.ts'

interface Standing {
  readonly status: AppStatus
  readonly runners: readonly RunnerSummary[]
  readonly jobs: readonly JobSummary[]
}

/** Prints what the engine that runs on the data folder is doing. @returns 0, or 1 when none runs. */
export async function showStatus({ terminal, dataDir, json }: StatusRequest): Promise<number> {
  const standing = await askEngine(dataDir)
  const { stdout } = terminal
  if (json) stdout.write(`${JSON.stringify(standing ?? { running: false })}\n`)
  else
    stdout.write(
      standing === undefined ? `No Drydock runs with the data folder ${dataDir}.\n` : inWords(standing),
    )
  return standing === undefined ? 1 : 0
}

/** @returns `undefined` where no engine answers. */
async function askEngine(dataDir: string): Promise<Standing | undefined> {
  await using engine = await findEngine(dataDir)
  if (engine === undefined) return undefined
  try {
    const { api } = engine
    const stop = new AbortController()
    const [status, runners, running] = await Promise.all([
      first(api.watchStatus(undefined, stop.signal)),
      first(api.watchRunners(undefined, stop.signal)),
      api.findJobs({ outcome: 'running' }),
    ])
    stop.abort()
    return { status, runners, jobs: running.jobs }
  } catch {
    return undefined
  }
}

async function first<T>(stream: AsyncIterable<T>): Promise<T> {
  for await (const item of stream) return item
  throw new Error('the engine ended')
}

function inWords({ status, runners, jobs }: Standing): string {
  const { docker, paused, running, concurrent } = status
  const engine =
    docker.state === 'ready'
      ? `${docker.product} ${docker.version} at ${docker.endpoint}`
      : docker.state === 'unreachable'
        ? `Docker: ${docker.problem}. ${docker.remedy}.`
        : 'Docker: not asked yet'
  return [
    `Drydock ${status.version}${paused ? ', paused' : ''}: ${running} of ${concurrent} jobs running`,
    ...(status.hindrance === undefined ? [] : [`No jobs are asked for: ${status.hindrance}.`]),
    engine,
    `Configuration: ${status.configFile}`,
    ...status.configProblems.map(
      ({ path, line, message }) => `  ${path}${line === undefined ? '' : ` (line ${line})`}: ${message}`,
    ),
    ...runners.map(
      (runner) =>
        `Runner ${runner.name} (${runner.shortToken}) at ${runner.url}: ${healthInWords(runner.health)}`,
    ),
    ...jobs.map((job) => `Job ${job.gitlabId} ${job.name}, ${job.project} ${job.ref}: ${job.state.phase}`),
    '',
  ].join('\n')
}

function healthInWords(health: RunnerHealth): string {
  switch (health.state) {
    case 'unknown':
      return 'has not asked GitLab yet'
    case 'online':
      return 'online'
    case 'offline':
    case 'rejected':
      return health.problem
  }
}
