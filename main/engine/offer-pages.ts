import { say } from '../contract/sentences/say.ts'
import type { AppSettings } from '../contract/app-settings.ts'
import type { Finding } from '../contract/finding.ts'
import type { pagesApi } from '../contract/pages-api.ts'
import type { AppStatus } from '../contract/status.ts'
import { ApiError, type ApiImplementation } from '../contract/table.ts'
import { ConfigRefused } from './config/config-refused.ts'
import type { ConfigStore } from './config/config-store.ts'
import { setGlobal } from './config/edits.ts'
import type { RunnerConfig } from './config/schema.ts'
import { settingsFile, writeSettings } from './change-settings.ts'
import type { Clock } from './clock.ts'
import { examine } from './diagnostics/examine.ts'
import { writeReport } from './diagnostics/write-report.ts'
import type { ConfigSource } from './engine-ports.ts'
import type { History } from './history/port.ts'
import type { Pool } from './pool.ts'
import type { ReadSettings } from './settings.ts'

export interface PagesParts {
  readonly clock: Pick<Clock, 'now'>
  readonly history: History
  readonly config: ConfigSource
  readonly dataDir: string
  readonly settings: ReadSettings
  readonly pool: Pick<Pool, 'runners'>
  readonly status: () => AppStatus
  /** Absent where the command line decides. */
  readonly editConfig: ConfigStore['edit'] | undefined
}

const GiB = 1024 ** 3
const reportedJobs = 50

/** What the pages for settings, diagnostics and charts ask of the engine. */
export function offerPages(parts: PagesParts): ApiImplementation<typeof pagesApi> {
  const { history, config, pool, dataDir, editConfig } = parts

  const settings = (): AppSettings => {
    const { disk, history: kept, hold } = parts.settings()
    return {
      keepJobsDays: kept.days,
      keepLogsGib: kept.logBytes / GiB,
      diskBudgetGib: disk.budgetBytes / GiB,
      freeSpaceReserveGib: disk.reserveBytes / GiB,
      holdOnFailure: hold.onFailure,
      holdMinutes: hold.ms / 60_000,
      concurrent: config.current().concurrent,
      settingsFile: settingsFile(dataDir),
      ...(editConfig !== undefined && { configFile: config.file }),
    }
  }

  /** The pool asks GitLab all the time; asking once more would tell nothing new. */
  const askRunner = async ({ name, url }: RunnerConfig): Promise<Finding> => {
    const about = say('about-runner', { name })
    const health = pool.runners().find((one) => one.name === name && one.url === url)?.health
    switch (health?.state) {
      case 'online':
        return { about, verdict: 'good', message: say('knows-token', { url }) }
      case 'offline':
        return {
          about,
          verdict: 'problem',
          message: health.problem,
          remedy: say('check-reach', { url }),
        }
      case 'rejected':
        return { about, verdict: 'problem', message: health.problem, remedy: say('new-token') }
      case 'unknown':
      case undefined:
        return {
          about,
          verdict: 'warning',
          message: say('not-asked', { url }),
          remedy: say('look-again'),
        }
    }
  }

  const findings = () =>
    examine({
      config: config.current(),
      configFile: config.file,
      problems: config.problems(),
      dataDir,
      askRunner,
    })

  return {
    readSettings: settings,
    async changeSettings({ concurrent, ...change }) {
      if (concurrent !== undefined) await setConcurrent(concurrent, editConfig)
      await writeSettings(dataDir, change).catch((error: unknown) => {
        if (!(error instanceof SyntaxError)) throw error
        throw new ApiError('conflict', say('no-json', { file: settingsFile(dataDir) }))
      })
      return settings()
    },
    examine: findings,
    writeReport: async () =>
      writeReport({
        status: parts.status(),
        findings: await findings(),
        config: config.current(),
        settings: settings(),
        runners: pool.runners(),
        jobs: history.find({ limit: reportedJobs }).jobs,
        now: parts.clock.now(),
      }),
    readStatistics: (query, left) => history.statistics(query, left),
  }
}

async function setConcurrent(concurrent: number, edit: ConfigStore['edit'] | undefined): Promise<void> {
  if (edit === undefined) throw new ApiError('unavailable', say('count-on-command-line'))
  try {
    await edit((text) => setGlobal(text, ['concurrent'], concurrent))
  } catch (error) {
    if (error instanceof ConfigRefused) throw new ApiError('conflict', error.message, { cause: error })
    throw error
  }
}
