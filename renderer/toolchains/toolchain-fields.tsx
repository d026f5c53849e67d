import { Label, Radio, RadioGroup } from 'react-aria-components'

import type { ToolchainForm } from '../../main/contract/toolchain.ts'
import { CheckBox } from '../ui/check-box.tsx'
import { Field } from '../ui/field.tsx'
import { LinesField } from '../ui/lines-field.tsx'
import { useReader } from '../ui/reader.tsx'

interface ToolchainFieldsProps {
  readonly form: ToolchainForm
  readonly onChange: (part: Partial<ToolchainForm>) => void
}

export function NameFields({ form, onChange }: ToolchainFieldsProps) {
  const { words } = useReader()
  const { form: say } = words.toolchains
  return (
    <div className="field-pair">
      <Field label={say.name} value={form.name} onChange={(name) => onChange({ name: name.trim() })} />
      <Field
        label={say.version}
        value={form.version}
        onChange={(version) => onChange({ version: version.trim() })}
      />
    </div>
  )
}

/** Where jobs see it and what they get of it. */
export function UseFields({ form, onChange }: ToolchainFieldsProps) {
  const { words } = useReader()
  const { form: say } = words.toolchains
  return (
    <>
      <Field
        label={say.mount}
        hint={say.mountHint}
        value={form.mountPoint}
        onChange={(mountPoint) => onChange({ mountPoint: mountPoint.trim() })}
        mono
      />
      <LinesField
        label={say.path}
        hint={say.pathHint}
        value={form.path}
        onChange={(path) => onChange({ path })}
      />
      <LinesField
        label={say.variables}
        hint={say.variablesHint}
        value={form.variables}
        onChange={(variables) => onChange({ variables })}
      />
      <LinesField
        label={say.libraryPath}
        hint={say.libraryPathHint}
        value={form.libraryPath}
        onChange={(libraryPath) => onChange({ libraryPath })}
      />
    </>
  )
}

/** Who may use it, and what is worth knowing. */
export function RuleFields({ form, onChange }: ToolchainFieldsProps) {
  const { words } = useReader()
  const { form: say } = words.toolchains
  const restrict = (isRestricted: boolean) => onChange({ projects: isRestricted ? [] : undefined })
  return (
    <>
      <Field
        label={say.notes}
        value={form.notes}
        onChange={(notes) => onChange({ notes })}
        rows={Math.min(8, Math.max(2, form.notes.split('\n').length))}
      />
      <div className="step-checks">
        <CheckBox isSelected={form.projects !== undefined} onChange={restrict} hint={say.restrictHint}>
          {say.restrict}
        </CheckBox>
      </div>
      {form.projects !== undefined && (
        <LinesField
          label={say.projects}
          hint={say.projectsHint}
          value={form.projects}
          onChange={(projects) => onChange({ projects })}
        />
      )}
      <div className="step-checks">
        <CheckBox
          isSelected={form.writable}
          onChange={(writable) => onChange({ writable })}
          hint={say.writableHint}
        >
          {say.writable}
        </CheckBox>
      </div>
      <Field
        label={say.volume}
        hint={say.volumeHint}
        value={form.volume}
        onChange={(volume) => onChange({ volume: volume.trim() })}
        mono
      />
      <LinesField
        label={say.onRequest}
        hint={say.onRequestHint}
        value={form.onRequest}
        onChange={(onRequest) => onChange({ onRequest })}
      />
      <RadioGroup
        className="field"
        value={form.onDrift}
        onChange={(onDrift) => onChange({ onDrift: onDrift === 'warn' ? 'warn' : 'stop' })}
      >
        <Label className="label">{say.onDrift}</Label>
        <div className="choices radio-chips">
          <Radio value="stop" className="chip">
            {say.stop}
          </Radio>
          <Radio value="warn" className="chip">
            {say.warn}
          </Radio>
        </div>
      </RadioGroup>
    </>
  )
}

/** The form as the engine takes it: an absent key instead of one that is undefined. */
export function changedForm(
  { projects: before, ...rest }: ToolchainForm,
  part: Partial<ToolchainForm>,
): ToolchainForm {
  const { projects, ...others } = part
  const wanted = 'projects' in part ? projects : before
  return { ...rest, ...others, ...(wanted !== undefined && { projects: wanted }) }
}
