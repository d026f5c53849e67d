import { useState } from 'react'
import { Button, Dialog, DialogTrigger, Popover } from 'react-aria-components'
import { useStore } from 'zustand'

import type { Grace } from '../state/grace.ts'
import { isFiltered, type History, type HistoryState } from '../state/history.ts'
import { isShown, viewOf, type SavedView, type Views } from '../state/views.ts'
import { Field } from '../ui/field.tsx'
import { CheckIcon, ClearIcon, DownIcon } from '../ui/icons.tsx'
import { useReader } from '../ui/reader.tsx'

interface ViewChipProps {
  readonly state: HistoryState
  readonly history: History
  readonly views: Views
  readonly grace: Grace
}

/** Filters under a name: shown again, kept, taken away. */
export function ViewChip({ state, history, views, grace }: ViewChipProps) {
  const { words } = useReader()
  const { title } = words.jobs.views
  const [isOpen, setOpen] = useState(false)
  const kept = useStore(views.store)
  const going = useStore(grace.held)
  const shown = kept.find((view) => isShown(view, state))
  const left = kept.filter(({ name }) => !going.some((one) => one.key === removalOf(name)))
  if (kept.length === 0 && !isFiltered(state)) return null
  const show = ({ query, sorting }: SavedView) => {
    history.search({ ...query, ...sorting })
    setOpen(false)
  }
  const keep = (name: string) => {
    views.keep(viewOf(name, state))
    setOpen(false)
  }
  const remove = ({ name }: SavedView) => {
    grace.ask({
      key: removalOf(name),
      text: words.jobs.views.removing(name),
      act: () => Promise.resolve(views.remove(name)),
    })
    // What undoes it lies outside, where nothing is reached while this is open.
    setOpen(false)
  }
  return (
    <span className={shown === undefined ? 'filter' : 'filter is-set'}>
      <DialogTrigger isOpen={isOpen} onOpenChange={setOpen}>
        <Button className="chip" aria-label={shown === undefined ? title : `${title}: ${shown.name}`}>
          <span className="cut filter-text">{shown?.name ?? title}</span>
          <DownIcon size={12} />
        </Button>
        <Popover className="popover filter-popover" placement="bottom start">
          <Dialog aria-label={title} className="views">
            {left.length > 0 && (
              <ul>
                {left.map((view) => (
                  <li key={view.name}>
                    <Button className="menu-item" onPress={() => show(view)}>
                      <span className="cut" title={view.name}>
                        {view.name}
                      </span>
                      {view === shown && <CheckIcon />}
                    </Button>
                    <Button
                      className="button bare icon"
                      aria-label={words.jobs.views.remove(view.name)}
                      onPress={() => remove(view)}
                    >
                      <ClearIcon size={12} />
                    </Button>
                  </li>
                ))}
              </ul>
            )}
            {isFiltered(state) && shown === undefined && <KeepForm views={left} onKeep={keep} />}
          </Dialog>
        </Popover>
      </DialogTrigger>
    </span>
  )
}

interface KeepFormProps {
  readonly views: readonly SavedView[]
  readonly onKeep: (name: string) => void
}

function KeepForm({ views, onKeep }: KeepFormProps) {
  const { words } = useReader()
  const { views: say } = words.jobs
  const [name, setName] = useState('')
  const wanted = name.trim()
  const isThere = views.some((view) => view.name === wanted)
  return (
    <form
      className="keep-view"
      onSubmit={(event) => {
        event.preventDefault()
        if (wanted !== '') onKeep(wanted)
      }}
    >
      <Field label={say.name} value={name} onChange={setName} {...(isThere && { hint: say.replaces })} />
      <Button type="submit" className="button primary" isDisabled={wanted === ''}>
        {say.keep}
      </Button>
    </form>
  )
}

const removalOf = (name: string) => `remove view ${name}`
