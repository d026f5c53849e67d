import { say } from '../../main/contract/sentences/say.ts'
import type { AppSettings } from '../../main/contract/app-settings.ts'
import type { JobDetail } from '../../main/contract/job.ts'
import type { pagesApi } from '../../main/contract/pages-api.ts'
import type { JobNumbers } from '../../main/contract/statistics.ts'
import type { ApiImplementation } from '../../main/contract/table.ts'

/** Settings, diagnostics and charts over jobs in memory. */
export function fakePages(jobs: () => readonly JobDetail[]): ApiImplementation<typeof pagesApi> {
  let settings: AppSettings = {
    keepJobsDays: 90,
    keepLogsGib: 5,
    diskBudgetGib: 0,
    freeSpaceReserveGib: 2,
    holdOnFailure: false,
    holdMinutes: 60,
    concurrent: 4,
    configFile: '/home/kim/.config/drydock/config.toml',
    settingsFile: '/home/kim/.local/share/drydock/settings.json',
  }
  return {
    readSettings: () => settings,
    changeSettings: (change) => (settings = { ...settings, ...(change as Partial<AppSettings>) }),
    examine: () => [
      { about: say('about-node'), verdict: 'good', message: 'v24.1.0' },
      {
        about: 'Configuration',
        verdict: 'good',
        message: say('some-runners', { count: 3, file: '/home/kim/.config/drydock/config.toml' }),
      },
      {
        about: 'Data folder',
        verdict: 'warning',
        message: say('data-free', { folder: '/home/kim/.local/share/drydock', free: 3 }),
        remedy: say('data-scarce'),
      },
      {
        about: say('about-runner', { name: 'tangxin' }),
        verdict: 'good',
        message: say('knows-token', { url: 'https://git.example.com' }),
      },
      {
        about: 'Runner build-farm',
        verdict: 'problem',
        message: say('gitlab-silent', { why: say('net-refused', { host: 'gitlab.example.org' }) }),
        remedy: say('check-reach', { url: 'https://gitlab.example.org' }),
      },
    ],
    writeReport: () => ({
      fileName: 'drydock-2026-11-23.txt',
      text: 'Drydock 0.1.0\n  Node.js v24.1.0\n\nChecks\n  ok      Docker engine: 27.3.1\n',
    }),
    readStatistics({ since, until, step, project, runner, toolchain }) {
      const found = jobs().filter(
        (job) =>
          job.state.phase === 'finished' &&
          job.acceptedAt >= since &&
          job.acceptedAt < until &&
          (project === undefined || job.project === project) &&
          (runner === undefined || job.runner === runner) &&
          (toolchain === undefined || usedBy(job).includes(toolchain)),
      )
      const by = (nameOf: (job: JobDetail) => string) =>
        [...Map.groupBy(found, nameOf)].map(([name, some]) => ({
          name,
          ...numbersOf(some),
          stages: stagesOf(some),
        }))
      return {
        whole: numbersOf(found),
        steps: Array.from({ length: Math.ceil((until - since) / step) }, (_, index) => {
          const from = since + index * step
          const within = found.filter(({ acceptedAt }) => acceptedAt >= from && acceptedAt < from + step)
          return { from, ...numbersOf(within) }
        }),
        projects: by((job) => job.project),
        runners: by((job) => job.runner),
        toolchains: [...new Set(found.flatMap(usedBy))].map((name) => ({
          name,
          ...numbersOf(found.filter((job) => usedBy(job).includes(name))),
          stages: stagesOf(found.filter((job) => usedBy(job).includes(name))),
        })),
        stages: stagesOf(found),
      }
    },
  }
}

const usedBy = ({ toolchains = [] }: JobDetail) => toolchains.map(({ name, version }) => `${name}@${version}`)

/** Others with other jobs, and never below nothing. */
function stagesOf(jobs: readonly JobDetail[]) {
  const much = Math.min(jobs.length, 60)
  return [
    { name: 'prepare_executor', count: jobs.length, average: 800 },
    { name: 'get_sources', count: jobs.length, average: 1400 + much * 100 },
    { name: 'step_script', count: jobs.length, average: 58_000 - much * 300 },
    { name: 'upload_artifacts_on_success', count: jobs.length, average: 3100 },
  ]
}

function numbersOf(jobs: readonly JobDetail[]): JobNumbers {
  const having = (result: string) =>
    jobs.filter(({ state }) => state.phase === 'finished' && state.outcome.result === result).length
  const durations = jobs.map((job) => (job.finishedAt ?? 0) - job.acceptedAt).toSorted((a, b) => a - b)
  const at = (share: number) => durations[Math.floor((durations.length - 1) * share)] ?? 0
  return {
    passed: having('success'),
    failed: having('failed'),
    canceled: having('canceled'),
    ...(durations.length > 0 && {
      medianDuration: at(0.5),
      slowDuration: at(0.9),
      medianQueue: at(0.5) / 20,
      peakMemory: Math.max(...jobs.map(({ resources }) => resources?.peakMemory ?? 0)),
    }),
  }
}
