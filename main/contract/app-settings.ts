import { z } from 'zod'

const amount = z.number().nonnegative().max(1_000_000)

/** What may be changed; what is absent stays. Days and GiB of 0 mean no limit. */
export const settingsChangeSchema = z.strictObject({
  keepJobsDays: amount.optional(),
  keepLogsGib: amount.optional(),
  diskBudgetGib: amount.optional(),
  freeSpaceReserveGib: amount.optional(),
  holdOnFailure: z.boolean().optional(),
  holdMinutes: z
    .number()
    .positive()
    .max(7 * 24 * 60)
    .optional(),
  /** `concurrent` of config.toml. */
  concurrent: z.int().min(1).max(1000).optional(),
})

export type SettingsChange = z.output<typeof settingsChangeSchema>

/** The settings of this computer as they are in force. */
export interface AppSettings {
  readonly keepJobsDays: number
  readonly keepLogsGib: number
  readonly diskBudgetGib: number
  readonly freeSpaceReserveGib: number
  readonly holdOnFailure: boolean
  readonly holdMinutes: number
  readonly concurrent: number
  /** Where `concurrent` is written; absent where the command line decides. */
  readonly configFile?: string
  /** Where the others are written. */
  readonly settingsFile: string
}
