import type { ReactNode } from 'react'
import { Button } from 'react-aria-components'

import { Notice } from './notice.tsx'
import { useReader } from './reader.tsx'

interface FailedProps {
  readonly children: ReactNode
  /** What went wrong, in the engine's words. */
  readonly why: string
  /** Asks once more; without it the whole page is loaded again, and with it what it listens to. */
  readonly onAgain?: () => void
}

/** What stands where something could not be had, and the way to try once more. */
export function Failed({ children, why, onAgain = () => window.location.reload() }: FailedProps) {
  const { words } = useReader()
  return (
    <Notice
      why={why}
      action={
        <Button className="button" onPress={onAgain}>
          {words.jobs.retry}
        </Button>
      }
    >
      {children}
    </Notice>
  )
}
