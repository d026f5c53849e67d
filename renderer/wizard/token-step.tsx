import { useState } from 'react'
import { Button } from 'react-aria-components'
import { useStore } from 'zustand'

import { gitlabPages } from '../../main/contract/gitlab-pages.ts'
import type { TokenCheck } from '../../main/contract/setup.ts'
import { Field } from '../ui/field.tsx'
import { useReader } from '../ui/reader.tsx'
import type { StepProps } from './step-props.ts'
import { RunnerSettings } from './runner-settings.tsx'
import { StepFrame } from './step-frame.tsx'
import { isUsable, TokenVerdict } from './token-verdict.tsx'
import { useCheck, type Checked } from './use-check.ts'

export function TokenStep({ connection, answers, state, goTo }: StepProps) {
  const { words } = useReader()
  const draft = useStore(answers.draft)
  // A secret stays in this field and goes to the engine; no store of the page has it.
  const [typed, setTyped] = useState('')
  const [replaces, setReplaces] = useState(false)
  const token = typed.trim()
  const check = useCheck(
    connection,
    token === '' ? undefined : JSON.stringify([draft.url, draft.caFile, token]),
    (api) => api.checkToken({ url: draft.url, caFile: draft.caFile, token }),
  )
  const isHeld = state.token !== undefined && !replaces
  const shown: Checked<TokenCheck> =
    check.kind === 'idle' && isHeld && state.token ? { kind: 'answered', answer: state.token } : check
  const says = shown.kind === 'answered' ? shown.answer : undefined
  const pages = gitlabPages(draft.url)
  const timeoutIsFine = draft.maximumTimeout === undefined || draft.maximumTimeout >= 600
  return (
    <StepFrame
      question={words.setup.token.question}
      onBack={() => goTo('server')}
      onNext={says && isUsable(says) && timeoutIsFine ? () => goTo('job') : undefined}
    >
      {isHeld && token === '' ? (
        <div className="row-between">
          <span>{words.setup.token.held}</span>
          <Button className="button" onPress={() => setReplaces(true)}>
            {words.setup.token.replace}
          </Button>
        </div>
      ) : (
        <Field
          label={words.setup.token.field}
          hint={words.setup.token.hint}
          value={typed}
          onChange={setTyped}
          type="password"
          mono
          autoFocus
        />
      )}
      <div className="verdicts" role="status">
        <TokenVerdict check={shown} />
      </div>
      {pages && says === undefined && (
        <p className="choices">
          <a className="text-link" href={pages.newInstanceRunner} target="_blank" rel="noreferrer">
            {words.setup.token.create}
          </a>
          <a className="text-link" href={pages.newAccessToken} target="_blank" rel="noreferrer">
            {words.setup.token.access}
          </a>
        </p>
      )}
      {says && isUsable(says) && (
        <RunnerSettings answers={answers} hostname={state.hostname} says={says.state} />
      )}
      <p className="hint">{words.setup.token.memory}</p>
    </StepFrame>
  )
}
