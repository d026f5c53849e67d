import { useState } from 'react'
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components'

import type { Adoptable } from '../../main/contract/toolchain.ts'
import type { Connection } from '../state/connection.ts'
import { Field } from '../ui/field.tsx'
import { useReader } from '../ui/reader.tsx'
import { EditDialog } from './diff-dialog.tsx'
import { JobViewPicture } from './job-view.tsx'

interface AdoptionProps {
  readonly adoptable: Adoptable
  readonly connection: Connection
}

/** A toolchain written by hand, and the offer to look after it. */
export function Adoption({ adoptable, connection }: AdoptionProps) {
  const { words, gap } = useReader()
  const { adopt } = words.toolchains
  const [phase, setPhase] = useState<'idle' | 'naming' | 'saving'>('idle')
  const [name, setName] = useState(adoptable.reference.name)
  const [version, setVersion] = useState(adoptable.reference.version)
  const { folder, runners } = adoptable
  const close = () => setPhase('idle')
  return (
    <div className="banner">
      <p>
        {adopt.question(folder, runners.length)}
        {gap}
        <span className="soft">{adopt.users(runners.map((one) => one.name).join(', '))}</span>
      </p>
      <Button className="button" onPress={() => setPhase('naming')}>
        {adopt.action}
      </Button>
      {phase === 'naming' && (
        <ModalOverlay className="overlay" isOpen isDismissable onOpenChange={(isOpen) => !isOpen && close()}>
          <Modal className="modal">
            <Dialog className="dialog">
              <Heading slot="title" className="dialog-title">
                {adopt.title}
              </Heading>
              <p className="soft">{adopt.lead}</p>
              <div className="field-pair">
                <Field label={words.toolchains.form.name} value={name} onChange={setName} />
                <Field label={words.toolchains.form.version} value={version} onChange={setVersion} />
              </div>
              <JobViewPicture sees={adoptable.sees} />
              <div className="step-actions">
                <Button
                  className="button primary"
                  isDisabled={name.trim() === '' || version.trim() === ''}
                  onPress={() => setPhase('saving')}
                >
                  {words.toolchains.dialog.show}
                </Button>
                <Button className="button" onPress={close}>
                  {words.toolchains.dialog.cancel}
                </Button>
              </div>
            </Dialog>
          </Modal>
        </ModalOverlay>
      )}
      {phase === 'saving' && (
        <EditDialog
          connection={connection}
          edit={{
            what: 'adopt',
            folder,
            reference: { name: name.trim(), version: version.trim() },
          }}
          title={adopt.title}
          lead={adopt.onlyComments}
          action={adopt.action}
          onClose={close}
        />
      )}
    </div>
  )
}
