import { useState } from 'react'
import { Label, Radio, RadioGroup } from 'react-aria-components'
import { useStore } from 'zustand'

import { leastTimeout, type SetupDraft, type SetupScope, type TokenCheck } from '../../main/contract/setup.ts'
import { TagsField } from '../runners/tags-field.tsx'
import { useTagSuggestions } from '../runners/use-tag-suggestions.ts'
import type { Connection } from '../state/connection.ts'
import type { SetupAnswers } from '../state/setup.ts'
import { CheckBox } from '../ui/check-box.tsx'
import { Field } from '../ui/field.tsx'
import { useReader } from '../ui/reader.tsx'

interface RunnerSettingsProps {
  readonly answers: SetupAnswers
  readonly hostname: string
  readonly says: TokenCheck['state']
  readonly connection: Connection
}

/** What GitLab will know of the runner. A created one has everything but its name here in GitLab already. */
export function RunnerSettings({ answers, hostname, says, connection }: RunnerSettingsProps) {
  const { words } = useReader()
  const { token } = words.setup
  const draft = useStore(answers.draft)
  return (
    <div className="step-fields">
      <Field
        label={token.name}
        hint={token.nameHint}
        placeholder={hostname}
        value={draft.name}
        onChange={(name) => answers.change({ name })}
      />
      {says !== 'runner' && (
        <>
          {says === 'person' && <Scope scope={draft.scope} onChange={(scope) => answers.change({ scope })} />}
          <Tags answers={answers} connection={connection} />
          <div className="step-checks">
            <CheckBox
              isSelected={draft.runUntagged}
              onChange={(runUntagged) => answers.change({ runUntagged })}
            >
              {token.untagged}
            </CheckBox>
            <CheckBox
              isSelected={draft.protected}
              onChange={(isProtected) => answers.change({ protected: isProtected })}
              hint={token.protectedHint}
            >
              {token.protected}
            </CheckBox>
            {draft.scope.type === 'project' && (
              <CheckBox isSelected={draft.locked} onChange={(locked) => answers.change({ locked })}>
                {token.locked}
              </CheckBox>
            )}
          </div>
          <Timeout answers={answers} draft={draft} />
        </>
      )}
    </div>
  )
}

interface TagsProps {
  readonly answers: SetupAnswers
  readonly connection: Connection
}

function Tags({ answers, connection }: TagsProps) {
  const { words } = useReader()
  const { dockerHost: host, tlsVerify, tlsCertPath, toolchains, tags } = useStore(answers.draft)
  const suggest = useTagSuggestions(connection, { host, tlsVerify, tlsCertPath }, toolchains)
  return (
    <TagsField
      label={words.setup.token.tags}
      tags={tags}
      onChange={(next) => answers.change({ tags: [...next] })}
      suggestions={suggest(tags)}
    />
  )
}

function Timeout({ answers, draft }: { readonly answers: SetupAnswers; readonly draft: SetupDraft }) {
  const { words } = useReader()
  const { token } = words.setup
  const [text, setText] = useState(
    draft.maximumTimeout === undefined ? '' : String(draft.maximumTimeout / 60),
  )
  const seconds = /^\d{1,6}$/.test(text.trim()) ? Number(text) * 60 : undefined
  const isBad = text.trim() !== '' && (seconds === undefined || seconds < leastTimeout)
  return (
    <Field
      label={token.timeout}
      hint={token.timeoutHint}
      problem={isBad ? token.timeoutBad : undefined}
      value={text}
      onChange={(value) => {
        setText(value)
        const wanted = /^\d{1,6}$/.test(value.trim()) ? Number(value) * 60 : undefined
        const { maximumTimeout: _, ...rest } = answers.draft.getState()
        answers.draft.setState(rest, true)
        answers.change(wanted !== undefined && wanted >= leastTimeout ? { maximumTimeout: wanted } : {})
      }}
    />
  )
}

const scopeTypes = ['instance', 'group', 'project'] as const

function Scope({
  scope,
  onChange,
}: {
  readonly scope: SetupScope
  readonly onChange: (scope: SetupScope) => void
}) {
  const { words } = useReader()
  const { token } = words.setup
  const id = 'id' in scope ? scope.id : 1
  return (
    <>
      <RadioGroup
        className="field"
        value={scope.type}
        onChange={(type) => onChange(type === 'instance' ? { type } : ({ type, id } as SetupScope))}
      >
        <Label className="label">{token.scope}</Label>
        <div className="choices radio-chips">
          {scopeTypes.map((type) => (
            <Radio key={type} value={type} className="chip">
              {token.scopes[type]}
            </Radio>
          ))}
        </div>
        {scope.type !== 'project' && <p className="hint">{token.shared}</p>}
      </RadioGroup>
      {scope.type !== 'instance' && (
        <Field
          label={token.scopeId[scope.type]}
          value={String(scope.id)}
          onChange={(text) =>
            /^[1-9]\d{0,12}$/.test(text) && onChange({ type: scope.type, id: Number(text) })
          }
        />
      )}
    </>
  )
}
