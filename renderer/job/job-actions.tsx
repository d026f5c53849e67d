import { Button } from 'react-aria-components'

import type { JobDetail } from '../../main/contract/job.ts'
import { useStore } from 'zustand'

import { ApiError } from '../../main/contract/table.ts'
import type { AppState } from '../state/app-state.ts'
import { OutsideIcon } from '../ui/icons.tsx'
import { useReader } from '../ui/reader.tsx'
import { useKeptFocus } from '../ui/use-kept-focus.ts'
import { useReady } from '../ui/use-watched.ts'

interface JobActionsProps {
  readonly job: JobDetail
  readonly state: Pick<AppState, 'connection' | 'grace' | 'status'>
}

export function JobActions({ job, state }: JobActionsProps) {
  const { words } = useReader()
  const { connection, grace } = state
  const { id, name } = job
  const { phase } = job.state
  const key = `cancel ${id}`
  const isGoing = useStore(grace.held, (held) =>
    held.some((one) => one.key === key && one.phase.kind !== 'failed'),
  )
  const cancel = () =>
    grace.ask({
      key,
      text: words.job.cancelSoon(name),
      act: async () => {
        const api = await connection.ready(AbortSignal.timeout(5000))
        // A job that has ended meanwhile needs no cancelling.
        await api.cancelJob({ id }).catch((error: unknown) => {
          if (!(error instanceof ApiError && error.code === 'conflict')) throw error
        })
      },
    })
  const keep = async () => (await connection.ready(AbortSignal.timeout(5000))).holdJob({ id })
  const practice = useReady(state.status)?.practiceUrl
  const page = webPage(job.url, practice)
  const kept = useKeptFocus<HTMLDivElement>(`${phase} ${isGoing} ${job.kept !== undefined}`)
  const isActive = phase === 'preparing' || phase === 'running' || phase === 'canceling'
  return (
    <div className="job-actions" role="group" aria-label={name} {...kept}>
      {page !== undefined && (
        <a
          className="button"
          title={words.job.openInGitLab}
          href={page}
          target="_blank"
          rel="noopener noreferrer"
        >
          <span className="outside-text">{words.job.openInGitLab}</span>
          <OutsideIcon />
        </a>
      )}
      {isActive && job.kept === undefined && (
        // A lost connection says so itself.
        <Button className="button" onPress={() => void keep().catch(() => {})}>
          {words.kept.hold}
        </Button>
      )}
      {isActive && (
        <Button className="button danger" isDisabled={isGoing || phase === 'canceling'} onPress={cancel}>
          {phase === 'canceling' ? words.job.canceling : words.job.cancel}
        </Button>
      )}
    </div>
  )
}

/** A server's word becomes a link only if it is a page of the web; the practice GitLab has no pages to open. */
function webPage(url: string | undefined, practice: string | undefined): string | undefined {
  const parsed = url === undefined ? null : URL.parse(url)
  if (practice !== undefined && parsed?.origin === URL.parse(practice)?.origin) return undefined
  return parsed?.protocol === 'https:' || parsed?.protocol === 'http:' ? parsed.href : undefined
}
