import { say } from '../../contract/sentences/say.ts'
import type { DiskItem } from '../../contract/disk.ts'
import type { JobSummary } from '../../contract/job.ts'
import type { History } from '../history/port.ts'
import { logSizes } from '../log/log-files.ts'

const pageSize = 500

/** What logs take, by project. */
export async function logItems(
  logsDir: string,
  history: Pick<History, 'find'>,
): Promise<readonly DiskItem[]> {
  const sizes = await logSizes(logsDir)
  const projects = new Map<string, { bytes: number; jobs: number; last: number }>()
  for (const { id, project, acceptedAt, finishedAt } of allJobs(history)) {
    const known = projects.get(project) ?? { bytes: 0, jobs: 0, last: 0 }
    projects.set(project, {
      bytes: known.bytes + (sizes.get(id) ?? 0),
      jobs: known.jobs + 1,
      last: Math.max(known.last, finishedAt ?? acceptedAt),
    })
  }
  return [...projects].map(([project, { bytes, jobs, last }]) => ({
    kind: 'logs',
    id: project,
    name: jobs === 1 ? say('name-log') : say('name-logs', { count: jobs }),
    project,
    bytes,
    lastUsedAt: last,
    keptBecause: say('kept-logs'),
  }))
}

function* allJobs(history: Pick<History, 'find'>): Generator<JobSummary> {
  let before: number | undefined
  for (;;) {
    const { jobs } = history.find({ limit: pageSize, ...(before !== undefined && { before }) })
    yield* jobs
    before = jobs.at(-1)?.id
    if (jobs.length < pageSize || before === undefined) return
  }
}
