import type { ReactNode } from 'react'

import type { JobDetail, Outcome } from '../../main/contract/job.ts'
import { useNow } from '../ui/use-now.ts'
import { useReader } from '../ui/reader.tsx'
import type { Words } from '../words/en.ts'
import { JobStatus } from './job-status.tsx'

/** What happened, why, how long, with what. */
export function JobHeadline({ job }: { readonly job: JobDetail }) {
  const { words, format } = useReader()
  const now = useNow(1000, job.finishedAt === undefined)
  const outcome = 'outcome' in job.state ? job.state.outcome : undefined
  const facts: readonly (readonly [string, ReactNode])[] = [
    ['took', format.duration((job.finishedAt ?? now) - job.acceptedAt)],
    ['runner', job.runner],
    ['project', job.project],
    ['ref', job.ref],
    ['sha', <code key="sha">{job.sha.slice(0, 8)}</code>],
    ['image', <code key="image">{job.image}</code>],
  ]
  return (
    <div className="job-headline">
      <span className="job-outcome">
        <JobStatus state={job.state} />
        {outcome !== undefined && <Why outcome={outcome} words={words} />}
      </span>
      {facts.map(([key, fact]) => (
        <span key={key} className="fact soft">
          {fact}
        </span>
      ))}
    </div>
  )
}

function Why({ outcome, words }: { readonly outcome: Outcome; readonly words: Words }) {
  switch (outcome.result) {
    case 'success':
      return null
    case 'canceled':
      return <span>{words.canceledBy[outcome.by]}</span>
    case 'failed':
      if (outcome.exitCode !== undefined) return <span>{words.exitCode(outcome.exitCode)}</span>
      return <span title={words.reason[outcome.reason]}>{outcome.message}</span>
  }
}
