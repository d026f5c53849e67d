import type { JobState } from '../../main/contract/job.ts'
import { CanceledShape, FailedShape, PassedShape, RunningShape } from '../ui/icons.tsx'
import { useReader } from '../ui/reader.tsx'

type StatusName = 'preparing' | 'running' | 'canceling' | 'reporting' | 'success' | 'failed' | 'canceled'

export const statusOf = (state: JobState): StatusName =>
  state.phase === 'finished' ? state.outcome.result : state.phase

const looks = {
  preparing: { Shape: RunningShape, tone: 'tone-run' },
  running: { Shape: RunningShape, tone: 'tone-run' },
  canceling: { Shape: RunningShape, tone: 'tone-none' },
  reporting: { Shape: RunningShape, tone: 'tone-run' },
  success: { Shape: PassedShape, tone: 'tone-good' },
  failed: { Shape: FailedShape, tone: 'tone-bad' },
  canceled: { Shape: CanceledShape, tone: 'tone-none' },
} as const

interface JobStatusProps {
  readonly state: JobState
  /** Says the word only to those who hear the page, where a whole column is statuses. */
  readonly quiet?: boolean
}

export function JobStatus({ state, quiet = false }: JobStatusProps) {
  const { words } = useReader()
  const status = statusOf(state)
  const { Shape, tone } = looks[status]
  return (
    <span className={`status ${tone}`} title={quiet ? words.status[status] : undefined}>
      <Shape />
      <span className={quiet ? 'visually-hidden' : undefined}>{words.status[status]}</span>
    </span>
  )
}
