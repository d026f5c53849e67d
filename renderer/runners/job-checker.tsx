import { useState } from 'react'

import { expandTags, readTags, wouldCome } from '../../main/contract/job-match.ts'
import type { ServerFacts } from '../../main/contract/runner-file.ts'
import type { Connection } from '../state/connection.ts'
import { CheckBox } from '../ui/check-box.tsx'
import { Field } from '../ui/field.tsx'
import { useReader } from '../ui/reader.tsx'
import { Verdict } from '../ui/verdict.tsx'
import { matchWords } from './match-words.ts'
import { RecentJobs } from './recent-jobs.tsx'

interface JobCheckerProps {
  readonly facts: ServerFacts | undefined
  readonly runnerKey: string
  readonly connection: Connection
}

/** Would this job come here? With what GitLab said of the runner, where it was asked; else as typed. */
export function JobChecker({ facts, runnerKey, connection }: JobCheckerProps) {
  const { words } = useReader()
  const { checker, server } = words.runner
  const known = facts?.state === 'known' ? facts : undefined
  const [jobTags, setJobTags] = useState('')
  const [variables, setVariables] = useState('')
  const [isProtected, setIsProtected] = useState(false)
  const [isMergeRequest, setIsMergeRequest] = useState(false)
  const [runnerTags, setRunnerTags] = useState(known?.tags.join(', ') ?? '')
  const [runUntagged, setRunUntagged] = useState(known?.runUntagged ?? true)
  const [takesProtected, setTakesProtected] = useState(known?.protected ?? false)
  const runner = {
    tags: readTags(runnerTags),
    runUntagged,
    protected: takesProtected,
    paused: known?.paused ?? false,
  }
  const match = wouldCome(
    { tags: expandTags(readTags(jobTags), readVariables(variables)), isProtected, isMergeRequest },
    runner,
  )
  return (
    <div className="checker">
      <p className="soft">{checker.lead}</p>
      <div className="field-pair">
        <div className="step-fields">
          <Field label={checker.jobTags} hint={checker.jobTagsHint} value={jobTags} onChange={setJobTags} />
          <Field
            label={checker.variables}
            hint={checker.variablesHint}
            value={variables}
            onChange={setVariables}
          />
          <CheckBox isSelected={isProtected} onChange={setIsProtected}>
            {checker.isProtected}
          </CheckBox>
          <CheckBox isSelected={isMergeRequest} onChange={setIsMergeRequest}>
            {checker.isMergeRequest}
          </CheckBox>
        </div>
        <div className="step-fields">
          <Field label={checker.runnerTags} value={runnerTags} onChange={setRunnerTags} />
          <CheckBox isSelected={runUntagged} onChange={setRunUntagged}>
            {server.untagged}
          </CheckBox>
          <CheckBox isSelected={takesProtected} onChange={setTakesProtected}>
            {server.protected}
          </CheckBox>
        </div>
      </div>
      <div role="status">
        <Verdict is={match.comes ? 'good' : 'bad'}>{matchWords(match, checker)}</Verdict>
      </div>
      <RecentJobs
        // A token that was given meanwhile may ask now.
        key={known === undefined ? 'unknown' : 'known'}
        runner={runner}
        runnerKey={runnerKey}
        connection={connection}
      />
    </div>
  )
}

function readVariables(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readTags(text).map((entry) => {
      const at = entry.indexOf('=')
      return at < 0 ? [entry, ''] : [entry.slice(0, at).trim(), entry.slice(at + 1).trim()]
    }),
  )
}
