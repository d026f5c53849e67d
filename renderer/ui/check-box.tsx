import type { ReactNode } from 'react'
import { Checkbox } from 'react-aria-components'

import { CheckIcon } from './icons.tsx'
import { TomlKey } from './toml-key.tsx'

interface CheckBoxProps {
  readonly isSelected: boolean
  readonly onChange: (isSelected: boolean) => void
  readonly children: ReactNode
  readonly hint?: ReactNode
  /** What the file calls it. */
  readonly tomlKey?: string
}

export function CheckBox({ isSelected, onChange, children, hint, tomlKey }: CheckBoxProps) {
  return (
    <Checkbox className="check-box" isSelected={isSelected} onChange={onChange}>
      <span className="check-mark" aria-hidden="true">
        {isSelected && <CheckIcon size={12} />}
      </span>
      <span>
        {children}
        {tomlKey !== undefined && <TomlKey name={tomlKey} />}
        {hint !== undefined && <span className="hint"> {hint}</span>}
      </span>
    </Checkbox>
  )
}
