import { useState } from 'react'
import { Button } from 'react-aria-components'
import { useStore } from 'zustand'

import { linkTo } from '../state/route.ts'
import { useReader } from '../ui/reader.tsx'
import { EngineFields, type EngineAddress } from './engine-fields.tsx'
import { EngineVerdict } from './engine-verdict.tsx'
import { Practise } from './practise.tsx'
import type { StepProps } from './step-props.ts'
import { StepFrame } from './step-frame.tsx'
import { useCheck } from './use-check.ts'

export function DockerStep({ connection, answers, state, goTo }: StepProps) {
  const { words } = useReader()
  const draft = useStore(answers.draft)
  const { tlsVerify, tlsCertPath } = draft
  const engine: EngineAddress = { host: draft.dockerHost, tlsVerify, tlsCertPath }
  const [showsHost, setShowsHost] = useState(engine.host !== '')
  const [looks, setLooks] = useState(0)
  const check = useCheck(connection, JSON.stringify([engine, looks]), (api) => api.checkEngine(engine))
  // Whoever has no engine here has one elsewhere, or starts one and looks again.
  if (check.kind === 'answered' && check.answer.state === 'missing' && !showsHost) setShowsHost(true)
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
        <EngineVerdict check={check} />
      </div>
      {showsHost && (
        <EngineFields
          connection={connection}
          engine={engine}
          onChange={({ host, ...tls }) => answers.change({ dockerHost: host, ...tls })}
        />
      )}
      <div className="choices">
        {!showsHost && (
          <Button className="button" onPress={() => setShowsHost(true)}>
            {words.setup.docker.other}
          </Button>
        )}
        {!isFound && check.kind !== 'asking' && (
          <Button className="button" onPress={() => setLooks((count) => count + 1)}>
            {words.setup.docker.retry}
          </Button>
        )}
      </div>
      {isFound && state.canPractise && <Practise connection={connection} answers={answers} />}
    </StepFrame>
  )
}
