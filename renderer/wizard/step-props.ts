import type { AppStatus } from '../../main/contract/status.ts'
import type { SetupState, SetupStep } from '../../main/contract/setup.ts'
import type { Connection } from '../state/connection.ts'
import type { SetupAnswers } from '../state/setup.ts'
import type { WatchedStore } from '../state/watched.ts'

/** What every step works with. */
export interface StepProps {
  readonly connection: Connection
  readonly answers: SetupAnswers
  readonly state: SetupState
  readonly status: WatchedStore<AppStatus>
  readonly goTo: (step: SetupStep) => void
}
