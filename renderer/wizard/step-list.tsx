import { Button } from 'react-aria-components'
import { useStore } from 'zustand'

import { setupSteps, type SetupDraft, type SetupState, type SetupStep } from '../../main/contract/setup.ts'
import type { SetupAnswers } from '../state/setup.ts'
import { CheckIcon } from '../ui/icons.tsx'
import { useReader } from '../ui/reader.tsx'

interface StepListProps {
  readonly answers: SetupAnswers
  readonly state: SetupState
  readonly goTo: (step: SetupStep) => void
}

/** The steps with what was answered; those before the present one lead back to it. */
export function StepList({ answers, state, goTo }: StepListProps) {
  const { words } = useReader()
  const draft = useStore(answers.draft)
  const at = setupSteps.indexOf(draft.step)
  return (
    <nav className="step-list" aria-label={words.setup.progress}>
      <ol>
        {setupSteps.map((step, index) => (
          <li key={step} aria-current={index === at ? 'step' : undefined}>
            <span className="step-mark" aria-hidden="true">
              {index < at ? <CheckIcon size={12} /> : index + 1}
            </span>
            <span className="step-words">
              {index < at ? (
                <Button className="step-back" onPress={() => goTo(step)}>
                  {words.setup.steps[step]}
                </Button>
              ) : (
                <span>{words.setup.steps[step]}</span>
              )}
              {index < at && <span className="soft cut">{answerOf(step, draft, state)}</span>}
            </span>
          </li>
        ))}
      </ol>
    </nav>
  )
}

function answerOf(step: SetupStep, draft: SetupDraft, { token, hostname }: SetupState): string {
  switch (step) {
    case 'docker':
      return draft.dockerHost
    case 'server':
      return draft.url.replace(/^https?:\/\//, '')
    case 'token':
      return token?.state === 'runner' ? `${token.shortToken}…` : draft.name || hostname
    case 'job':
    case 'test':
      return draft.image
  }
}
