import { useMemo, useState } from 'react'
import {
  Autocomplete,
  Dialog,
  Header,
  ListBox,
  ListBoxItem,
  ListBoxSection,
  Modal,
  ModalOverlay,
  useFilter,
  type Key,
} from 'react-aria-components'
import { useStore } from 'zustand'

import type { AppState } from '../state/app-state.ts'
import { linkTo } from '../state/route.ts'
import { useReader } from '../ui/reader.tsx'
import { SearchBox } from '../ui/search-box.tsx'
import { useReady } from '../ui/use-watched.ts'
import { commandsOf, type Command } from './commands.ts'
import './palette.css'

interface PaletteProps {
  readonly state: AppState
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly showShortcuts: () => void
}

const groups = ['pages', 'actions', 'jobs', 'appearance'] as const
const none = new Map()

/** Everything that can be done, found by a part of its name. */
export function Palette(props: PaletteProps) {
  const { words } = useReader()
  return (
    <ModalOverlay
      className="overlay"
      isDismissable
      isOpen={props.isOpen}
      onOpenChange={(isOpen) => !isOpen && props.onClose()}
    >
      <Modal className="palette">
        <Dialog aria-label={words.palette.title}>
          <Commands {...props} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}

function Commands({ state, onClose, showShortcuts }: PaletteProps) {
  const { words, preferences } = useReader()
  const { letterKeys } = useStore(preferences)
  const { contains } = useFilter({ sensitivity: 'base' })
  const [text, setText] = useState('')
  const jobs = useReady(state.jobs) ?? none
  const isPaused = useReady(state.status)?.paused ?? false
  const views = useStore(state.views.store)
  const commands = useMemo(
    () => [
      ...commandsOf({
        state,
        words,
        jobs,
        views,
        isPaused,
        showShortcuts,
        setPreferences: preferences.setState,
      }),
      ...(text.trim() === '' ? [] : [searchFor(text, state, words.palette.searchJobs(text))]),
    ],
    [state, words, jobs, views, isPaused, showShortcuts, preferences, text],
  )
  // Every word somewhere, so that "boot arm" finds build:arm64 of firmware/boot.
  const matches = (whole: string, wanted: string) =>
    wanted.split(/\s+/).every((word) => contains(whole, word))
  const run = (key: Key) => {
    onClose()
    commands.find(({ id }) => id === key)?.run()
  }
  return (
    <Autocomplete inputValue={text} onInputChange={setText} filter={matches}>
      <SearchBox label={words.palette.title} clearLabel={words.jobs.clearSearch} hasFocus />
      <ListBox
        className="palette-list"
        aria-label={words.palette.title}
        onAction={run}
        renderEmptyState={() => <p className="menu-empty soft">{words.palette.nothing}</p>}
      >
        {groups.map((group) => (
          <ListBoxSection key={group} id={group} className="palette-group">
            <Header className="soft">{words.palette.groups[group]}</Header>
            {commands
              .filter((command) => command.group === group)
              .map((command) => (
                <CommandItem key={command.id} command={command} showsKeys={letterKeys} />
              ))}
          </ListBoxSection>
        ))}
      </ListBox>
    </Autocomplete>
  )
}

interface CommandItemProps {
  readonly command: Command
  readonly showsKeys: boolean
}

function CommandItem({ command: { id, text, detail, keys }, showsKeys }: CommandItemProps) {
  return (
    <ListBoxItem id={id} className="palette-item" textValue={`${text} ${detail ?? ''}`}>
      <span className="cut">{text}</span>
      {detail !== undefined && <span className="soft cut palette-detail">{detail}</span>}
      {keys !== undefined && showsKeys && <Keys keys={keys} />}
    </ListBoxItem>
  )
}

/** Keys pressed one after the other, such as `g j`. */
export function Keys({ keys }: { readonly keys: string }) {
  return (
    <span className="keys">
      {keys.split(' ').map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
    </span>
  )
}

/** Its text is what was typed, so that it is always among what is found. */
const searchFor = (text: string, state: AppState, words: string): Command => ({
  id: 'search',
  group: 'jobs',
  text: words,
  run: () => {
    state.history.search({ text: text.trim() })
    window.location.hash = linkTo({ page: 'jobs' })
  },
})
