import { AlertIcon, DotShape, HollowShape, PausedShape } from '../ui/icons.tsx'
import type { Health } from './health.ts'

const looks = {
  well: { Shape: DotShape, tone: 'tone-good' },
  paused: { Shape: PausedShape, tone: 'tone-warn' },
  attention: { Shape: AlertIcon, tone: 'tone-bad' },
  starting: { Shape: HollowShape, tone: 'tone-none' },
} as const

interface HealthMarkProps {
  readonly health: Health
  readonly children: string
  /** The word in the colour of the shape, too: where it stands among other marks. */
  readonly toned?: boolean
}

export function HealthMark({ health, children, toned = false }: HealthMarkProps) {
  const { Shape, tone } = looks[health]
  return (
    <span className={toned ? `status ${tone}` : 'status'}>
      <span className={`status ${tone}`}>
        <Shape />
      </span>
      <span>{children}</span>
    </span>
  )
}
