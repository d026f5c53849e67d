import type { MouseEvent } from 'react'

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

/** The cells of a row. The name is the link; a click anywhere in the row follows it. */
export function JobRow({ job, now, isCurrent }: JobRowProps) {
  const { words, format, inWords } = useReader()
  const { finishedAt } = job
  const href = linkTo({ page: 'job', id: job.id })
  const failure = failureOf(job)
  const toolchains = (job.toolchains ?? []).map(({ name, version }) => `${name} ${version}`).join(', ')
  const follow = (event: MouseEvent) => {
    const isText = window.getSelection()?.isCollapsed === false
    if (!isText && !(event.target instanceof HTMLAnchorElement)) window.location.hash = href
  }
  return (
    // The link inside is what the keyboard reaches.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions
    <div className="job-row" role="presentation" onClick={follow}>
      <span role="cell">
        <JobStatus state={job.state} quiet />
      </span>
      <span role="cell" className="cut" title={job.name}>
        <a className="job-name" href={href} tabIndex={isCurrent ? 0 : -1}>
          {job.name}
        </a>
      </span>
      <span role="cell" className="soft cut cut-start" title={job.project}>
        <bdi>{job.project}</bdi>
      </span>
      <span role="cell" className="soft cut" title={job.ref}>
        {job.ref}
      </span>
      <span role="cell" className="soft cut toolchain-column" title={toolchains}>
        {toolchains}
      </span>
      <span role="cell" className="soft cut wide-only" title={job.runner}>
        {job.runner}
      </span>
      <span
        role="cell"
        className="soft number"
        title={finishedAt === undefined ? undefined : format.moment(finishedAt)}
      >
        {finishedAt === undefined ? words.jobs.now : format.ago(finishedAt, now)}
      </span>
      <span role="cell" className="number">
        {format.clock((finishedAt ?? now) - job.acceptedAt)}
      </span>
      {failure !== undefined && (
        <span role="cell" className="job-failure soft cut" title={inWords(failure)}>
          {inWords(failure)}
        </span>
      )}
    </div>
  )
}

/** Why it failed, as its log says it. */
export function failureOf({ state }: JobSummary): string | undefined {
  return state.phase === 'finished' && state.outcome.result === 'failed' ? state.outcome.message : undefined
}
