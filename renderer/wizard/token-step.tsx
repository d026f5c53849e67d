import { useState } from 'react'
import { Button } from 'react-aria-components'
import { useStore } from 'zustand'

import { gitlabPages } from '../../main/contract/gitlab-pages.ts'
import type { TokenCheck } from '../../main/contract/setup.ts'
import { CheckBox } from '../ui/check-box.tsx'
import { Field } from '../ui/field.tsx'
import { useAnswer } from '../ui/use-answer.ts'
import { useReader } from '../ui/reader.tsx'
import { Verdict } from '../ui/verdict.tsx'
import type { StepProps } from './step-props.ts'
import { RunnerSettings } from './runner-settings.tsx'
import { StepFrame } from './step-frame.tsx'
import { isUsable, TokenVerdict } from './token-verdict.tsx'
import { useCheck, wordsOf, type Checked } from './use-check.ts'

export function TokenStep({ connection, answers, state, goTo }: StepProps) {
  const { words, inSentences } = useReader()
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
  const offer = useAnswer(connection, (api) => api.offerToken({ url: draft.url }), draft.url).value
  const [remember, setRemember] = useState(false)
  const [trouble, setTrouble] = useState<string>()
  const ask = async (what: { readonly remembered: true } | { readonly remember: true }) => {
    setTrouble(undefined)
    try {
      const api = await connection.ready(AbortSignal.timeout(5000))
      await api.checkToken({ url: draft.url, caFile: draft.caFile, ...what })
      return true
    } catch (error) {
      setTrouble(wordsOf(error))
      return false
    }
  }
  const useRemembered = async () => {
    if (!(await ask({ remembered: true }))) return
    setTyped('')
    setReplaces(false)
  }
  const goOn = async () => {
    if (!remember || says?.state !== 'person' || (await ask({ remember: true }))) goTo('job')
  }
  const shown: Checked<TokenCheck> =
    check.kind === 'idle' && isHeld && state.token ? { kind: 'answered', answer: state.token } : check
  const says = shown.kind === 'answered' ? shown.answer : undefined
  const pages = gitlabPages(draft.url)
  const timeoutIsFine = draft.maximumTimeout === undefined || draft.maximumTimeout >= 600
  return (
    <StepFrame
      question={words.setup.token.question}
      onBack={() => goTo('server')}
      onNext={says && isUsable(says) && timeoutIsFine ? () => void goOn() : undefined}
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
      {offer?.isAtHand === true && says === undefined && (
        <div className="row-between">
          <span>{words.setup.token.atHand(hostOf(draft.url))}</span>
          <Button className="button" onPress={() => void useRemembered()}>
            {words.setup.token.useIt}
          </Button>
        </div>
      )}
      <div className="verdicts" role="status">
        <TokenVerdict check={shown} />
        {trouble !== undefined && <Verdict is="bad">{inSentences(trouble)}</Verdict>}
      </div>
      {pages && says === undefined && (
        <div className="places">
          <a className="text-link" href={pages.newAccessToken} target="_blank" rel="noreferrer">
            {words.setup.token.access}
          </a>
          <p className="soft">{words.setup.token.create}</p>
          <a className="text-link" href={pages.newInstanceRunner} target="_blank" rel="noreferrer">
            {words.runner.server.where.instance}
          </a>
          <a className="text-link" href={pages.runners.group} target="_blank" rel="noreferrer">
            {words.runner.server.where.group}
          </a>
          <a className="text-link" href={pages.runners.project} target="_blank" rel="noreferrer">
            {words.runner.server.where.project}
          </a>
        </div>
      )}
      {says && isUsable(says) && (
        <RunnerSettings
          answers={answers}
          hostname={state.hostname}
          says={says.state}
          connection={connection}
        />
      )}
      {says?.state === 'person' && offer?.isAtHand === false && offer.place !== undefined && (
        <CheckBox
          isSelected={remember}
          onChange={setRemember}
          hint={offer.place === 'plain' ? words.setup.token.plainHint : undefined}
        >
          {words.setup.token.remember[offer.place]}
        </CheckBox>
      )}
      {!remember && <p className="hint">{words.setup.token.memory}</p>}
    </StepFrame>
  )
}

const hostOf = (url: string) => URL.parse(url)?.host ?? url
