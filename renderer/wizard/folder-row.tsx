import type { ReactNode } from 'react'
import { Button } from 'react-aria-components'

import type { SetupDraft } from '../../main/contract/setup.ts'
import { CheckBox } from '../ui/check-box.tsx'
import { Field } from '../ui/field.tsx'
import { ClearIcon } from '../ui/icons.tsx'
import { useReader } from '../ui/reader.tsx'

type MountDraft = SetupDraft['mounts'][number]

interface FolderRowProps {
  readonly mount: MountDraft
  readonly onChange: (mount: MountDraft) => void
  readonly onRemove: () => void
  readonly children?: ReactNode
}

/** A folder of this computer and where jobs see it. */
export function FolderRow({ mount, onChange, onRemove, children }: FolderRowProps) {
  const { words } = useReader()
  const { job, remove } = words.setup
  return (
    <div className="folder-row">
      <Field
        label={job.source}
        placeholder="/opt/sdk"
        value={mount.source}
        onChange={(source) => onChange({ ...mount, source })}
        mono
      />
      <Field
        label={job.target}
        placeholder={mount.source || job.sameTarget}
        value={mount.target}
        onChange={(target) => onChange({ ...mount, target })}
        mono
      />
      <Button className="button bare icon" aria-label={remove(mount.source || job.source)} onPress={onRemove}>
        <ClearIcon />
      </Button>
      <CheckBox isSelected={mount.readOnly} onChange={(readOnly) => onChange({ ...mount, readOnly })}>
        {job.readOnly}
      </CheckBox>
      {children}
    </div>
  )
}
