import type { JobSummary } from '../../main/contract/job.ts'
import { JobStatus } from '../job/job-status.tsx'
import { linkTo } from '../state/route.ts'
import { useReader } from '../ui/reader.tsx'

interface JobRowProps {
  readonly job: JobSummary
  readonly now: number
  /** The one row that the Tab key reaches. */
  readonly isCurrent: boolean
}

export function JobRow({ job, now, isCurrent }: JobRowProps) {
  const { words, format } = useReader()
  const { finishedAt } = job
  return (
    <a className="job-row" href={linkTo({ page: 'job', id: job.id })} tabIndex={isCurrent ? 0 : -1}>
      <JobStatus state={job.state} quiet />
      <span className="job-name cut">{job.name}</span>
      <span className="soft cut" title={job.project}>
        {job.project}
      </span>
      <span className="soft cut">{job.ref}</span>
      <span className="soft cut wide-only">{job.runner}</span>
      <span className="soft number" title={finishedAt === undefined ? undefined : format.moment(finishedAt)}>
        {finishedAt === undefined ? words.jobs.now : format.ago(finishedAt, now)}
      </span>
      <span className="number">{format.clock((finishedAt ?? now) - job.acceptedAt)}</span>
      <span className="job-failure soft cut">{failureOf(job)}</span>
    </a>
  )
}

/** Why it failed, as its log says it. */
export function failureOf({ state }: JobSummary): string | undefined {
  return state.phase === 'finished' && state.outcome.result === 'failed' ? state.outcome.message : undefined
}
