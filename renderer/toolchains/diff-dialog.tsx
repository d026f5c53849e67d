import { useState } from 'react'
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components'

import type { RunnerApi } from '../../main/contract/api.ts'
import type { ToolchainEdit, ToolchainEditPreview } from '../../main/contract/toolchain.ts'
import { ApiError } from '../../main/contract/table.ts'
import { Diff } from '../runners/diff.tsx'
import type { Connection } from '../state/connection.ts'
import { useReader } from '../ui/reader.tsx'
import { Verdict } from '../ui/verdict.tsx'
import { useCheck, wordsOf } from '../wizard/use-check.ts'

interface DiffDialogProps {
  readonly connection: Connection
  /** JSON of what is to be changed. */
  readonly question: string
  readonly preview: (api: RunnerApi) => Promise<ToolchainEditPreview>
  readonly save: (api: RunnerApi, basedOn: string) => Promise<void>
  readonly title: string
  readonly lead?: string | undefined
  /** What the button says that does it. */
  readonly action: string
  readonly onClose: () => void
  readonly onDone?: () => void
}

type EditDialogProps = Omit<DiffDialogProps, 'question' | 'preview' | 'save'> & {
  readonly edit: ToolchainEdit
}

/** Shows what an edit about toolchains changes in config.toml, and does it when told so. */
export function EditDialog({ edit, ...props }: EditDialogProps) {
  return (
    <DiffDialog
      {...props}
      question={JSON.stringify(edit)}
      preview={(api) => api.previewToolchainEdit({ edit })}
      save={(api, basedOn) => api.editToolchains({ edit, basedOn })}
    />
  )
}

export function DiffDialog(props: DiffDialogProps) {
  const { connection, question, title, lead, action, onClose, onDone } = props
  const { words, inSentences, gap } = useReader()
  const { dialog: say } = words.toolchains
  const [round, setRound] = useState(0)
  const [phase, setPhase] = useState<'idle' | 'saving' | { readonly why: string }>('idle')
  const preview = useCheck(connection, JSON.stringify([question, round]), props.preview, 0)
  const answer = preview.kind === 'answered' ? preview.answer : undefined
  const save = async () => {
    if (answer === undefined) return
    setPhase('saving')
    try {
      const api = await connection.ready(AbortSignal.timeout(10_000))
      await props.save(api, answer.revision)
      onClose()
      onDone?.()
    } catch (error) {
      setPhase({ why: wordsOf(error) })
      // What the file says by now is shown before it is asked again.
      if (error instanceof ApiError && error.code === 'conflict') setRound(round + 1)
    }
  }
  return (
    <ModalOverlay className="overlay" isOpen isDismissable onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Modal className="modal wide-modal">
        <Dialog className="dialog">
          <Heading slot="title" className="dialog-title">
            {title}
          </Heading>
          {lead !== undefined && <p className="soft">{lead}</p>}
          {preview.kind === 'asking' && <p className="soft">{say.looking}</p>}
          {preview.kind === 'failed' && <Verdict is="bad">{inSentences(preview.why)}</Verdict>}
          {answer !== undefined && answer.runners.length === 0 && <p className="soft">{say.nothing}</p>}
          {answer?.runners.map(({ name, before, after }) => (
            <section key={name} className="diff-part">
              <h3 className="label">{say.changes(name)}</h3>
              <Diff before={before} after={after} context={3} />
            </section>
          ))}
          {answer?.problems.map(({ path, message, remedy, severity }) => (
            <Verdict key={path + message} is={severity === 'error' ? 'bad' : 'warn'}>
              {inSentences(message)}
              {gap}
              {remedy !== undefined && <span className="soft">{inSentences(remedy)}</span>}
            </Verdict>
          ))}
          <div role="status">
            {typeof phase === 'object' && <Verdict is="bad">{inSentences(phase.why)}</Verdict>}
          </div>
          <div className="step-actions">
            <Button
              className="button primary"
              isDisabled={answer === undefined || phase === 'saving'}
              onPress={() => void save()}
            >
              {phase === 'saving' ? words.runner.saving : action}
            </Button>
            <Button className="button" autoFocus onPress={onClose}>
              {say.cancel}
            </Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}
