import { useState, type ReactNode } from 'react'

import { Field } from './field.tsx'

interface LinesFieldProps {
  readonly label: string
  readonly hint: ReactNode
  /** What the file calls it. */
  readonly tomlKey?: string
  /** What was found wrong, in words. */
  readonly problem?: string | undefined
  readonly value: readonly string[]
  readonly onChange: (value: string[]) => void
}

/** A list, one entry a line. An empty line is kept while it is typed and is no entry. */
export function LinesField({ label, hint, tomlKey, problem, value, onChange }: LinesFieldProps) {
  const [typed, setTyped] = useState<string>()
  const isOurs = typed !== undefined && JSON.stringify(entriesOf(typed)) === JSON.stringify(value)
  return (
    <Field
      label={label}
      hint={hint}
      problem={problem}
      {...(tomlKey !== undefined && { tomlKey })}
      value={isOurs ? typed : value.join('\n')}
      onChange={(text) => {
        setTyped(text)
        onChange(entriesOf(text))
      }}
      rows={Math.min(10, Math.max(2, value.length + 1))}
      mono
    />
  )
}

const entriesOf = (text: string) => text.split('\n').filter((line) => line.trim() !== '')
