import type { ComponentType, ReactNode } from 'react'

import { AlertIcon, FailedShape, PassedShape, RunningShape } from './icons.tsx'

type Kind = 'good' | 'warn' | 'bad' | 'busy'

const looks: Readonly<Record<Kind, { readonly Shape: ComponentType; readonly tone: string }>> = {
  good: { Shape: PassedShape, tone: 'tone-good' },
  warn: { Shape: AlertIcon, tone: 'tone-warn' },
  bad: { Shape: FailedShape, tone: 'tone-bad' },
  busy: { Shape: RunningShape, tone: 'tone-run' },
}

interface VerdictProps {
  readonly is: Kind
  readonly children: ReactNode
}

/** What a check found: shape, colour and words. */
export function Verdict({ is, children }: VerdictProps) {
  const { Shape, tone } = looks[is]
  return (
    <p className="verdict">
      <span className={tone}>
        <Shape />
      </span>
      <span>{children}</span>
    </p>
  )
}
