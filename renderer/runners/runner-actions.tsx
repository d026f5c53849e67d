import { useState } from 'react'
import { Button } from 'react-aria-components'
import { useStore } from 'zustand'

import type { RunnerApi } from '../../main/contract/api.ts'
import type { RunnerSummary } from '../../main/contract/status.ts'
import type { AppState } from '../state/app-state.ts'
import { linkTo } from '../state/route.ts'
import { useReader } from '../ui/reader.tsx'
import { wordsOf } from '../wizard/use-check.ts'

interface RunnerActionsProps {
  readonly runner: RunnerSummary
  readonly state: Pick<AppState, 'connection' | 'grace'>
}

export function RunnerActions({ runner, state: { connection, grace } }: RunnerActionsProps) {
  const { words, inSentences } = useReader()
  const [trouble, setTrouble] = useState<string>()
  const { key, name, paused, running } = runner
  const removal = `remove runner ${key}`
  const isGoing = useStore(grace.held, (held) =>
    held.some((one) => one.key === removal && one.phase.kind !== 'failed'),
  )
  const act = async (work: (api: RunnerApi) => Promise<void>) => {
    setTrouble(undefined)
    try {
      await work(await connection.ready(AbortSignal.timeout(5000)))
    } catch (error) {
      setTrouble(`${words.runner.actionFailed} ${inSentences(wordsOf(error))}`)
    }
  }
  const remove = () => {
    grace.ask({
      key: removal,
      text: `${words.runner.removing(name)} ${words.runner.removeRunning(running)}`,
      act: async () => (await connection.ready(AbortSignal.timeout(5000))).removeRunner({ key }),
    })
    window.location.hash = linkTo({ page: 'runners' })
  }
  return (
    <div className="job-actions">
      {trouble !== undefined && (
        <span className="tone-bad" role="alert">
          {trouble}
        </span>
      )}
      <Button
        className="button"
        onPress={() => void act((api) => (paused ? api.resumeRunner({ key }) : api.pauseRunner({ key })))}
      >
        {paused ? words.runner.resume : words.runner.pause}
      </Button>
      <Button className="button danger" isDisabled={isGoing} onPress={remove}>
        {words.runner.remove}
      </Button>
    </div>
  )
}
