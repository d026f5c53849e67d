import type { JobSummary } from '../../main/contract/job.ts'
import { JobStatus } from '../job/job-status.tsx'
import { linkTo } from '../state/route.ts'
import { useNow } from '../ui/use-now.ts'
import { useReader } from '../ui/reader.tsx'

export function LatestJob({ job }: { readonly job: JobSummary }) {
  const { format } = useReader()
  const now = useNow(30_000)
  const finishedAt = job.finishedAt ?? job.acceptedAt
  return (
    <li>
      <a className="latest-job" href={linkTo({ page: 'job', id: job.id })}>
        <JobStatus state={job.state} quiet />
        <span className="latest-job-name cut" title={job.name}>
          {job.name}
        </span>
        <span className="soft cut" title={job.project}>
          {job.project}
        </span>
        <span className="soft cut" title={job.ref}>
          {job.ref}
        </span>
        <time
          className="soft number"
          dateTime={new Date(finishedAt).toISOString()}
          title={format.moment(finishedAt)}
        >
          {format.ago(finishedAt, now)}
        </time>
        <span className="number">{format.clock(finishedAt - job.acceptedAt)}</span>
      </a>
    </li>
  )
}
