import { useState } from 'react'
import { Label, Radio, RadioGroup } from 'react-aria-components'

import type { RunnerForm } from '../../main/contract/runner-file.ts'
import type { Connection } from '../state/connection.ts'
import { CheckBox } from '../ui/check-box.tsx'
import { Field } from '../ui/field.tsx'
import { LinesField } from '../ui/lines-field.tsx'
import { useReader } from '../ui/reader.tsx'
import { TomlKey } from '../ui/toml-key.tsx'
import { EngineFields } from '../wizard/engine-fields.tsx'
import { EngineVerdict } from '../wizard/engine-verdict.tsx'
import { ImageField } from '../wizard/image-field.tsx'
import { useCheck } from '../wizard/use-check.ts'

interface RunnerFieldsProps {
  readonly form: RunnerForm
  readonly onChange: (part: Partial<RunnerForm>) => void
}

interface AllFieldsProps extends RunnerFieldsProps {
  readonly connection: Connection
}

export function RunnerFields({ form, onChange, connection }: AllFieldsProps) {
  const { words } = useReader()
  const { form: say } = words.runner
  return (
    <>
      <Field label={say.name} tomlKey="name" value={form.name} onChange={(name) => onChange({ name })} />
      <NumberField
        label={say.limit}
        tomlKey="limit"
        hint={say.limitHint}
        value={form.limit}
        onChange={(limit) => onChange({ limit })}
      />
      <ImageField
        connection={connection}
        engine={{ host: form.host, tlsVerify: form.tlsVerify, tlsCertPath: form.tlsCertPath }}
        tomlKey="image"
        value={form.image}
        onChange={(image) => onChange({ image })}
      />
      <PullPolicy form={form} onChange={onChange} />
      <LinesField
        label={say.volumes}
        tomlKey="volumes"
        hint={say.volumesHint}
        value={form.volumes}
        onChange={(volumes) => onChange({ volumes })}
      />
      <LinesField
        label={say.environment}
        tomlKey="environment"
        hint={say.environmentHint}
        value={form.environment}
        onChange={(environment) => onChange({ environment })}
      />
      <Field
        label={say.script}
        tomlKey="pre_build_script"
        hint={say.scriptHint}
        value={form.preBuildScript}
        onChange={(preBuildScript) => onChange({ preBuildScript })}
        rows={Math.min(12, Math.max(3, form.preBuildScript.split('\n').length))}
        mono
      />
      <div className="field-pair">
        <Field
          label={say.memory}
          tomlKey="memory"
          hint={say.memoryHint}
          value={form.memory}
          onChange={(memory) => onChange({ memory: memory.trim() })}
        />
        <Field
          label={say.cpus}
          tomlKey="cpus"
          hint={say.cpusHint}
          value={form.cpus}
          onChange={(cpus) => onChange({ cpus: cpus.trim() })}
        />
      </div>
      <div className="field-pair">
        <NumberField
          label={say.shmSize}
          tomlKey="shm_size"
          value={form.shmSize}
          onChange={(shmSize) => onChange({ shmSize })}
        />
        <NumberField
          label={say.outputLimit}
          tomlKey="output_limit"
          hint={say.outputHint}
          value={form.outputLimit}
          onChange={(outputLimit) => onChange({ outputLimit })}
        />
      </div>
      <Field
        label={say.helperImage}
        tomlKey="helper_image"
        hint={say.helperHint}
        value={form.helperImage}
        onChange={(helperImage) => onChange({ helperImage })}
        mono
      />
      <EngineOfRunner form={form} onChange={onChange} connection={connection} />
      <CheckBox
        isSelected={form.privileged}
        onChange={(privileged) => onChange({ privileged })}
        hint={say.privilegedHint}
        tomlKey="privileged"
      >
        {say.privileged}
      </CheckBox>
    </>
  )
}

/** The engine its jobs run on, looked at as it is typed. */
function EngineOfRunner({ form, onChange, connection }: AllFieldsProps) {
  const { host, tlsVerify, tlsCertPath } = form
  const engine = { host, tlsVerify, tlsCertPath }
  const check = useCheck(connection, JSON.stringify(engine), (api) => api.checkEngine(engine))
  return (
    <>
      <EngineFields connection={connection} engine={engine} onChange={onChange} tomlKeys />
      <div role="status" className="verdicts">
        <EngineVerdict check={check} />
      </div>
    </>
  )
}

interface NumberFieldProps {
  readonly label: string
  readonly tomlKey: string
  readonly hint?: string
  readonly value: number
  readonly onChange: (value: number) => void
}

/** A whole number from 0 on; what is none stays in the field and is said, and changes nothing. */
function NumberField({ label, tomlKey, hint, value, onChange }: NumberFieldProps) {
  const { words } = useReader()
  const [typed, setTyped] = useState<string>()
  const isBad = typed !== undefined && !isCount(typed)
  return (
    <Field
      label={label}
      tomlKey={tomlKey}
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
      <div className="label-row">
        <Label className="label">{words.runner.form.pullPolicy}</Label>
        <TomlKey name="pull_policy" />
      </div>
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
