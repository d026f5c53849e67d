import { useState } from 'react'
import { Button } from 'react-aria-components'

import type { Connection } from '../state/connection.ts'
import type { SetupAnswers } from '../state/setup.ts'
import { useReader } from '../ui/reader.tsx'
import { Verdict } from '../ui/verdict.tsx'
import { wordsOf } from './use-check.ts'

interface PractiseProps {
  readonly connection: Connection
  readonly answers: SetupAnswers
}

/** The way past server and token, for whoever wants to see it work first. */
export function Practise({ connection, answers }: PractiseProps) {
  const { words, inSentences } = useReader()
  const [phase, setPhase] = useState<'idle' | 'starting' | { readonly why: string }>('idle')
  const start = async () => {
    setPhase('starting')
    try {
      await answers.kept()
      const api = await connection.ready(new AbortController().signal)
      await api.startPractice(undefined)
      answers.reload()
    } catch (error) {
      setPhase({ why: wordsOf(error) })
    }
  }
  return (
    <div className="practise">
      <Button className="button" isDisabled={phase === 'starting'} onPress={() => void start()}>
        {words.setup.practise}
      </Button>
      <div className="hint" role="status">
        {phase === 'idle' && words.setup.practiceHint}
        {phase === 'starting' && <Verdict is="busy">{words.setup.practising}</Verdict>}
        {typeof phase === 'object' && <Verdict is="bad">{inSentences(phase.why)}</Verdict>}
      </div>
    </div>
  )
}
