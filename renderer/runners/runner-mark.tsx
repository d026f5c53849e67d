import type { RunnerHealth } from '../../main/contract/status.ts'
import { AlertIcon, DotShape, FailedShape, HollowShape } from '../ui/icons.tsx'
import { useReader } from '../ui/reader.tsx'

const looks = {
  online: { Shape: DotShape, tone: 'tone-good' },
  offline: { Shape: AlertIcon, tone: 'tone-warn' },
  rejected: { Shape: FailedShape, tone: 'tone-bad' },
  unknown: { Shape: HollowShape, tone: 'tone-none' },
} as const

export function RunnerMark({ health }: { readonly health: RunnerHealth }) {
  const { words } = useReader()
  const { Shape, tone } = looks[health.state]
  return (
    <span className={`status ${tone}`}>
      <Shape />
      {words.runners[health.state]}
    </span>
  )
}
