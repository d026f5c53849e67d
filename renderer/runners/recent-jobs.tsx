import { wouldCome, type OfferedRunner } from '../../main/contract/job-match.ts'
import type { RecentJobTags } from '../../main/contract/runner-file.ts'
import type { Connection } from '../state/connection.ts'
import { linkTo } from '../state/route.ts'
import { useAnswer } from '../ui/use-answer.ts'
import { useReader } from '../ui/reader.tsx'
import { Verdict } from '../ui/verdict.tsx'
import { matchWords } from './match-words.ts'

interface RecentJobsProps {
  /** As it would be. */
  readonly runner: OfferedRunner
  readonly runnerKey: string
  readonly connection: Connection
}

/** Which of the jobs that came here lately would still come to the runner as it is being thought of. */
export function RecentJobs({ runner, runnerKey, connection }: RecentJobsProps) {
  const { words, inSentences, gap } = useReader()
  const { recent } = words.runner.checker
  const asked = useAnswer(connection, (api) => api.readJobTags({ key: runnerKey }), runnerKey)
  return (
    <section className="recent-jobs" aria-labelledby="recent-jobs">
      <h2 id="recent-jobs">{recent.title}</h2>
      {asked.value === undefined && asked.error === undefined && <Verdict is="busy">{recent.asking}</Verdict>}
      {asked.error !== undefined && <Verdict is="bad">{inSentences(asked.error)}</Verdict>}
      {asked.value?.state === 'token-needed' && <p className="soft">{recent.tokenNeeded}</p>}
      {asked.value?.state === 'refused' && (
        <Verdict is="warn">
          {recent.refused}
          {gap}
          {inSentences(asked.value.problem)}
          {gap}
          <span className="soft">{recent.refusedRemedy}</span>
        </Verdict>
      )}
      {asked.value?.state === 'known' && <Table known={asked.value} runner={runner} />}
    </section>
  )
}

interface TableProps {
  readonly known: Extract<RecentJobTags, { state: 'known' }>
  readonly runner: OfferedRunner
}

function Table({ known: { jobs, unseen }, runner }: TableProps) {
  const { words } = useReader()
  const { checker } = words.runner
  const { recent } = checker
  if (jobs.length === 0) return <p className="soft">{recent.none}</p>
  const rows = jobs.map((job) => ({
    job,
    // They came here, so that only what is being changed can keep them away.
    match: wouldCome(
      { tags: job.tags, isProtected: true, isMergeRequest: job.ref.startsWith('refs/merge-requests/') },
      runner,
    ),
  }))
  const away = rows.filter(({ match }) => !match.comes).length
  return (
    <>
      <div role="status">
        <Verdict is={away === 0 ? 'good' : 'warn'}>{recent.sum(rows.length - away, rows.length)}</Verdict>
      </div>
      <table className="recent-table">
        <tbody>
          {rows.map(({ job, match }) => (
            <tr key={job.id}>
              <th scope="row">
                <a className="text-link" href={linkTo({ page: 'job', id: job.id })}>
                  {job.name}
                </a>
                <span className="soft"> {job.project}</span>
              </th>
              <td className="mono">{job.tags.join(', ') || recent.untagged}</td>
              <td>
                <Verdict is={match.comes ? 'good' : 'bad'}>
                  {match.comes ? recent.stays : matchWords(match, checker)}
                </Verdict>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {unseen > 0 && <p className="hint">{recent.unseen(unseen)}</p>}
    </>
  )
}
