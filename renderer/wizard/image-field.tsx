import { Button, ComboBox, Input, Label, ListBox, ListBoxItem, Popover, Text } from 'react-aria-components'

import type { Connection } from '../state/connection.ts'
import { DownIcon } from '../ui/icons.tsx'
import { useReader } from '../ui/reader.tsx'
import { TomlKey } from '../ui/toml-key.tsx'
import type { EngineAddress } from './engine-fields.tsx'
import { useCheck } from './use-check.ts'

interface ImageFieldProps {
  readonly connection: Connection
  readonly engine: EngineAddress
  readonly value: string
  /** What the file calls it. */
  readonly tomlKey?: string
  readonly onChange: (image: string) => void
}

/** Any image, with those of the engine to choose from. */
export function ImageField({ connection, engine, value, tomlKey, onChange }: ImageFieldProps) {
  const { words, format } = useReader()
  const listed = useCheck(connection, JSON.stringify(engine), (api) => api.listImages(engine), 0)
  const images = listed.kind === 'answered' ? listed.answer : []
  return (
    <ComboBox
      className="field"
      allowsCustomValue
      menuTrigger="focus"
      inputValue={value}
      onInputChange={onChange}
      items={images.map((image) => ({ ...image, id: image.name }))}
    >
      <div className="label-row">
        <Label className="label">{words.setup.job.image}</Label>
        {tomlKey !== undefined && <TomlKey name={tomlKey} />}
      </div>
      <div className="combo">
        <Input className="input mono" placeholder="debian:12-slim" spellCheck={false} />
        <Button className="button bare icon">
          <DownIcon />
        </Button>
      </div>
      <Text slot="description" className="hint">
        {words.setup.job.imageHint}
      </Text>
      <Popover className="popover combo-popover">
        <ListBox className="menu">
          {(image: (typeof images)[number]) => (
            <ListBoxItem id={image.name} className="menu-item" textValue={image.name}>
              <span className="mono cut">{image.name}</span>
              <span className="soft image-facts">
                {image.fromRegistry ? '' : `${words.setup.job.local} · `}
                {image.architecture} · {format.size(image.size)}
              </span>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  )
}
