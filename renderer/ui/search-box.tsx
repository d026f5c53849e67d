import type { Ref } from 'react'
import { Button, Input, SearchField } from 'react-aria-components'

import { ClearIcon, SearchIcon } from './icons.tsx'

interface SearchBoxProps {
  readonly label: string
  readonly clearLabel: string
  /** Absent inside an Autocomplete, which keeps it. */
  readonly value?: string
  readonly onChange?: (value: string) => void
  readonly onSubmit?: () => void
  /** Shown while the field is empty and elsewhere is focused. */
  readonly shortcut?: string
  /** It is what was opened for. */
  readonly hasFocus?: boolean
  readonly ref?: Ref<HTMLInputElement>
}

export function SearchBox(props: SearchBoxProps) {
  const { label, clearLabel, value, onChange, onSubmit, shortcut, hasFocus = false, ref } = props
  return (
    <SearchField
      className="search"
      aria-label={label}
      {...(value !== undefined && { value })}
      {...(onChange && { onChange })}
      {...(onSubmit && { onSubmit })}
      {...(hasFocus && { autoFocus: true })}
    >
      <SearchIcon />
      <Input ref={ref} placeholder={label} autoComplete="off" spellCheck={false} />
      {shortcut !== undefined && <kbd aria-hidden="true">{shortcut}</kbd>}
      <Button className="button bare icon" aria-label={clearLabel}>
        <ClearIcon />
      </Button>
    </SearchField>
  )
}
