import type { ReactNode } from 'react'

import './progress.css'

interface ProgressRowProps {
  /** In words; names the bar, too. */
  readonly name: string
  readonly isCode?: boolean
  /** From 0 to 1; undefined where nobody knows how much there is. */
  readonly share: number | undefined
  /** What is known besides: how much, how fast, how long still. */
  readonly facts: readonly string[]
  /** What stands in its way. */
  readonly children?: ReactNode
}

/** One thing on its way, for a list of class `progress-rows`. */
export function ProgressRow({ name, isCode = false, share, facts, children }: ProgressRowProps) {
  return (
    <li className="progress-row">
      <span className={isCode ? 'mono cut' : 'cut'} title={name}>
        {name}
      </span>
      <span className="soft">{facts.join(' · ')}</span>
      <progress
        className="progress"
        aria-label={name}
        max={1}
        {...(share !== undefined && { value: share })}
      />
      {children}
    </li>
  )
}
