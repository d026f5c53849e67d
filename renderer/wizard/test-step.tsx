import { useEffect, useState } from 'react'
import { Button } from 'react-aria-components'
import { useStore } from 'zustand'

import type { TestFinding, TestState } from '../../main/contract/setup.ts'
import { useReader } from '../ui/reader.tsx'
import { Verdict } from '../ui/verdict.tsx'
import type { StepProps } from './step-props.ts'
import { StepFrame } from './step-frame.tsx'
import { TestLog } from './test-log.tsx'
import { wordsOf } from './use-check.ts'
import { withoutEmptyRows } from './without-empty-rows.ts'

export function TestStep({ connection, answers, state, goTo }: StepProps) {
  const { words } = useReader()
  const draft = useStore(answers.draft)
  const { test } = state
  const [trouble, setTrouble] = useState<string>()
  const [isSaving, setIsSaving] = useState(false)

  const start = async () => {
    setTrouble(undefined)
    try {
      await answers.kept()
      const api = await connection.ready(new AbortController().signal)
      await api.testRunner(withoutEmptyRows(answers.draft.getState()))
    } catch (error) {
      setTrouble(wordsOf(error))
    }
  }
  const save = async () => {
    setTrouble(undefined)
    setIsSaving(true)
    try {
      const api = await connection.ready(new AbortController().signal)
      await api.saveRunner(withoutEmptyRows(answers.draft.getState()))
    } catch (error) {
      setTrouble(`${words.setup.test.notAdded} ${wordsOf(error)}`)
      setIsSaving(false)
    }
  }
  useEffect(() => {
    if (test.state !== 'running') void start()
    // Once, when the step is come to: a test that runs already is this one's.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [])

  const passed = test.state === 'ended' && test.outcome.result === 'success'
  return (
    <StepFrame
      question={words.setup.test.question}
      lead={words.setup.test.lead}
      onBack={() => goTo('job')}
      onNext={draft.image === '' || isSaving ? undefined : () => void save()}
      next={
        <Button type="submit" className={passed ? 'button primary' : 'button'} isDisabled={isSaving}>
          {isSaving ? words.setup.test.saving : passed ? words.setup.test.save : words.setup.test.saveAnyway}
        </Button>
      }
      aside={<TestButton test={test} onStart={() => void start()} connection={connection} />}
    >
      <div className="verdicts" role="status">
        {trouble !== undefined && <Verdict is="bad">{trouble}</Verdict>}
        {trouble === undefined && <Summary test={test} />}
      </div>
      <Findings findings={test.state === 'none' ? [] : test.findings} />
      {test.state !== 'none' && <TestLog key={test.run} run={test.run} connection={connection} />}
    </StepFrame>
  )
}

function TestButton({
  test,
  onStart,
  connection,
}: {
  readonly test: TestState
  readonly onStart: () => void
  readonly connection: StepProps['connection']
}) {
  const { words } = useReader()
  if (test.state !== 'running') {
    return (
      <Button className="button" onPress={onStart}>
        {words.setup.test.again}
      </Button>
    )
  }
  const stop = async () => {
    const api = await connection.ready(new AbortController().signal)
    await api.stopTest(undefined)
  }
  return (
    <Button className="button" onPress={() => void stop()}>
      {words.setup.test.stop}
    </Button>
  )
}

export function Summary({ test }: { readonly test: TestState }) {
  const { words, format, inSentences } = useReader()
  if (test.state !== 'ended') return <Verdict is="busy">{words.setup.test.running}</Verdict>
  const { outcome } = test
  switch (outcome.result) {
    case 'success':
      return <Verdict is="good">{words.setup.test.passed(format.duration(test.took))}</Verdict>
    case 'canceled':
      return <Verdict is="warn">{words.setup.test.canceled}</Verdict>
    case 'failed':
      return (
        <Verdict is="bad">
          {words.setup.test.failed} <span className="soft">{inSentences(outcome.message)}</span>
        </Verdict>
      )
  }
}

function Findings({ findings }: { readonly findings: readonly TestFinding[] }) {
  const { words } = useReader()
  const { finding, notSo } = words.setup.test
  return (
    <ul className="findings">
      {findings.map((one) => (
        <li key={`${one.what} ${one.subject}`}>
          <Verdict is={one.ok ? 'good' : 'bad'}>
            {(one.ok ? finding : notSo)[one.what](one.subject)}
            {one.what === 'compiler' && <span className="soft"> · {one.says}</span>}
          </Verdict>
        </li>
      ))}
    </ul>
  )
}
