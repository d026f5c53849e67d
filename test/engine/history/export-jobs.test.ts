import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import type { JobExport } from '../../../main/contract/api.ts'
import type { ExportedJob } from '../../../main/contract/job-export.ts'
import { exportJobs } from '../../../main/engine/history/export-jobs.ts'
import { openHistory } from '../../../main/engine/history/history.ts'
import type { PrunableHistory } from '../../../main/engine/history/port.ts'
import { aNewJob, silent } from './new-job.ts'

let dir: string
let history: PrunableHistory
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'drydock-export-'))
  history = openHistory({ path: join(dir, 'history.sqlite'), logger: silent })
})
afterEach(() => {
  history.close()
  rmSync(dir, { recursive: true })
})

function ran(gitlabId: number, ref = 'main'): number {
  const id = history.begin(aNewJob({ gitlabId, ref, acceptedAt: gitlabId * 1000, queuedMs: 250 }))
  history.used(id, { peakMemory: 4096, cpuSeconds: 1.5, containers: [] })
  history.finished(id, { result: 'success' }, gitlabId * 1000 + 500, 0)
  return id
}

async function exported(query: JobExport, breathe?: () => Promise<unknown>) {
  const chunks = await Array.fromAsync(exportJobs(history, query, breathe))
  return {
    text: chunks.map(({ text }) => text).join(''),
    progress: chunks.map(({ done, total }) => [done, total]),
  }
}
const idsOf = (text: string) => (JSON.parse(text) as ExportedJob[]).map(({ job_id }) => job_id)

describe('the export of jobs', () => {
  it('has those that the filter shows, the newest first, with their numbers', async () => {
    ran(1)
    ran(2, 'fix-7')
    ran(3)
    const { text } = await exported({ format: 'json', branch: 'main' })
    const [first, ...others] = JSON.parse(text) as ExportedJob[]
    expect({ first, others: others.map(({ job_id }) => job_id) }).toMatchObject({
      first: {
        job_id: 3,
        status: 'success',
        queued_seconds: 0.25,
        duration_seconds: 0.5,
        peak_memory_bytes: 4096,
        cpu_seconds: 1.5,
      },
      others: [1],
    })
  })

  it('is a whole file also where no job matches', async () => {
    const [json, csv] = [await exported({ format: 'json' }), await exported({ format: 'csv' })]
    expect({ json: JSON.parse(json.text), lines: csv.text.split('\r\n').length }).toEqual({
      json: [],
      lines: 2,
    })
  })

  it('is written slice by slice, others working in between, and holds no job twice', async () => {
    for (let id = 1; id <= 600; id++) ran(id)
    let breaths = 0
    const { text, progress } = await exported({ format: 'json' }, async () => {
      // One that begins meanwhile.
      ran(1000 + breaths++)
    })
    expect(idsOf(text)).toEqual(Array.from({ length: 600 }, (_, at) => 600 - at))
    expect({ breaths, progress }).toEqual({
      breaths: 3,
      progress: [
        [0, 600],
        [250, 600],
        [500, 600],
        [600, 600],
        [600, 600],
      ],
    })
  })

  it('has a row for each job as CSV', async () => {
    for (let id = 1; id <= 300; id++) ran(id)
    const { text } = await exported({ format: 'csv' })
    const [head, ...rows] = text.trimEnd().split('\r\n')
    const cells = head?.split(',').length
    expect({ rows: rows.length, whole: rows.every((row) => row.split(',').length === cells) }).toEqual({
      rows: 300,
      whole: true,
    })
  })
})
