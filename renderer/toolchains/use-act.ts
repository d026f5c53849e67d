import { useState } from 'react'

import type { RunnerApi } from '../../main/contract/api.ts'
import type { Connection } from '../state/connection.ts'
import { useReader } from '../ui/reader.tsx'
import { wordsOf } from '../wizard/use-check.ts'

export interface Act {
  readonly trouble: string | undefined
  readonly isBusy: boolean
  /** @returns whether it went well. */
  readonly run: (work: (api: RunnerApi) => Promise<unknown>) => Promise<boolean>
}

/** Does one thing at a time, and keeps what was wrong with it. */
export function useAct(connection: Connection): Act {
  const { inSentences } = useReader()
  const [trouble, setTrouble] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const run = async (work: (api: RunnerApi) => Promise<unknown>) => {
    setTrouble(undefined)
    setBusy(true)
    try {
      await work(await connection.ready(AbortSignal.timeout(10_000)))
      return true
    } catch (error) {
      setTrouble(inSentences(wordsOf(error)))
      return false
    } finally {
      setBusy(false)
    }
  }
  return { trouble, isBusy, run }
}
