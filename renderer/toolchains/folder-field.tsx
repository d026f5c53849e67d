import { Button, ComboBox, Input, Label, ListBox, ListBoxItem, Popover, Text } from 'react-aria-components'

import type { FolderCheck } from '../../main/contract/toolchain.ts'
import type { Connection } from '../state/connection.ts'
import { useReader } from '../ui/reader.tsx'
import { Verdict } from '../ui/verdict.tsx'
import type { Checked } from '../wizard/use-check.ts'
import { useAct } from './use-act.ts'

interface FolderFieldProps {
  readonly connection: Connection
  readonly label: string
  readonly hint?: string
  readonly value: string
  readonly onChange: (folder: string) => void
  readonly check: Checked<FolderCheck>
  readonly canBrowse: boolean
}

/** A folder of this computer: chosen in a dialog where there is one, else typed, with what is there to go on with. */
export function FolderField(props: FolderFieldProps) {
  const { connection, label, hint, value, onChange, check, canBrowse } = props
  const { words } = useReader()
  const { folder: say } = words.toolchains
  const act = useAct(connection)
  const folders = check.kind === 'answered' && 'folders' in check.answer ? check.answer.folders : []
  const browse = () =>
    act.run(async (api) => {
      const choice = await api.browseFolder(undefined)
      if (choice.state === 'chosen') onChange(choice.folder)
    })
  return (
    <div className="folder-field">
      <ComboBox
        className="field"
        allowsCustomValue
        menuTrigger="input"
        inputValue={value}
        onInputChange={onChange}
        items={folders.map((folder) => ({ id: folder }))}
      >
        <Label className="label">{label}</Label>
        <Input className="input mono" placeholder="/opt/sdk-3.1" spellCheck={false} />
        {hint !== undefined && (
          <Text slot="description" className="hint">
            {hint}
          </Text>
        )}
        <Popover className="popover combo-popover">
          <ListBox className="menu">
            {({ id }: { readonly id: string }) => (
              <ListBoxItem id={id} className="menu-item" textValue={id}>
                <span className="mono cut">{id}</span>
              </ListBoxItem>
            )}
          </ListBox>
        </Popover>
      </ComboBox>
      {canBrowse && (
        <Button className="button browse" isDisabled={act.isBusy} onPress={() => void browse()}>
          {say.browse}
        </Button>
      )}
      <div className="verdicts" role="status">
        {act.trouble !== undefined && <Verdict is="bad">{act.trouble}</Verdict>}
        {value.trim() !== '' && check.kind === 'answered' && <FolderVerdict check={check.answer} />}
      </div>
    </div>
  )
}

function FolderVerdict({ check }: { readonly check: FolderCheck }) {
  const { words } = useReader()
  const { folder: say } = words.toolchains
  switch (check.state) {
    case 'not-absolute':
      return <Verdict is="bad">{say.notAbsolute}</Verdict>
    case 'missing':
      return <Verdict is="bad">{say.missing(check.nearest)}</Verdict>
    case 'found':
      if (check.isShelvedAs !== undefined)
        return (
          <Verdict is="warn">{say.shelved(`${check.isShelvedAs.name} ${check.isShelvedAs.version}`)}</Verdict>
        )
      if (check.linkTo !== undefined) return <Verdict is="warn">{say.link(check.linkTo)}</Verdict>
      return check.binFolders.length === 0 ? (
        <Verdict is="warn">{say.noBins}</Verdict>
      ) : (
        <Verdict is="good">{say.found(check.binFolders.length)}</Verdict>
      )
  }
}
