import type { AppState } from '../state/app-state.ts'
import { activeJobs, latestJobs, type Jobs } from '../state/jobs.ts'
import { linkTo } from '../state/route.ts'
import { Failed } from '../ui/failed.tsx'
import { Notice } from '../ui/notice.tsx'
import { useReader } from '../ui/reader.tsx'
import { useWatched } from '../ui/use-watched.ts'
import { HealthPanel } from './health-panel.tsx'
import { LatestJob } from './latest-job.tsx'
import './overview.css'
import { RunningJob } from './running-job.tsx'
import { Today } from './today.tsx'

export function OverviewPage({ state }: { readonly state: AppState }) {
  const { words } = useReader()
  const jobs = useWatched(state.jobs)
  return (
    <div className="page" data-page="overview">
      <header className="page-head">
        <h1>{words.overview.title}</h1>
      </header>
      <div className="page-body overview">
        <div className="overview-main">
          {jobs.kind === 'ready' && <JobsNow jobs={jobs.value} />}
          {jobs.kind === 'loading' && <Notice>{words.jobs.loading}</Notice>}
          {jobs.kind === 'failed' && <Failed why={jobs.error.message}>{words.jobs.failed}</Failed>}
        </div>
        <aside className="overview-side">
          <Today state={state} />
          <HealthPanel status={state.status} runners={state.runners} />
        </aside>
      </div>
    </div>
  )
}

function JobsNow({ jobs }: { readonly jobs: Jobs }) {
  const { words } = useReader()
  const active = activeJobs(jobs)
  const latest = latestJobs(jobs, 20)
  if (jobs.size === 0) {
    return (
      <Notice
        action={
          <a className="button" href={linkTo({ page: 'runners' })}>
            {words.overview.seeRunners}
          </a>
        }
      >
        {words.overview.neverRan}
      </Notice>
    )
  }
  return (
    <>
      <section>
        <h2>{words.overview.runningNow}</h2>
        {active.length === 0 ? (
          <p className="soft overview-quiet">{words.overview.nothingRuns}</p>
        ) : (
          <ul className="running-jobs">
            {active.map((job) => (
              <RunningJob key={job.id} job={job} />
            ))}
          </ul>
        )}
      </section>
      {latest.length > 0 && (
        <section>
          <div className="section-head">
            <h2>{words.overview.latest}</h2>
            <a className="text-link" href={linkTo({ page: 'jobs' })}>
              {words.overview.all}
            </a>
          </div>
          <ul className="latest-jobs">
            {latest.map((job) => (
              <LatestJob key={job.id} job={job} />
            ))}
          </ul>
        </section>
      )}
    </>
  )
}
