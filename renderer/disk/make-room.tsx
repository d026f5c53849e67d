import { useState } from 'react'
import { Button } from 'react-aria-components'

import type { Pruned } from '../../main/contract/disk.ts'
import { ApiError } from '../../main/contract/table.ts'
import type { Connection } from '../state/connection.ts'
import { useReader } from '../ui/reader.tsx'

interface MakeRoomProps {
  readonly connection: Connection
  /** What would go, once it was asked for. */
  readonly plan: Pruned | undefined
  readonly onPlan: (plan: Pruned | undefined) => void
  readonly onDone: () => void
}

/** What is gone is gone, so the extent is shown before: first what would go, then the button that does it. */
export function MakeRoom({ connection, plan, onPlan, onDone }: MakeRoomProps) {
  const { words, format, inSentences } = useReader()
  const [said, setSaid] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const ask = async (act: 'planPrune' | 'pruneDisk') => {
    setBusy(true)
    setSaid(undefined)
    try {
      const api = await connection.ready(AbortSignal.timeout(5000))
      const answer = await api[act]({ downTo: 0 })
      if (act === 'planPrune' && answer.items.length > 0) onPlan(answer)
      else {
        onPlan(undefined)
        setSaid(
          [
            act === 'planPrune' ? words.disk.allKept : words.disk.freed(format.bytes(answer.bytes)),
            ...answer.problems.map((problem) => inSentences(problem)),
          ].join(' '),
        )
        if (act === 'pruneDisk') onDone()
      }
    } catch (error) {
      setSaid(error instanceof ApiError ? inSentences(error.message) : words.connection.lost)
    }
    setBusy(false)
  }
  return (
    <span className="make-room">
      {said !== undefined && (
        <span className="soft" role="status">
          {said}
        </span>
      )}
      {plan === undefined ? (
        <Button className="button" isDisabled={isBusy} onPress={() => void ask('planPrune')}>
          {isBusy ? words.disk.working : words.disk.makeRoom}
        </Button>
      ) : (
        <>
          <Button className="button" onPress={() => onPlan(undefined)}>
            {words.disk.keep}
          </Button>
          <Button className="button danger" isDisabled={isBusy} onPress={() => void ask('pruneDisk')}>
            {isBusy ? words.disk.working : words.disk.remove(plan.items.length, format.bytes(plan.bytes))}
          </Button>
        </>
      )}
    </span>
  )
}
