import { Button } from 'react-aria-components'

import { Field } from '../ui/field.tsx'
import { ClearIcon } from '../ui/icons.tsx'
import { useReader } from '../ui/reader.tsx'

interface TextRowProps {
  readonly label: string
  readonly placeholder: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly onRemove: () => void
}

export function TextRow({ label, placeholder, value, onChange, onRemove }: TextRowProps) {
  const { words } = useReader()
  return (
    <div className="text-row">
      <Field label={label} placeholder={placeholder} value={value} onChange={onChange} mono quiet />
      <Button className="button bare icon" aria-label={words.setup.remove(value || label)} onPress={onRemove}>
        <ClearIcon />
      </Button>
    </div>
  )
}
