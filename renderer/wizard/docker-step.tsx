import { useState } from 'react'
import { Button } from 'react-aria-components'
import { useStore } from 'zustand'

import type { EngineCheck } from '../../main/contract/setup.ts'
import { linkTo } from '../state/route.ts'
import { Field } from '../ui/field.tsx'
import { useReader } from '../ui/reader.tsx'
import { useReady } from '../ui/use-watched.ts'
import { Verdict } from '../ui/verdict.tsx'
import { Practise } from './practise.tsx'
import type { StepProps } from './step-props.ts'
import { StepFrame } from './step-frame.tsx'
import { useCheck, type Checked } from './use-check.ts'

const scarceBytes = 5 * 1024 ** 3

export function DockerStep({ connection, answers, state, status, goTo }: StepProps) {
  const { words } = useReader()
  const host = useStore(answers.draft, (draft) => draft.dockerHost)
  const [showsHost, setShowsHost] = useState(host !== '')
  const [looks, setLooks] = useState(0)
  const check = useCheck(connection, JSON.stringify([host, looks]), (api) => api.checkEngine({ host }))
  const running = useReady(status)?.docker
  const isFound = check.kind === 'answered' && check.answer.state === 'found'
  return (
    <StepFrame
      question={words.setup.docker.question}
      lead={words.setup.docker.lead}
      onNext={isFound ? () => goTo('server') : undefined}
      aside={
        <a className="text-link step-aside" href={linkTo({ page: 'import' })}>
          {words.setup.importInstead}
        </a>
      }
    >
      <div className="verdicts" role="status">
        <Found check={check} />
      </div>
      {showsHost ? (
        <Field
          label={words.setup.docker.host}
          hint={words.setup.docker.hostHint}
          value={host}
          onChange={(dockerHost) => answers.change({ dockerHost })}
          mono
        />
      ) : (
        <div className="choices">
          <Button className="button" onPress={() => setShowsHost(true)}>
            {words.setup.docker.other}
          </Button>
          {!isFound && running?.state === 'ready' && (
            <Button
              className="button"
              onPress={() => {
                answers.change({ dockerHost: running.endpoint })
                setShowsHost(true)
              }}
            >
              {words.setup.docker.use(running.endpoint)}
            </Button>
          )}
          {!isFound && check.kind !== 'asking' && (
            <Button className="button" onPress={() => setLooks((count) => count + 1)}>
              {words.setup.docker.retry}
            </Button>
          )}
        </div>
      )}
      {isFound && state.canPractise && <Practise connection={connection} answers={answers} />}
    </StepFrame>
  )
}

function Found({ check }: { readonly check: Checked<EngineCheck> }) {
  const { words, format, inWords, inSentences, gap } = useReader()
  const { docker } = words.setup
  if (check.kind === 'failed') return <Verdict is="bad">{inSentences(check.why)}</Verdict>
  if (check.kind !== 'answered') return <Verdict is="busy">{words.setup.checking}</Verdict>
  const { answer } = check
  if (answer.state === 'missing') {
    return (
      <Verdict is="bad">
        {inSentences(answer.problem)}
        {gap}
        <span className="soft">{inSentences(answer.remedy)}</span>
      </Verdict>
    )
  }
  const free = format.size(answer.freeBytes)
  return (
    <>
      <Verdict is="good">
        {docker.found(answer.version, answer.architecture)}
        <span className="soft"> · {docker.because(inWords(answer.because))}</span>
      </Verdict>
      {answer.freeBytes < scarceBytes ? (
        <Verdict is="warn">{docker.scarce(free)}</Verdict>
      ) : (
        <Verdict is="good">{docker.free(free)}</Verdict>
      )}
    </>
  )
}
