import { Button, Dialog, Heading, Modal, ModalOverlay, Switch } from 'react-aria-components'
import { useStore } from 'zustand'

import { ClearIcon } from '../ui/icons.tsx'
import { useReader } from '../ui/reader.tsx'
import { Keys } from './palette.tsx'
import { pagesOf } from './pages.ts'

interface ShortcutListProps {
  readonly isOpen: boolean
  readonly onClose: () => void
}

const command = navigator.platform.startsWith('Mac') ? '⌘' : 'Ctrl'

export function ShortcutList({ isOpen, onClose }: ShortcutListProps) {
  const { words, preferences } = useReader()
  const { letterKeys } = useStore(preferences)
  const letters = [
    ...pagesOf(words).map(({ text, letter }) => [`g ${letter}`, text] as const),
    ['/', words.palette.search] as const,
    ['?', words.palette.shortcuts] as const,
  ]
  const others = [
    [`${command} K`, words.palette.title],
    [`${command} F`, words.log.search],
    ['F3', words.log.next],
    ['⇧ F3', words.log.previous],
    [`${command} Z`, words.grace.undo],
    ['↑ ↓', words.palette.rows],
    ['Esc', words.palette.close],
  ] as const
  return (
    <ModalOverlay
      className="overlay"
      isDismissable
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
    >
      <Modal className="sheet">
        <Dialog>
          <div className="sheet-head">
            <Heading slot="title">{words.palette.shortcuts}</Heading>
            <Button className="button bare icon" aria-label={words.palette.close} onPress={onClose}>
              <ClearIcon />
            </Button>
          </div>
          <Rows rows={others} />
          <Switch
            className="switch"
            isSelected={letterKeys}
            onChange={(isOn) => preferences.setState({ letterKeys: isOn })}
          >
            <span className="switch-track" />
            {words.palette.letters}
          </Switch>
          {letterKeys && <Rows rows={letters} />}
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}

function Rows({ rows }: { readonly rows: readonly (readonly [keys: string, text: string])[] }) {
  return (
    <dl className="shortcuts">
      {rows.map(([keys, text]) => (
        <div key={keys}>
          <dt>{text}</dt>
          <dd>
            <Keys keys={keys} />
          </dd>
        </div>
      ))}
    </dl>
  )
}
