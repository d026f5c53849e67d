import type { ReactNode } from 'react'

import type { JobDetail, Outcome, ToolchainUse } from '../../main/contract/job.ts'
import { inWords as nameOf } from '../../main/contract/toolchain.ts'
import { linkTo } from '../state/route.ts'
import { useNow } from '../ui/use-now.ts'
import { useReader } from '../ui/reader.tsx'
import { JobStatus } from './job-status.tsx'
import { resourceFacts } from './resources.tsx'

/** What happened, why, how long, with what. */
export function JobHeadline({ job }: { readonly job: JobDetail }) {
  const { words, format } = useReader()
  const now = useNow(1000, job.finishedAt === undefined)
  const outcome = 'outcome' in job.state ? job.state.outcome : undefined
  const facts: readonly (readonly [string, ReactNode])[] = [
    ['took', format.duration((job.finishedAt ?? now) - job.acceptedAt)],
    ...resourceFacts(job, { words, format }).map((fact) => [fact, fact] as const),
    ['runner', job.runner],
    ['project', job.project],
    ['ref', job.ref],
    ['sha', <code key="sha">{job.sha.slice(0, 8)}</code>],
    ['image', <code key="image">{job.image}</code>],
    ...(job.toolchains ?? []).map((use) => [nameOf(use), <Toolchain key={nameOf(use)} use={use} />] as const),
  ]
  return (
    <div className="job-headline">
      <div className="job-facts">
        <div>
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
      </div>
    </div>
  )
}

/** Which version, and with which content. */
function Toolchain({ use: { name, version, fingerprint } }: { readonly use: ToolchainUse }) {
  return (
    <a className="text-link" href={linkTo({ page: 'toolchain', name, version })} title={fingerprint}>
      {name} {version}
      {fingerprint !== undefined && ` (${fingerprint.slice(0, 4)}…)`}
    </a>
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
