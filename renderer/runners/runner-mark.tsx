import type { RunnerHealth } from '../../main/contract/status.ts'
import { AlertIcon, DotShape, FailedShape, HollowShape, PausedShape } from '../ui/icons.tsx'
import { useReader } from '../ui/reader.tsx'

const looks = {
  online: { Shape: DotShape, tone: 'tone-good' },
  offline: { Shape: AlertIcon, tone: 'tone-warn' },
  rejected: { Shape: FailedShape, tone: 'tone-bad' },
  unknown: { Shape: HollowShape, tone: 'tone-none' },
} as const

interface RunnerMarkProps {
  readonly health: RunnerHealth
  readonly paused?: boolean
}

export function RunnerMark({ health, paused = false }: RunnerMarkProps) {
  const { words } = useReader()
  if (paused) {
    return (
      <span className="status tone-none">
        <PausedShape />
        {words.runner.paused}
      </span>
    )
  }
  const { Shape, tone } = looks[health.state]
  return (
    <span className={`status ${tone}`}>
      <Shape />
      {words.runners[health.state]}
    </span>
  )
}
