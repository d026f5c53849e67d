import { settingsChangeSchema, type AppSettings } from './app-settings.ts'
import type { Finding, SupportReport } from './finding.ts'
import { statisticsQuerySchema, type JobStatistics } from './statistics.ts'
import { call, nothing } from './table.ts'

/** What the pages for settings, diagnostics and charts ask. */
export const pagesApi = {
  readSettings: call(nothing, {} as AppSettings),
  /** @returns the settings as they are afterwards */
  changeSettings: call(settingsChangeSchema, {} as AppSettings),
  examine: call(nothing, [] as readonly Finding[]),
  /** For whoever helps; holds no token and no value of a variable. */
  writeReport: call(nothing, {} as SupportReport),
  readStatistics: call(statisticsQuerySchema, {} as JobStatistics),
}
