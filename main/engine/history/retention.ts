import { logSizes, removeLog } from '../log/log-files.ts'
import type { PrunableHistory } from './port.ts'

export interface RetentionRules {
  /** Finished jobs are kept this long; 0 = for ever. */
  readonly days: number
  /** Bytes that all logs together may take; 0 = any. */
  readonly totalBytes: number
}

export interface RetentionInput {
  readonly history: Pick<PrunableHistory, 'finishedJobs' | 'forget'>
  readonly logsDir: string
  readonly rules: RetentionRules
  /** Milliseconds since the epoch. */
  readonly now: number
}

export interface Removed {
  readonly jobs: number
  /** Of logs on disk. */
  readonly bytes: number
}

const dayInMs = 24 * 60 * 60 * 1000

/** What `applyRetention` would remove now. */
export async function planRetention(input: RetentionInput): Promise<Removed> {
  const due = await dueJobs(input)
  return { jobs: due.length, bytes: due.reduce((sum, { size }) => sum + (size ?? 0), 0) }
}

/**
 * Removes finished jobs and their logs, oldest first, until the rules hold. Jobs that are not finished stay, and files
 * that are no log of a finished job are not touched. A log goes before its job, so that a crash leaves no orphan.
 */
export async function applyRetention(input: RetentionInput): Promise<Removed> {
  const due = await dueJobs(input)
  for (const { id, size } of due) if (size !== undefined) await removeLog(input.logsDir, id)
  input.history.forget(due.map(({ id }) => id))
  return { jobs: due.length, bytes: due.reduce((sum, { size }) => sum + (size ?? 0), 0) }
}

/** Oldest first; `size` is undefined where no log is left. */
async function dueJobs({ history, logsDir, rules, now }: RetentionInput) {
  const sizes = await logSizes(logsDir)
  const oldest = rules.days > 0 ? now - rules.days * dayInMs : -Infinity
  const mostBytes = rules.totalBytes > 0 ? rules.totalBytes : Infinity
  let total = [...sizes.values()].reduce((sum, size) => sum + size, 0)
  const due: { readonly id: number; readonly size: number | undefined }[] = []
  for (const { id, finishedAt } of history.finishedJobs()) {
    if (finishedAt >= oldest && total <= mostBytes) break
    const size = sizes.get(id)
    due.push({ id, size })
    total -= size ?? 0
  }
  return due
}
