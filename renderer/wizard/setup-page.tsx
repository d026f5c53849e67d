import { useEffect, useState } from 'react'
import { Button } from 'react-aria-components'
import { useStore } from 'zustand'

import type { AppStatus } from '../../main/contract/status.ts'
import type { SetupState, SetupStep } from '../../main/contract/setup.ts'
import type { Connection } from '../state/connection.ts'
import type { Grace } from '../state/grace.ts'
import { linkTo } from '../state/route.ts'
import { createSetupAnswers, type SetupAnswers } from '../state/setup.ts'
import type { WatchedStore } from '../state/watched.ts'
import { Logo } from '../ui/icons.tsx'
import { Notice } from '../ui/notice.tsx'
import { useArrival } from '../ui/use-arrival.ts'
import { useReader } from '../ui/reader.tsx'
import { useWatched } from '../ui/use-watched.ts'
import { DockerStep } from './docker-step.tsx'
import { Done } from './done.tsx'
import { JobPicture } from './job-picture.tsx'
import { JobStep } from './job-step.tsx'
import { ServerStep } from './server-step.tsx'
import type { StepProps } from './step-props.ts'
import { StepList } from './step-list.tsx'
import { TestStep } from './test-step.tsx'
import { TokenStep } from './token-step.tsx'
import './wizard.css'

interface SetupPageProps {
  readonly connection: Connection
  readonly setup: WatchedStore<SetupState>
  readonly grace: Grace
  readonly status: WatchedStore<AppStatus>
}

export function SetupPage({ connection, setup, grace, status }: SetupPageProps) {
  const { words } = useReader()
  const watched = useWatched(setup)
  const discard = () => {
    grace.ask({
      key: 'discard setup',
      text: words.setup.discarding,
      act: async () => (await connection.ready(AbortSignal.timeout(5000))).leaveSetup(undefined),
    })
    window.location.hash = linkTo({ page: 'overview' })
  }
  return (
    <div className="wizard" data-page="setup">
      <header className="wizard-head">
        <Logo />
        <h1>{words.setup.title}</h1>
        {watched.kind === 'ready' && watched.value.draft !== undefined && !watched.value.saved && (
          <Button className="button bare" onPress={discard}>
            {words.setup.cancel}
          </Button>
        )}
        {!(watched.kind === 'ready' && watched.value.saved) && (
          <a className="button bare" href={linkTo({ page: 'overview' })}>
            {words.setup.later}
          </a>
        )}
      </header>
      {watched.kind === 'loading' && <Notice>{words.setup.loading}</Notice>}
      {watched.kind === 'failed' && <Notice why={watched.error.message}>{words.setup.failed}</Notice>}
      {watched.kind === 'ready' && (
        <Answering connection={connection} setup={setup} status={status} state={watched.value} />
      )}
    </div>
  )
}

function Answering({
  connection,
  setup,
  status,
  state,
}: Omit<SetupPageProps, 'grace'> & { readonly state: SetupState }) {
  const answers = useAnswers(connection, setup)
  if (state.saved) return <Done connection={connection} saved={state.saved} state={state} />
  return <Steps connection={connection} answers={answers} status={status} state={state} />
}

function Steps({ connection, answers, status, state }: Omit<StepProps, 'goTo'>) {
  const { words } = useReader()
  const step = useStore(answers.draft, (draft) => draft.step)
  const goTo = (next: SetupStep) => {
    answers.change({ step: next })
    void answers.kept()
  }
  const props = { connection, answers, status, state, goTo }
  const shows = step === 'job' || step === 'test'
  const main = useArrival(step, { patience: 200 })
  return (
    <div className={shows ? 'wizard-body with-picture' : 'wizard-body'}>
      <StepList answers={answers} state={state} goTo={goTo} />
      <main ref={main} tabIndex={-1} className="wizard-step" aria-label={words.setup.steps[step]}>
        {step === 'docker' && <DockerStep {...props} />}
        {step === 'server' && <ServerStep {...props} />}
        {step === 'token' && <TokenStep {...props} />}
        {step === 'job' && <JobStep {...props} />}
        {step === 'test' && <TestStep {...props} />}
      </main>
      {shows && <JobPicture connection={connection} answers={answers} />}
    </div>
  )
}

/** For as long as the page is shown; what was typed last is kept when it goes. */
function useAnswers(connection: Connection, setup: WatchedStore<SetupState>): SetupAnswers {
  const [{ answers, left }] = useState(() => {
    const left = new AbortController()
    return { left, answers: createSetupAnswers(connection, setup, left.signal) }
  })
  useEffect(() => () => void answers.kept().finally(() => left.abort()), [answers, left])
  return answers
}
