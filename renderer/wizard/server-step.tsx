import { useState } from 'react'
import { Button } from 'react-aria-components'
import { useStore } from 'zustand'

import type { ServerCheck } from '../../main/contract/setup.ts'
import { Field } from '../ui/field.tsx'
import { useReader } from '../ui/reader.tsx'
import { Verdict } from '../ui/verdict.tsx'
import { Practise } from './practise.tsx'
import type { StepProps } from './step-props.ts'
import { StepFrame } from './step-frame.tsx'
import { useCheck, type Checked } from './use-check.ts'

/** A clock that is further off makes certificates and signed addresses fail. */
const badClockMs = 5 * 60_000

export function ServerStep({ connection, answers, state, goTo }: StepProps) {
  const { words } = useReader()
  const url = useStore(answers.draft, (draft) => draft.url)
  const caFile = useStore(answers.draft, (draft) => draft.caFile)
  const [wantsCa, setWantsCa] = useState(caFile !== '')
  const question = url.trim() === '' ? undefined : JSON.stringify([url, caFile])
  const check = useCheck(connection, question, (api) => api.checkServer({ url: url.trim(), caFile }))
  const isReached = check.kind === 'answered' && check.answer.state === 'reached'
  const isUntrusted = check.kind === 'answered' && isAboutCertificate(check.answer)
  return (
    <StepFrame
      question={words.setup.server.question}
      onBack={() => goTo('docker')}
      onNext={isReached ? () => goTo('token') : undefined}
    >
      <Field
        label={words.setup.server.url}
        hint={url === '' ? words.setup.server.urlHint : undefined}
        value={url}
        onChange={(value) => answers.change({ url: value })}
        type="url"
        autoFocus
      />
      <div className="verdicts" role="status">
        <Reached check={check} onMove={(to) => answers.change({ url: to })} />
      </div>
      {wantsCa || isUntrusted ? (
        <Field
          label={words.setup.server.caFile}
          hint={words.setup.server.caHint}
          value={caFile}
          onChange={(value) => answers.change({ caFile: value.trim() })}
          mono
        />
      ) : (
        <div className="choices">
          <Button className="button bare link-like" onPress={() => setWantsCa(true)}>
            {words.setup.server.caFile}…
          </Button>
        </div>
      )}
      {state.canPractise && url === '' && <Practise connection={connection} answers={answers} />}
    </StepFrame>
  )
}

const isAboutCertificate = (answer: ServerCheck) =>
  answer.state === 'no-ca-file' || (answer.state === 'unreachable' && answer.reason === 'untrusted')

interface ReachedProps {
  readonly check: Checked<ServerCheck>
  readonly onMove: (address: string) => void
}

function Reached({ check, onMove }: ReachedProps) {
  const { words, inSentences } = useReader()
  const { server } = words.setup
  if (check.kind === 'idle') return null
  if (check.kind === 'failed') return <Verdict is="bad">{inSentences(check.why)}</Verdict>
  if (check.kind === 'asking') return <Verdict is="busy">{words.setup.checking}</Verdict>
  const { answer } = check
  switch (answer.state) {
    case 'not-a-url':
      return <Verdict is="warn">{server.notAUrl}</Verdict>
    case 'no-ca-file':
      return <Verdict is="bad">{server.noCaFile(answer.file)}</Verdict>
    case 'no-gitlab':
      return <Verdict is="bad">{server.noGitLab(answer.host)}</Verdict>
    case 'unreachable':
      return (
        <>
          <Verdict is="bad">{server.unreachable[answer.reason](answer.host)}</Verdict>
          {answer.reason === 'other' && <p className="hint">{inSentences(answer.detail)}</p>}
        </>
      )
    case 'reached': {
      const apart = Math.abs(answer.clockAhead ?? 0)
      const facts = [
        server.reached(answer.host),
        ...(answer.proxy === undefined ? [] : [server.proxy(answer.proxy)]),
        ...(answer.clockAhead === undefined || apart >= badClockMs
          ? []
          : [server.clock(Math.round(apart / 1000))]),
      ]
      return (
        <>
          <Verdict is="good">{facts.join(', ')}</Verdict>
          {apart >= badClockMs && <Verdict is="warn">{server.clockBad(Math.round(apart / 60_000))}</Verdict>}
          {!answer.secure && !/^(?:localhost|127\.)/.test(answer.host) && (
            <Verdict is="warn">{server.plain}</Verdict>
          )}
          {answer.movedTo !== undefined && (
            <Verdict is="warn">
              {server.moved(answer.movedTo)}{' '}
              <Button className="link-like" onPress={() => onMove(answer.movedTo ?? '')}>
                {server.useMoved}
              </Button>
            </Verdict>
          )}
        </>
      )
    }
  }
}
