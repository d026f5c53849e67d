import type { ReactNode } from 'react'

import type { JobDetail, Outcome } from '../../main/contract/job.ts'
import { useNow } from '../ui/use-now.ts'
import { useReader } from '../ui/reader.tsx'
import { JobStatus } from './job-status.tsx'

/** What happened, why, how long, with what. */
export function JobHeadline({ job }: { readonly job: JobDetail }) {
  const { format } = useReader()
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
        {outcome !== undefined && <Why outcome={outcome} />}
      </span>
      {facts.map(([key, fact]) => (
        <span key={key} className="fact soft">
          {fact}
        </span>
      ))}
    </div>
  )
}

function Why({ outcome }: { readonly outcome: Outcome }) {
  const { words, language, inWords } = useReader()
  switch (outcome.result) {
    case 'success':
      return null
    case 'canceled':
      return <span>{words.canceledBy[outcome.by]}</span>
    case 'failed':
      if (outcome.exitCode !== undefined) return <span>{words.exitCode(outcome.exitCode)}</span>
      return (
        <span title={words.reason[outcome.reason]}>
          {/* Words of others stay in English; whoever reads another language learns the reason at least. */}
          {language !== 'en' && inWords(outcome.message) === outcome.message && (
            <>{words.reason[outcome.reason]} · </>
          )}
          {inWords(outcome.message)}
        </span>
      )
  }
}
