import type { ReactNode } from 'react'
import { Button } from 'react-aria-components'

import { useReader } from '../ui/reader.tsx'

interface StepFrameProps {
  readonly question: string
  readonly lead?: string
  readonly children: ReactNode
  readonly onBack?: () => void
  /** Undefined: nothing to go on with yet. */
  readonly onNext?: (() => void) | undefined
  /** In place of "Continue". */
  readonly next?: ReactNode
  readonly aside?: ReactNode
}

/** One question, the answer, and the way on. */
export function StepFrame({ question, lead, children, onBack, onNext, next, aside }: StepFrameProps) {
  const { words } = useReader()
  return (
    <form
      className="step"
      onSubmit={(event) => {
        event.preventDefault()
        onNext?.()
      }}
    >
      <div className="step-question">
        <h2>{question}</h2>
        {lead !== undefined && <p className="soft">{lead}</p>}
      </div>
      {children}
      <div className="step-actions">
        {next ?? (
          <Button type="submit" className="button primary" isDisabled={onNext === undefined}>
            {words.setup.next}
          </Button>
        )}
        {onBack && (
          <Button className="button" onPress={onBack}>
            {words.setup.back}
          </Button>
        )}
        {aside}
      </div>
    </form>
  )
}
