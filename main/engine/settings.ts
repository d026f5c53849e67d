import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

import { z } from 'zod'

const GiB = 1024 ** 3

/** `settings.json` in the data folder: what gitlab-runner's config.toml has no place for. Every key may be left out. */
const schema = z.strictObject({
  /** GiB that images pulled by Drydock, builds and cache volumes and local caches may take; 0 = any. */
  disk_budget_gib: z.number().nonnegative().default(0),
  /** GiB that stay free: below it no new job is asked for. 0 = none. */
  free_space_reserve_gib: z.number().nonnegative().default(2),
  /** Days that finished jobs and their logs are kept; 0 = for ever. */
  keep_jobs_days: z.number().nonnegative().default(90),
  /** GiB that all logs together may take; 0 = any. */
  keep_logs_gib: z.number().nonnegative().default(5),
  /** A new concurrent slot of a project takes the git objects that its other slots have, instead of fetching them. */
  share_git_objects: z.boolean().default(true),
  /** Keep the build container of a failed job for a while, so that `drydock shell JOB` can look into it. */
  hold_on_failure: z.boolean().default(false),
  /** How long it is kept. */
  hold_minutes: z
    .number()
    .positive()
    .max(7 * 24 * 60)
    .default(60),
})

export interface Settings {
  readonly disk: { readonly budgetBytes: number; readonly reserveBytes: number }
  readonly history: { readonly days: number; readonly logBytes: number }
  readonly sources: { readonly shared: boolean }
  readonly hold: { readonly onFailure: boolean; readonly ms: number }
}

/** The settings as the file has them now. */
export type ReadSettings = () => Settings

/**
 * Reads `settings.json`, again whenever it has changed. One that cannot be used is warned of, and what was read before
 * stays in force.
 */
export function openSettings(dataDir: string, logger: { warn(message: string): void }): ReadSettings {
  const file = join(dataDir, 'settings.json')
  let known = settingsOf({})
  let readAt = 0
  return () => {
    const changedAt = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
    if (changedAt === readAt) return known
    readAt = changedAt
    try {
      known = settingsOf(changedAt === 0 ? {} : JSON.parse(readFileSync(file, 'utf8')))
    } catch (error) {
      logger.warn(
        `${file} is not used: ${problemIn(error)}. Correct it; what was read before stays in force.`,
      )
    }
    return known
  }
}

function settingsOf(value: unknown): Settings {
  const given = schema.parse(value)
  return {
    disk: {
      budgetBytes: given.disk_budget_gib * GiB,
      reserveBytes: given.free_space_reserve_gib * GiB,
    },
    history: { days: given.keep_jobs_days, logBytes: given.keep_logs_gib * GiB },
    sources: { shared: given.share_git_objects },
    hold: { onFailure: given.hold_on_failure, ms: given.hold_minutes * 60_000 },
  }
}

function problemIn(error: unknown): string {
  if (!(error instanceof z.ZodError)) return error instanceof Error ? error.message : String(error)
  return error.issues
    .map(({ path, message }) => `${path.join('.')}: ${message}`.replace(/^: /, ''))
    .join('; ')
}
