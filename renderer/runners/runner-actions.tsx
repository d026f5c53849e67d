import { useState } from 'react'
import { Button, Dialog, DialogTrigger, Heading, Modal, ModalOverlay } from 'react-aria-components'

import type { RunnerApi } from '../../main/contract/api.ts'
import type { RunnerSummary } from '../../main/contract/status.ts'
import type { Connection } from '../state/connection.ts'
import { linkTo } from '../state/route.ts'
import { useReader } from '../ui/reader.tsx'
import { wordsOf } from '../wizard/use-check.ts'

interface RunnerActionsProps {
  readonly runner: RunnerSummary
  readonly connection: Connection
}

export function RunnerActions({ runner, connection }: RunnerActionsProps) {
  const { words } = useReader()
  const [trouble, setTrouble] = useState<string>()
  const { key, paused } = runner
  const act = async (work: (api: RunnerApi) => Promise<void>) => {
    setTrouble(undefined)
    try {
      await work(await connection.ready(new AbortController().signal))
    } catch (error) {
      setTrouble(`${words.runner.actionFailed} ${wordsOf(error)}`)
    }
  }
  const remove = () =>
    act(async (api) => {
      await api.removeRunner({ key })
      window.location.hash = linkTo({ page: 'runners' })
    })
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
      <DialogTrigger>
        <Button className="button danger">{words.runner.remove}</Button>
        <ModalOverlay className="overlay" isDismissable>
          <Modal className="modal">
            <Dialog role="alertdialog" className="dialog">
              {({ close }) => (
                <>
                  <Heading slot="title" className="dialog-title">
                    {words.runner.removeTitle(runner.name)}
                  </Heading>
                  <p>{words.runner.removeLead}</p>
                  <p>{words.runner.removeRunning(runner.running)}</p>
                  <div className="step-actions">
                    <Button
                      className="button danger"
                      onPress={() => {
                        close()
                        void remove()
                      }}
                    >
                      {words.runner.remove}
                    </Button>
                    <Button className="button" autoFocus onPress={close}>
                      {words.runner.keep}
                    </Button>
                  </div>
                </>
              )}
            </Dialog>
          </Modal>
        </ModalOverlay>
      </DialogTrigger>
    </div>
  )
}
