import { useState } from 'react'
import { Label, Radio, RadioGroup } from 'react-aria-components'

import type { RunnerForm } from '../../main/contract/runner-file.ts'
import { CheckBox } from '../ui/check-box.tsx'
import { Field } from '../ui/field.tsx'
import { LinesField } from '../ui/lines-field.tsx'
import { useReader } from '../ui/reader.tsx'

interface RunnerFieldsProps {
  readonly form: RunnerForm
  readonly onChange: (part: Partial<RunnerForm>) => void
}

export function RunnerFields({ form, onChange }: RunnerFieldsProps) {
  const { words } = useReader()
  const { form: say } = words.runner
  return (
    <>
      <Field label={say.name} value={form.name} onChange={(name) => onChange({ name })} />
      <NumberField
        label={say.limit}
        hint={say.limitHint}
        value={form.limit}
        onChange={(limit) => onChange({ limit })}
      />
      <Field
        label={say.image}
        hint={say.imageHint}
        value={form.image}
        onChange={(image) => onChange({ image })}
        mono
      />
      <PullPolicy form={form} onChange={onChange} />
      <LinesField
        label={say.volumes}
        hint={say.volumesHint}
        value={form.volumes}
        onChange={(volumes) => onChange({ volumes })}
      />
      <LinesField
        label={say.environment}
        hint={say.environmentHint}
        value={form.environment}
        onChange={(environment) => onChange({ environment })}
      />
      <Field
        label={say.script}
        hint={say.scriptHint}
        value={form.preBuildScript}
        onChange={(preBuildScript) => onChange({ preBuildScript })}
        rows={Math.min(12, Math.max(3, form.preBuildScript.split('\n').length))}
        mono
      />
      <div className="field-pair">
        <Field
          label={say.memory}
          hint={say.memoryHint}
          value={form.memory}
          onChange={(memory) => onChange({ memory: memory.trim() })}
        />
        <Field
          label={say.cpus}
          hint={say.cpusHint}
          value={form.cpus}
          onChange={(cpus) => onChange({ cpus: cpus.trim() })}
        />
      </div>
      <div className="field-pair">
        <NumberField label={say.shmSize} value={form.shmSize} onChange={(shmSize) => onChange({ shmSize })} />
        <NumberField
          label={say.outputLimit}
          hint={say.outputHint}
          value={form.outputLimit}
          onChange={(outputLimit) => onChange({ outputLimit })}
        />
      </div>
      <Field
        label={say.helperImage}
        hint={say.helperHint}
        value={form.helperImage}
        onChange={(helperImage) => onChange({ helperImage })}
        mono
      />
      <CheckBox
        isSelected={form.privileged}
        onChange={(privileged) => onChange({ privileged })}
        hint={say.privilegedHint}
      >
        {say.privileged}
      </CheckBox>
    </>
  )
}

interface NumberFieldProps {
  readonly label: string
  readonly hint?: string
  readonly value: number
  readonly onChange: (value: number) => void
}

/** A whole number from 0 on; what is none stays in the field and is said, and changes nothing. */
function NumberField({ label, hint, value, onChange }: NumberFieldProps) {
  const { words } = useReader()
  const [typed, setTyped] = useState<string>()
  const isBad = typed !== undefined && !isCount(typed)
  return (
    <Field
      label={label}
      hint={hint}
      problem={isBad ? words.runner.form.number : undefined}
      value={isBad ? typed : String(value)}
      onChange={(text) => {
        setTyped(text)
        if (isCount(text)) onChange(Number(text))
      }}
    />
  )
}

const isCount = (text: string) => /^\d{1,12}$/.test(text.trim())

const policies = ['', 'always', 'if-not-present', 'always,if-not-present', 'never'] as const

function PullPolicy({ form, onChange }: RunnerFieldsProps) {
  const { words } = useReader()
  return (
    <RadioGroup
      className="field"
      value={form.pullPolicy.join(',')}
      onChange={(value) =>
        onChange({ pullPolicy: value === '' ? [] : (value.split(',') as RunnerForm['pullPolicy']) })
      }
    >
      <Label className="label">{words.runner.form.pullPolicy}</Label>
      <div className="choices radio-chips">
        {policies.map((policy) => (
          <Radio key={policy} value={policy} className="chip">
            {words.runner.form.policies[policy]}
          </Radio>
        ))}
      </div>
    </RadioGroup>
  )
}
