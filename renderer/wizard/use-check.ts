import { useEffect, useState } from 'react'

import type { RunnerApi } from '../../main/contract/api.ts'
import { ApiError } from '../../main/contract/table.ts'
import type { Connection } from '../state/connection.ts'

/** What the engine says to what is being typed. */
export type Checked<T> =
  | { readonly kind: 'idle' }
  | { readonly kind: 'asking' }
  | { readonly kind: 'answered'; readonly answer: T }
  | { readonly kind: 'failed'; readonly why: string }

/**
 * Asks the engine about a value once it has rested for `restMs`; only the answer to the latest value counts.
 * @param question JSON of what is asked about; undefined asks nothing.
 */
export function useCheck<T>(
  connection: Connection,
  question: string | undefined,
  ask: (api: RunnerApi) => Promise<T>,
  restMs = 400,
): Checked<T> {
  const [checked, setChecked] = useState<Checked<T> & { readonly of?: string }>({ kind: 'idle' })
  useEffect(() => {
    if (question === undefined) return
    const left = new AbortController()
    const timer = setTimeout(() => {
      connection
        .ready(left.signal)
        .then(ask)
        .then(
          (answer) => {
            if (!left.signal.aborted) setChecked({ kind: 'answered', answer, of: question })
          },
          (error: unknown) => {
            if (!left.signal.aborted) setChecked({ kind: 'failed', why: wordsOf(error), of: question })
          },
        )
    }, restMs)
    return () => {
      clearTimeout(timer)
      left.abort()
    }
    // `ask` is made anew with every drawing; the question says everything it depends on.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [connection, question, restMs])
  if (question === undefined) return { kind: 'idle' }
  return checked.of === question ? checked : { kind: 'asking' }
}

export const wordsOf = (error: unknown) => (error instanceof ApiError ? error.message : String(error))
