import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { SettingsChange } from '../contract/app-settings.ts'
import { replaceFile } from './config/replace-file.ts'

const keys = {
  keepJobsDays: 'keep_jobs_days',
  keepLogsGib: 'keep_logs_gib',
  diskBudgetGib: 'disk_budget_gib',
  freeSpaceReserveGib: 'free_space_reserve_gib',
  holdOnFailure: 'hold_on_failure',
  holdMinutes: 'hold_minutes',
} as const

export const settingsFile = (dataDir: string) => join(dataDir, 'settings.json')

/**
 * Writes what has changed into `settings.json`; everything else in it stays.
 * @throws SyntaxError when the file is no JSON: it is not written over.
 */
export async function writeSettings(dataDir: string, change: SettingsChange): Promise<void> {
  const file = settingsFile(dataDir)
  const before = JSON.parse((await readIfThere(file)) ?? '{}') as Record<string, unknown>
  const after = { ...before }
  for (const [name, key] of Object.entries(keys)) {
    const value = change[name as keyof typeof keys]
    if (value !== undefined) after[key] = value
  }
  if (JSON.stringify(before) === JSON.stringify(after)) return
  await replaceFile(file, `${JSON.stringify(after, undefined, 2)}\n`)
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
