import { useEffect, useState } from 'react'
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components'

import type { JobDetail } from '../../main/contract/job.ts'
import { LogView } from '../log/log-view.tsx'
import type { AppState } from '../state/app-state.ts'
import { createJobState, type JobPageState } from '../state/job-page.ts'
import { linkTo, type LogPlace } from '../state/route.ts'
import { Notice } from '../ui/notice.tsx'
import { useReader } from '../ui/reader.tsx'
import { useTitle } from '../ui/use-title.ts'
import { useWatched } from '../ui/use-watched.ts'
import { JobActions } from './job-actions.tsx'
import { JobDetails } from './job-details.tsx'
import { WhatThisMeans } from './explanation.tsx'
import { JobHeadline } from './job-headline.tsx'
import { statusOf } from './job-status.tsx'
import './job.css'
import { PullList } from './pull-list.tsx'
import { KeptJob } from './kept-job.tsx'
import { StageTimeline } from './stage-timeline.tsx'
import { BackIcon } from '../ui/icons.tsx'
import { Transfers } from './transfers.tsx'

/** To be given its id as `key`: it follows one job for as long as it is shown. */
interface JobPageProps {
  readonly id: number
  readonly line: LogPlace | undefined
  readonly app: Pick<AppState, 'connection' | 'grace' | 'status'>
}

export function JobPage({ id, line, app }: JobPageProps) {
  const [{ state, left }] = useState(() => {
    const left = new AbortController()
    return { left, state: createJobState(app.connection, id, left.signal) }
  })
  useEffect(() => () => left.abort(), [left])
  return (
    <div className="page" data-page="job">
      <Watching state={state} line={line} app={app} />
    </div>
  )
}

interface WatchingProps {
  readonly state: JobPageState
  readonly line: LogPlace | undefined
  readonly app: JobPageProps['app']
}

function Watching({ state, line, app }: WatchingProps) {
  const { words } = useReader()
  const watched = useWatched(state.job)
  if (watched.kind === 'ready') {
    return <JobShown job={watched.value} state={state} line={line} app={app} />
  }
  return (
    <>
      <header className="page-head">
        <BackToJobs />
        <h1>{words.job.title}</h1>
      </header>
      <div className="page-body">
        {watched.kind === 'loading' ? (
          <Notice>{words.job.loading}</Notice>
        ) : (
          <Notice
            why={watched.error.code === 'not-found' ? undefined : watched.error.message}
            action={
              <a className="button" href={linkTo({ page: 'jobs' })}>
                {words.jobs.showAll}
              </a>
            }
          >
            {watched.error.code === 'not-found' ? words.job.gone : words.job.failed}
          </Notice>
        )}
      </div>
    </>
  )
}

function JobShown({ job, state, line, app }: WatchingProps & { readonly job: JobDetail }) {
  const { words } = useReader()
  useTitle(`${job.name} #${job.gitlabId}`)
  return (
    <>
      <header className="job-head">
        <BackToJobs />
        <h1 className="cut">{job.name}</h1>
        <span className="soft">#{job.gitlabId}</span>
        <JobActions job={job} state={app} />
      </header>
      <p className="visually-hidden" role="status">
        {job.name}: {words.status[statusOf(job.state)]}
      </p>
      <JobHeadline job={job} />
      <StageTimeline job={job} />
      {job.pulls !== undefined && job.pulls.length > 0 && <PullList pulls={job.pulls} />}
      <Transfers job={job} />
      <KeptJob job={job} state={app} />
      <WhatThisMeans job={job} log={state.log} connection={app.connection} />
      <Tabs className="job-tabs">
        <TabList aria-label={job.name} className="tab-list">
          <Tab id="log" className="tab">
            {words.job.log}
          </Tab>
          <Tab id="details" className="tab">
            {words.job.details}
          </Tab>
        </TabList>
        <TabPanel id="log" className="tab-panel log-panel">
          <LogView job={job} log={state.log} line={line} />
        </TabPanel>
        <TabPanel id="details" className="tab-panel details-panel">
          <JobDetails job={job} />
        </TabPanel>
      </Tabs>
    </>
  )
}

function BackToJobs() {
  const { words } = useReader()
  return (
    <a className="back-link soft" href={linkTo({ page: 'jobs' })}>
      <BackIcon />
      {words.job.back}
    </a>
  )
}
