import { arch, cpus, platform, release, totalmem } from 'node:os'

import type { AppSettings } from '../../contract/app-settings.ts'
import type { Finding, SupportReport } from '../../contract/finding.ts'
import type { JobSummary } from '../../contract/job.ts'
import type { AppStatus, RunnerSummary } from '../../contract/status.ts'
import type { Config, RunnerConfig } from '../config/schema.ts'
import { containerSettings } from '../container-settings.ts'
import { redact, secretsOf } from './secrets-of.ts'

export interface ReportParts {
  readonly status: AppStatus
  readonly findings: readonly Finding[]
  readonly config: Config
  readonly settings: AppSettings
  readonly runners: readonly RunnerSummary[]
  /** The latest, newest first. */
  readonly jobs: readonly JobSummary[]
  /** Milliseconds since the epoch. */
  readonly now: number
}

const marks = { good: 'ok     ', warning: 'warning', problem: 'PROBLEM' } as const

/**
 * What whoever helps needs to know. Of the configuration only what is named here, and names of variables without their
 * values; what remains of secrets in messages is taken out of the whole.
 */
export function writeReport(parts: ReportParts): SupportReport {
  const { status, findings, config, settings, runners, jobs, now } = parts
  const day = new Date(now).toISOString()
  const sections: readonly (readonly [title: string, lines: readonly string[]])[] = [
    [
      `Drydock ${status.version}, ${day}`,
      [
        `${platform()} ${release()} ${arch()}, ${cpus().length} CPUs, ${Math.round(totalmem() / 1024 ** 3)} GiB`,
        `Node.js ${process.version}`,
        `${status.running} of ${status.concurrent} running${status.paused ? ', paused' : ''}`,
      ],
    ],
    ['Checks', findings.map(({ verdict, about, message }) => `${marks[verdict]} ${about}: ${message}`)],
    ['Docker', Object.entries(status.docker).map(([key, value]) => `${key} = ${value}`)],
    ['Settings', Object.entries(settings).map(([key, value]) => `${key} = ${String(value)}`)],
    ...config.runners.map((runner) => [`Runner ${runner.name}`, linesOf(runner, runners)] as const),
    ['Latest jobs', jobs.map(lineOf)],
  ]
  const text = sections
    .map(([title, lines]) => `${title}\n${lines.map((line) => `  ${line}\n`).join('')}`)
    .join('\n')
  return { fileName: `drydock-${day.slice(0, 10)}.txt`, text: redact(text, secretsOf(config)) }
}

function linesOf(runner: RunnerConfig, known: readonly RunnerSummary[]): readonly string[] {
  const health = known.find(({ name, url }) => name === runner.name && url === runner.url)?.health
  const names = runner.environment.map((pair) => pair.split('=')[0])
  return [
    `url = ${runner.url}`,
    `health = ${health === undefined ? 'unknown' : Object.values(health).join(', ')}`,
    `limit = ${runner.limit}`,
    `environment names = ${names.join(', ')}`,
    `image = ${runner.docker?.image ?? ''}`,
    ...(runner.docker?.volumes ?? []).map((volume) => `volume = ${volume}`),
    ...containerSettings(runner).map(({ key, value }) => `${key} = ${value}`),
  ]
}

function lineOf({ id, gitlabId, name, project, image, acceptedAt, finishedAt, state }: JobSummary): string {
  const took = finishedAt === undefined ? '' : ` in ${((finishedAt - acceptedAt) / 1000).toFixed(1)} s`
  const outcome = state.phase === 'finished' ? state.outcome : undefined
  const why = outcome?.result === 'failed' ? ` (${outcome.reason}: ${outcome.message})` : ''
  return `${id} #${gitlabId} ${project} ${name} ${image}: ${outcome?.result ?? state.phase}${took}${why}`
}
