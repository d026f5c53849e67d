import { useState } from 'react'
import { Button } from 'react-aria-components'

import type { JobDetail } from '../../main/contract/job.ts'
import type { AppStatus } from '../../main/contract/status.ts'
import { ApiError } from '../../main/contract/table.ts'
import type { Connection } from '../state/connection.ts'
import type { WatchedStore } from '../state/watched.ts'
import { OutsideIcon } from '../ui/icons.tsx'
import { useReader } from '../ui/reader.tsx'
import { useReady } from '../ui/use-watched.ts'

interface JobActionsProps {
  readonly job: JobDetail
  readonly connection: Connection
  readonly status: WatchedStore<AppStatus>
}

export function JobActions({ job, connection, status }: JobActionsProps) {
  const { words, inSentences } = useReader()
  const [problem, setProblem] = useState<string>()
  const { phase } = job.state
  const cancel = async () => {
    setProblem(undefined)
    try {
      const api = await connection.ready(AbortSignal.timeout(5000))
      await api.cancelJob({ id: job.id })
    } catch (error) {
      setProblem(error instanceof ApiError ? inSentences(error.message) : words.connection.lost)
    }
  }
  const practice = useReady(status)?.practiceUrl
  const page = webPage(job.url, practice)
  return (
    <div className="job-actions">
      {problem !== undefined && (
        <span role="alert" className="tone-bad">
          {words.job.cancelFailed} {problem}
        </span>
      )}
      {page !== undefined && (
        <a className="button" href={page} target="_blank" rel="noopener noreferrer">
          {words.job.openInGitLab}
          <OutsideIcon />
        </a>
      )}
      {(phase === 'preparing' || phase === 'running' || phase === 'canceling') && (
        <Button className="button danger" isDisabled={phase === 'canceling'} onPress={() => void cancel()}>
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
