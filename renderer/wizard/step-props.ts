import type { SetupState, SetupStep } from '../../main/contract/setup.ts'
import type { Connection } from '../state/connection.ts'
import type { SetupAnswers } from '../state/setup.ts'

/** What every step works with. */
export interface StepProps {
  readonly connection: Connection
  readonly answers: SetupAnswers
  readonly state: SetupState
  readonly goTo: (step: SetupStep) => void
}
