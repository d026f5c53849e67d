import { useState } from 'react'
import { Button } from 'react-aria-components'

import type { ShelvedVersion, ToolchainForm } from '../../main/contract/toolchain.ts'
import type { Connection } from '../state/connection.ts'
import { linkTo } from '../state/route.ts'
import { Field } from '../ui/field.tsx'
import { useReader } from '../ui/reader.tsx'
import { Verdict } from '../ui/verdict.tsx'
import { EditDialog } from './diff-dialog.tsx'
import { changedForm, NameFields, RuleFields, UseFields } from './toolchain-fields.tsx'
import { JobViewPicture } from './job-view.tsx'
import { viewOf } from './view-of.ts'
import { useAct } from './use-act.ts'

interface DescriptionProps {
  readonly version: ShelvedVersion
  readonly connection: Connection
}

/** All that is said of a toolchain. What its runners would say otherwise is shown before it is saved. */
export function Description({ version, connection }: DescriptionProps) {
  const { words } = useReader()
  const { form: say } = words.toolchains
  const [changes, setChanges] = useState<Partial<ToolchainForm>>({})
  const [phase, setPhase] = useState<'idle' | 'comparing' | 'saved'>('idle')
  const act = useAct(connection)
  const reference = { name: version.form.name, version: version.form.version }
  const form = changedForm(version.form, changes)
  const isChanged = JSON.stringify(form) !== JSON.stringify(changedForm(version.form, {}))
  const edit = { what: 'describe', reference, form } as const
  const change = (part: Partial<ToolchainForm>) => {
    setPhase('idle')
    setChanges({ ...changes, ...part })
  }
  const done = () => {
    setChanges({})
    setPhase('saved')
    const { name, version: number } = form
    if (name !== reference.name || number !== reference.version)
      window.location.hash = linkTo({ page: 'toolchain', name, version: number })
  }
  /** Only what changes the file needs a second look. */
  const save = () =>
    act.run(async (api) => {
      const preview = await api.previewToolchainEdit({ edit })
      if (preview.runners.length > 0) return setPhase('comparing')
      await api.editToolchains({ edit, basedOn: preview.revision })
      done()
    })
  return (
    <div className="toolchain-description">
      <form
        className="toolchain-form"
        onSubmit={(event) => {
          event.preventDefault()
          if (isChanged) void save()
        }}
      >
        <NameFields form={form} onChange={change} />
        <Field
          label={say.folder}
          hint={say.folderHint}
          value={form.folder}
          onChange={(folder) => change({ folder: folder.trim() })}
          mono
        />
        <UseFields form={form} onChange={change} />
        <RuleFields form={form} onChange={change} />
        <div className="step-actions">
          <Button type="submit" className="button primary" isDisabled={!isChanged || act.isBusy}>
            {words.runner.save}
          </Button>
          {isChanged && (
            <Button className="button" onPress={() => setChanges({})}>
              {words.runner.discard}
            </Button>
          )}
          <span role="status">
            {phase === 'saved' && !isChanged && <Verdict is="good">{words.runner.saved}</Verdict>}
            {act.trouble !== undefined && <Verdict is="bad">{act.trouble}</Verdict>}
          </span>
        </div>
        {phase === 'comparing' && (
          <EditDialog
            connection={connection}
            edit={edit}
            title={say.compare}
            action={words.runner.save}
            onClose={() => setPhase('idle')}
            onDone={done}
          />
        )}
      </form>
      <JobViewPicture sees={viewOf(form)} />
    </div>
  )
}
