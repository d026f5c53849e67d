import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { openHistory } from '../../../main/engine/history/history.ts'
import type { PrunableHistory } from '../../../main/engine/history/port.ts'
import { applyRetention, type RetentionRules } from '../../../main/engine/history/retention.ts'
import { logPath } from '../../../main/engine/log/log-files.ts'
import { aNewJob, silent } from './new-job.ts'

const day = 24 * 60 * 60 * 1000
const now = 100 * day

let root: string
let logsDir: string
let history: PrunableHistory
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'drydock-retention-'))
  logsDir = root
  history = openHistory({ path: join(root, 'history.sqlite'), logger: silent })
  // Job 1 never finished; jobs 2 to 5 finished 40, 30, 20 and 10 days ago, with logs of 100 bytes.
  history.begin(aNewJob())
  writeFileSync(logPath(logsDir, 1), 'x'.repeat(100))
  for (const age of [40, 30, 20, 10]) {
    const id = history.begin(aNewJob())
    history.finished(id, { result: 'success' }, now - age * day, 100)
    writeFileSync(id % 2 === 0 ? logPath(logsDir, id) : `${logPath(logsDir, id)}.gz`, 'x'.repeat(100))
  }
  for (const foreign of ['job-2.txt', 'notes.log', 'job-77.log']) writeFileSync(join(logsDir, foreign), '')
})
afterEach(() => {
  history.close()
  rmSync(root, { recursive: true })
})

const foreign = ['job-2.txt', 'job-77.log', 'notes.log']

describe('retention', () => {
  it.each<{ name: string; rules: RetentionRules; jobs: number[] }>([
    { name: 'keeps all where no rule is set', rules: { days: 0, totalBytes: 0 }, jobs: [1, 2, 3, 4, 5] },
    { name: 'removes what is too old', rules: { days: 25, totalBytes: 0 }, jobs: [1, 4, 5] },
    { name: 'removes the oldest until the rest fits', rules: { days: 0, totalBytes: 399 }, jobs: [1, 4, 5] },
    { name: 'holds both rules', rules: { days: 35, totalBytes: 200 }, jobs: [1, 5] },
    { name: 'never removes a job that is not finished', rules: { days: 1, totalBytes: 1 }, jobs: [1] },
  ])('$name', async ({ rules, jobs }) => {
    const removed = await applyRetention({ history, logsDir, rules, now })
    const files = readdirSync(logsDir).filter((name) => !name.startsWith('history'))
    expect({
      removed,
      jobs: history
        .find({ limit: 10 })
        .jobs.map(({ id }) => id)
        .sort((a, b) => a - b),
      files: files.sort(),
    }).toEqual({
      removed: { jobs: 5 - jobs.length, bytes: (5 - jobs.length) * 100 },
      jobs,
      files: [...foreign, ...jobs.map((id) => `job-${id}.log${id % 2 === 1 && id > 1 ? '.gz' : ''}`)].sort(),
    })
  })
})
