import { useCallback, useEffect, useEffectEvent, useState } from 'react'

import type { RunnerApi } from '../../main/contract/api.ts'
import { ApiError } from '../../main/contract/table.ts'
import type { Connection } from '../state/connection.ts'

export interface Answer<T> {
  /** What was answered last; stays while the next answer is on its way. */
  readonly value: T | undefined
  readonly error: string | undefined
  readonly isAsking: boolean
  readonly askAgain: () => void
  /** Puts in what another call has answered. */
  readonly put: (value: T) => void
}

/** Asks the engine once, and again whenever `subject` changes; who leaves waits no longer. */
export function useAnswer<T>(
  connection: Connection,
  ask: (api: RunnerApi, left: AbortSignal) => Promise<T>,
  subject = '',
): Answer<T> {
  const [value, put] = useState<T>()
  const [error, setError] = useState<string>()
  const [isAsking, setAsking] = useState(true)
  const [round, setRound] = useState(0)
  const question = useEffectEvent(ask)
  useEffect(() => {
    const left = new AbortController()
    const run = async () => {
      setAsking(true)
      try {
        const answer = await question(await connection.ready(left.signal), left.signal)
        if (left.signal.aborted) return
        put(() => answer)
        setError(undefined)
      } catch (cause) {
        if (left.signal.aborted) return
        setError(cause instanceof ApiError ? cause.message : String(cause))
      }
      setAsking(false)
    }
    void run()
    return () => left.abort()
    // Another subject, or another round, is another question.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [connection, subject, round])
  const askAgain = useCallback(() => setRound((before) => before + 1), [])
  return { value, error, isAsking, askAgain, put: useCallback((next: T) => put(() => next), []) }
}
