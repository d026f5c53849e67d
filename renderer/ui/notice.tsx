import type { ReactNode } from 'react'

import { useReader } from './reader.tsx'

interface NoticeProps {
  readonly children: ReactNode
  /** What went wrong, in the engine's words. */
  readonly why?: string | undefined
  readonly action?: ReactNode
}

/** What stands where nothing can stand: one sentence, one action. */
export function Notice({ children, why, action }: NoticeProps) {
  const { inSentences } = useReader()
  return (
    <div className="notice" role="status">
      <p>{children}</p>
      {why !== undefined && <p className="why">{inSentences(why)}</p>}
      {action}
    </div>
  )
}
