import type { ShelvedVersion } from '../../main/contract/toolchain.ts'
import { inWords } from '../../main/contract/toolchain.ts'
import { JobStatus } from '../job/job-status.tsx'
import { everything, type History } from '../state/history.ts'
import { linkTo } from '../state/route.ts'
import { useNow } from '../ui/use-now.ts'
import { useReader } from '../ui/reader.tsx'

interface JobsWithProps {
  readonly version: ShelvedVersion
  readonly history: History
}

/** The latest jobs that worked with it. */
export function JobsWith({ version, history }: JobsWithProps) {
  const { words, format } = useReader()
  const now = useNow(30_000)
  const { jobs, jobCount, form } = version
  return (
    <section className="toolchain-part">
      <div className="row-between">
        <h2>{words.toolchains.latestJobs}</h2>
        {jobCount > jobs.length && (
          <a
            className="text-link"
            href={linkTo({ page: 'jobs' })}
            onClick={() => history.search({ ...everything, toolchain: inWords(form) })}
          >
            {words.toolchains.jobs(jobCount)}
          </a>
        )}
      </div>
      {jobs.length === 0 && <p className="soft">{words.toolchains.noJobs}</p>}
      <ul className="plain-rows">
        {jobs.map((job) => (
          <li key={job.id}>
            <JobStatus state={job.state} quiet />
            <a className="job-name cut" title={job.name} href={linkTo({ page: 'job', id: job.id })}>
              {job.name}
            </a>
            <span className="soft cut job-of" title={job.project}>
              {job.project}
            </span>
            <span className="soft">
              {job.finishedAt === undefined ? words.jobs.now : format.ago(job.finishedAt, now)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
