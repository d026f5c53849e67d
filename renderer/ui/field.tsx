import type { ReactNode } from 'react'
import { Input, Label, Text, TextArea, TextField } from 'react-aria-components'

import { TomlKey } from './toml-key.tsx'

interface FieldProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly hint?: ReactNode
  /** What was found wrong with the value, in words. */
  readonly problem?: string | undefined
  readonly placeholder?: string
  readonly type?: 'text' | 'password' | 'url'
  readonly mono?: boolean
  /** More than one line. */
  readonly rows?: number
  readonly autoFocus?: boolean
  /** What the file calls it. */
  readonly tomlKey?: string
  /** The label is said, not shown. */
  readonly quiet?: boolean
  readonly children?: ReactNode
}

/** A label, a field, and under it a hint or what is wrong. */
export function Field(props: FieldProps) {
  const {
    label,
    value,
    onChange,
    hint,
    problem,
    placeholder,
    type = 'text',
    mono,
    rows,
    quiet,
    tomlKey,
    children,
  } = props
  const className = mono === true ? 'input mono' : 'input'
  const common = {
    className,
    spellCheck: false,
    autoComplete: 'off',
    ...(placeholder !== undefined && { placeholder }),
  } as const
  return (
    <TextField
      className="field"
      value={value}
      onChange={onChange}
      type={type}
      isInvalid={problem !== undefined}
      // The field that a step is about; the reader has just asked for the step.
      // oxlint-disable-next-line jsx-a11y/no-autofocus
      autoFocus={props.autoFocus ?? false}
    >
      <div className={quiet === true ? 'visually-hidden' : 'label-row'}>
        <Label className="label">{label}</Label>
        {tomlKey !== undefined && <TomlKey name={tomlKey} />}
      </div>
      {rows === undefined ? <Input {...common} /> : <TextArea {...common} rows={rows} />}
      {children}
      {problem !== undefined && (
        <Text slot="errorMessage" className="hint tone-bad">
          {problem}
        </Text>
      )}
      {problem === undefined && hint !== undefined && (
        <Text slot="description" className="hint">
          {hint}
        </Text>
      )}
    </TextField>
  )
}
