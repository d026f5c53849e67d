import { useMemo, type ReactNode } from 'react'
import { useStore } from 'zustand'

import { ansiText } from '../../main/contract/ansi.ts'
import {
  explainFailure,
  type Explanation,
  type ExplanationKind,
} from '../../main/contract/explain-failure.ts'
import type { JobDetail } from '../../main/contract/job.ts'
import { hasRunOut } from '../../main/contract/resources.ts'
import type { LogDocument } from '../log/log-document.ts'
import type { Connection } from '../state/connection.ts'
import type { LogStore } from '../state/log.ts'
import { linkTo } from '../state/route.ts'
import { Diagnosis } from '../toolchains/diagnosis.tsx'
import { AlertIcon } from '../ui/icons.tsx'
import { useReader } from '../ui/reader.tsx'
import { RanOut } from './resources.tsx'

interface WhatThisMeansProps {
  readonly job: JobDetail
  readonly log: LogStore
  readonly connection: Connection
}

const ofMemory: ReadonlySet<string> = new Set<ExplanationKind>(['out-of-memory', 'killed'])

// What ended the script stands near its end.
const looksBack = 400

/** The cause of a failure that is known, and what to do about it. */
export function WhatThisMeans({ job, log, connection }: WhatThisMeansProps) {
  const { words, gap } = useReader()
  const document = useStore(log, (state) => state.document)
  const ended = useStore(log, (state) => state.ended)
  const found = useMemo(() => (ended ? explain(job, document) : undefined), [job, document, ended])
  if (found === undefined) return null
  const { cause, remedy } = words.failures.kinds[found.kind]
  const program = found.facts['program']
  const known = (
    <>
      <p>
        <WithFacts text={cause} facts={found.facts} />
        {ofMemory.has(found.kind) && (
          <>
            {gap}
            <RanOut resources={job.resources} />
          </>
        )}
      </p>
      <p className="soft">{remedy}</p>
    </>
  )
  return (
    <section className="explanation" aria-labelledby="explanation-title">
      <AlertIcon />
      <div>
        <h2 id="explanation-title">{words.failures.title}</h2>
        {program === undefined || (job.toolchains ?? []).length === 0 ? (
          known
        ) : (
          <Diagnosis job={job} program={program} connection={connection}>
            {known}
          </Diagnosis>
        )}
      </div>
      {found.line !== undefined && (
        <a className="button" href={linkTo({ page: 'job', id: job.id, line: found.line + 1 })}>
          {words.failures.showLine}
        </a>
      )}
    </section>
  )
}

/** @returns with `line` as a line of the whole log, from 0. */
function explain(job: JobDetail, document: LogDocument): Explanation | undefined {
  if (job.state.phase !== 'finished' || job.state.outcome.result !== 'failed') return undefined
  const { reason, message, exitCode } = job.state.outcome
  const { lines } = document
  const from = Math.max(0, lines.length - looksBack)
  const last = Array.from({ length: lines.length - from }, (_, index) => ansiText(lines.at(from + index)))
  const found = explainFailure({
    reason,
    message,
    lines: last,
    ...(exitCode !== undefined && { exitCode }),
    ranOut: job.resources !== undefined && hasRunOut(job.resources),
  })
  return found?.line === undefined ? found : { ...found, line: found.line + from }
}

interface WithFactsProps {
  readonly text: string
  readonly facts: Explanation['facts']
}

/** Puts facts, which are words of the log and so mere text, in the places of a sentence. */
function WithFacts({ text, facts }: WithFactsProps): ReactNode {
  const { words } = useReader()
  const unknown: Readonly<Record<string, string>> = { ...words.failures.unknown }
  return text.split(/\{(\w+)\}/).map((piece, index) => {
    if (index % 2 === 0) return piece
    const fact = facts[piece]
    const stand = unknown[piece] ?? ''
    // A sentence that begins with what is not known still begins as sentences do.
    const begins = index === 1 && text.startsWith('{')
    if (fact === undefined) return begins ? stand.charAt(0).toUpperCase() + stand.slice(1) : stand
    // Places of a sentence have no other identity than their order.
    // oxlint-disable-next-line react/no-array-index-key
    return <code key={index}>{fact}</code>
  })
}
