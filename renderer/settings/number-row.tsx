import { Group, Input, Label, NumberField, Text } from 'react-aria-components'

interface NumberRowProps {
  readonly name: string
  /** The key in the file, or what else is to be known. */
  readonly hint: string
  readonly value: number
  readonly least: number
  readonly isDisabled?: boolean
  /** When the field is left or Enter is pressed. */
  readonly onChange: (value: number) => void
}

export function NumberRow({ name, hint, value, least, isDisabled = false, onChange }: NumberRowProps) {
  const put = (next: number) => {
    if (!Number.isNaN(next) && next !== value) onChange(next)
  }
  return (
    <NumberField
      className="setting"
      value={value}
      minValue={least}
      isDisabled={isDisabled}
      onChange={put}
      formatOptions={{ maximumFractionDigits: 2, useGrouping: false }}
    >
      <span>
        <Label>{name}</Label>
        <Text slot="description" className="soft setting-hint">
          {hint}
        </Text>
      </span>
      <Group>
        <Input className="input setting-input" />
      </Group>
    </NumberField>
  )
}
