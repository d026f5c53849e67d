import { useState } from 'react'
import { Button } from 'react-aria-components'

import type { SetupDraft } from '../../main/contract/setup.ts'
import { inWords, type FolderCheck, type ToolchainRef } from '../../main/contract/toolchain.ts'
import type { Connection } from '../state/connection.ts'
import { useReader } from '../ui/reader.tsx'
import { Verdict } from '../ui/verdict.tsx'
import { useCheck } from '../wizard/use-check.ts'
import { blank } from './blank-form.ts'
import { NameFields } from './toolchain-fields.tsx'
import { useAct } from './use-act.ts'

interface ShelveFolderProps {
  readonly connection: Connection
  readonly mount: SetupDraft['mounts'][number]
  /** Of the draft. */
  readonly path: readonly string[]
  /** The library has it now, and the mount is no longer needed. */
  readonly onShelved: (reference: ToolchainRef) => void
}

/** Offers to make a folder that jobs are to see a toolchain of the library. */
export function ShelveFolder({ connection, mount, path, onShelved }: ShelveFolderProps) {
  const { words } = useReader()
  const { wizard: say } = words.toolchains
  const [isOpen, setOpen] = useState(false)
  const { source } = mount
  const check = useCheck(connection, source.trim() === '' ? undefined : JSON.stringify(source), (api) =>
    api.checkFolder({ path: source }),
  )
  if (check.kind !== 'answered' || check.answer.state !== 'found') return null
  const { isShelvedAs } = check.answer
  if (isShelvedAs !== undefined)
    return (
      <Button className="button shelve" onPress={() => onShelved(isShelvedAs)}>
        {say.take(`${isShelvedAs.name} ${isShelvedAs.version}`)}
      </Button>
    )
  if (!isOpen)
    return (
      <Button className="button shelve" onPress={() => setOpen(true)}>
        {say.shelve}
      </Button>
    )
  return (
    <NewToolchain
      key={source}
      connection={connection}
      mount={mount}
      path={path}
      found={check.answer}
      onShelved={onShelved}
      onCancel={() => setOpen(false)}
    />
  )
}

interface NewToolchainProps extends ShelveFolderProps {
  readonly found: Extract<FolderCheck, { state: 'found' }>
  readonly onCancel: () => void
}

function NewToolchain({ connection, mount, path, found, onShelved, onCancel }: NewToolchainProps) {
  const { words } = useReader()
  const { wizard: say } = words.toolchains
  const { suggestion, folder, binFolders } = found
  const [{ name, version }, setNames] = useState<ToolchainRef>(suggestion)
  const act = useAct(connection)
  const isReady = name !== '' && version !== '' && !act.isBusy
  // Where the jobs would have seen the folder itself.
  const mountPoint = (mount.target || folder).replace(/(?<=.)\/$/, '')
  // All of the draft's PATH that lies in the folder goes with it, also what was typed.
  const chosen = path
    .filter((one) => one.startsWith(`${mountPoint}/`))
    .map((one) => one.slice(mountPoint.length + 1))
  const form = {
    ...blank,
    name,
    version,
    folder,
    mountPoint,
    path: chosen.length > 0 ? chosen : [...binFolders],
  }
  const add = async () => {
    if (await act.run((api) => api.addToolchain({ form }))) onShelved({ name, version })
  }
  return (
    <fieldset
      className="shelve rows"
      // Enter in a name adds the toolchain; it does not leave the step.
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return
        event.preventDefault()
        if (isReady) void add()
      }}
    >
      <legend className="label">{say.shelve}</legend>
      <p className="hint">{say.shelveHint}</p>
      <NameFields form={form} onChange={(part) => setNames({ name, version, ...part })} />
      <div className="step-actions">
        <Button className="button" isDisabled={!isReady} onPress={() => void add()}>
          {words.toolchains.add.action}
        </Button>
        <Button className="button bare" onPress={onCancel}>
          {words.toolchains.dialog.cancel}
        </Button>
        <span role="status">{act.trouble !== undefined && <Verdict is="bad">{act.trouble}</Verdict>}</span>
      </div>
    </fieldset>
  )
}

/** A draft in which a toolchain takes the place of the folder mounted at `index`, with what PATH had of it. */
export function withToolchain(
  draft: SetupDraft,
  index: number,
  reference: ToolchainRef,
): Partial<SetupDraft> {
  const mount = draft.mounts[index]
  const at = `${(mount?.target || mount?.source || '').replace(/\/$/, '')}/`
  return {
    mounts: draft.mounts.toSpliced(index, 1),
    path: draft.path.filter((folder) => !folder.startsWith(at)),
    toolchains: [
      ...draft.toolchains.filter((one) => !one.startsWith(`${reference.name}@`)),
      inWords(reference),
    ],
  }
}
