import { setImmediate } from 'node:timers/promises'

import type { ExportChunk, JobExport } from '../../contract/api.ts'
import { exportedJob, exportTexts } from '../../contract/job-export.ts'
import type { History } from './port.ts'

// A few milliseconds' worth: jobs run on this thread as well.
const sliceJobs = 250

/**
 * Writes the jobs of a query as one file, the newest first. What else there is to do is done between two slices of
 * jobs, and the next is only read once the last is taken. Jobs that begin meanwhile are not in it.
 * @param breathe lets it be done.
 */
export async function* exportJobs(
  history: Pick<History, 'exportSlice' | 'find'>,
  { format, ...query }: JobExport,
  breathe: () => Promise<unknown> = setImmediate,
): AsyncGenerator<ExportChunk> {
  const text = exportTexts[format]
  const { total } = history.find({ ...query, limit: 1 })
  let done = 0
  yield { text: text.head, done, total }
  for (let before: number | undefined; ;) {
    const rows = history.exportSlice({
      ...query,
      limit: sliceJobs,
      ...(before !== undefined && { before }),
    })
    if (rows.length === 0) break
    const lines = rows.map(({ job, ...numbers }, at) => text.row(exportedJob(job, numbers), done + at === 0))
    done += rows.length
    before = rows.at(-1)?.job.id
    yield { text: lines.join(''), done, total: Math.max(done, total) }
    await breathe()
  }
  yield { text: text.foot, done, total: done }
}
