import {
  Autocomplete,
  Button,
  Dialog,
  DialogTrigger,
  ListBox,
  ListBoxItem,
  Popover,
  useFilter,
  type Selection,
} from 'react-aria-components'

import { CheckIcon, ClearIcon, DownIcon } from '../ui/icons.tsx'
import { useReader } from '../ui/reader.tsx'
import { SearchBox } from '../ui/search-box.tsx'
import { useState } from 'react'

export interface Choice {
  readonly id: string
  readonly text: string
}

interface FilterChipProps {
  readonly name: string
  readonly choices: readonly Choice[]
  readonly chosen: string | undefined
  readonly onChoose: (id: string | undefined) => void
}

// A longer list is searched rather than read.
const readable = 8

/** A filter that says what it lets through, and a way to let everything through again. */
export function FilterChip({ name, choices, chosen, onChoose }: FilterChipProps) {
  const { words } = useReader()
  const [isOpen, setOpen] = useState(false)
  const text = choices.find(({ id }) => id === chosen)?.text ?? chosen
  const choose = (selection: Selection) => {
    if (selection === 'all') return
    const [id] = selection
    onChoose(id === undefined ? undefined : String(id))
    setOpen(false)
  }
  return (
    <span className={chosen === undefined ? 'filter' : 'filter is-set'}>
      <DialogTrigger isOpen={isOpen} onOpenChange={setOpen}>
        <Button className="chip" aria-label={text === undefined ? name : `${name}: ${text}`}>
          <span className="cut filter-text" title={text}>
            {text ?? name}
          </span>
          {chosen === undefined && <DownIcon size={12} />}
        </Button>
        <Popover className="popover filter-popover" placement="bottom start">
          <Dialog aria-label={name}>
            <Choices name={name} choices={choices} chosen={chosen} onChange={choose} />
          </Dialog>
        </Popover>
      </DialogTrigger>
      {chosen !== undefined && (
        <Button
          className="filter-clear"
          aria-label={words.jobs.unset(name)}
          onPress={() => onChoose(undefined)}
        >
          <ClearIcon size={12} />
        </Button>
      )}
    </span>
  )
}

interface ChoicesProps {
  readonly name: string
  readonly choices: readonly Choice[]
  readonly chosen: string | undefined
  readonly onChange: (selection: Selection) => void
}

function Choices({ name, choices, chosen, onChange }: ChoicesProps) {
  const { words } = useReader()
  const { contains } = useFilter({ sensitivity: 'base' })
  const list = (
    <ListBox
      className="menu"
      aria-label={name}
      items={choices}
      selectionMode="single"
      selectedKeys={chosen === undefined ? [] : [chosen]}
      onSelectionChange={onChange}
      renderEmptyState={() => <p className="menu-empty soft">{words.jobs.noChoice}</p>}
      {...(choices.length <= readable && { autoFocus: true })}
    >
      {({ text }) => (
        <ListBoxItem className="menu-item" textValue={text}>
          {({ isSelected }) => (
            <>
              <span className="cut" title={text}>
                {text}
              </span>
              {isSelected && <CheckIcon />}
            </>
          )}
        </ListBoxItem>
      )}
    </ListBox>
  )
  if (choices.length <= readable) return list
  return (
    <Autocomplete filter={contains}>
      <SearchBox label={words.jobs.findIn(name)} clearLabel={words.jobs.clearSearch} hasFocus />
      {list}
    </Autocomplete>
  )
}
