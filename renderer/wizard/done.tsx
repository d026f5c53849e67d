import { useState } from 'react'
import { Button } from 'react-aria-components'

import { gitlabPages } from '../../main/contract/gitlab-pages.ts'
import type { SavedRunner, SetupState } from '../../main/contract/setup.ts'
import type { Connection } from '../state/connection.ts'
import { linkTo } from '../state/route.ts'
import { CodeBlock } from '../ui/code-block.tsx'
import { useReader } from '../ui/reader.tsx'
import { Verdict } from '../ui/verdict.tsx'
import { Summary } from './test-step.tsx'
import { TestLog } from './test-log.tsx'
import { wordsOf } from './use-check.ts'

interface DoneProps {
  readonly connection: Connection
  readonly saved: SavedRunner
  readonly state: SetupState
}

/** What was written, what the test job said, and the one way on. */
export function Done({ connection, saved, state }: DoneProps) {
  const { words } = useReader()
  const { done } = words.setup
  const page =
    saved.scope === 'instance' && saved.id !== undefined
      ? gitlabPages(saved.url)?.runner(saved.id, saved.scope)
      : undefined
  const [trouble, setTrouble] = useState<string>()
  const leave = async () => {
    setTrouble(undefined)
    try {
      const api = await connection.ready(new AbortController().signal)
      if (saved.practice) await api.runSample(undefined)
      await api.leaveSetup(undefined)
      window.location.hash = linkTo({ page: saved.practice ? 'overview' : 'runners' })
    } catch (error) {
      setTrouble(wordsOf(error))
    }
  }
  return (
    <main className="wizard-done" aria-label={done.title(saved.name)}>
      <div className="step-question">
        <h2>{done.title(saved.name)}</h2>
        <p className="soft">{done.lead}</p>
      </div>
      <div className="step-actions">
        <Button className="button primary" autoFocus onPress={() => void leave()}>
          {saved.practice ? done.sample : done.show}
        </Button>
      </div>
      <dl className="done-facts">
        {saved.id !== undefined && (
          <div>
            <dt>{done.number}</dt>
            <dd>
              {saved.id}{' '}
              {page !== undefined && (
                <a className="text-link" href={page} target="_blank" rel="noreferrer">
                  {words.runner.server.open}
                </a>
              )}
            </dd>
          </div>
        )}
        {saved.scope !== undefined && (
          <div>
            <dt>{words.setup.token.scope}</dt>
            <dd>{words.setup.token.scopes[saved.scope]}</dd>
          </div>
        )}
        <div>
          <dt>{words.runners.token}</dt>
          <dd className="mono">{saved.shortToken}…</dd>
        </div>
        <div>
          <dt>{done.systemId}</dt>
          <dd className="mono">{saved.systemId}</dd>
        </div>
      </dl>
      {trouble !== undefined && <Verdict is="bad">{trouble}</Verdict>}
      <section>
        <h3 className="label">{done.wrote(saved.file)}</h3>
        <CodeBlock text={saved.toml} label={done.wrote(saved.file)} />
      </section>
      {state.test.state === 'ended' && (
        <section>
          <Summary test={state.test} />
          <TestLog run={state.test.run} connection={connection} />
        </section>
      )}
    </main>
  )
}
