import type { JobSummary } from '../../main/contract/job.ts'
import { JobStatus } from '../job/job-status.tsx'
import { stageInWords } from '../job/stage-words.ts'
import { linkTo } from '../state/route.ts'
import { useNow } from '../ui/use-now.ts'
import { useReader } from '../ui/reader.tsx'

export function RunningJob({ job }: { readonly job: JobSummary }) {
  const { words, format } = useReader()
  const now = useNow()
  const stage =
    'stage' in job.state && job.state.stage !== undefined ? stageInWords(job.state.stage, words) : undefined
  const facts = [job.project, job.ref, job.image].join(' · ')
  return (
    <li>
      <a className="running-job" href={linkTo({ page: 'job', id: job.id })}>
        <JobStatus state={job.state} quiet />
        <span className="running-job-name cut" title={job.name}>
          {job.name}
        </span>
        <span className="running-job-time">{format.clock(now - job.acceptedAt)}</span>
        <span className="running-job-facts soft cut" title={facts}>
          {facts}
        </span>
        <span className="soft">
          {stage ?? words.status[job.state.phase === 'finished' ? 'success' : job.state.phase]}
        </span>
      </a>
    </li>
  )
}
