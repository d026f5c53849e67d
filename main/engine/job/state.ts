import type { CanceledBy, JobPhase, JobState, Outcome } from '../../contract/job.ts'

/** What can happen to a job, as facts. */
export type JobFact =
  | { readonly type: 'stage-started'; readonly stage: string }
  | { readonly type: 'cancel-requested'; readonly by: CanceledBy }
  | { readonly type: 'stages-ended'; readonly outcome: Outcome }
  | { readonly type: 'outcome-settled' }

type Moves = {
  readonly [Phase in JobPhase]: {
    readonly [Type in JobFact['type']]?: (
      state: Extract<JobState, { phase: Phase }>,
      fact: Extract<JobFact, { type: Type }>,
    ) => JobState
  }
}

const toReporting = (_: JobState, { outcome }: { readonly outcome: Outcome }): JobState => ({
  phase: 'reporting',
  outcome,
})

const moves: Moves = {
  preparing: {
    'stage-started': (_, { stage }) => ({ phase: 'running', stage }),
    'cancel-requested': (_, { by }) => ({ phase: 'canceling', by }),
    'stages-ended': toReporting,
  },
  running: {
    'stage-started': (_, { stage }) => ({ phase: 'running', stage }),
    'cancel-requested': ({ stage }, { by }) => ({ phase: 'canceling', by, stage }),
    'stages-ended': toReporting,
  },
  canceling: {
    'stage-started': ({ by }, { stage }) => ({ phase: 'canceling', by, stage }),
    'cancel-requested': (state) => state,
    'stages-ended': toReporting,
  },
  reporting: {
    // Too late: the scripts are over.
    'cancel-requested': (state) => state,
    'outcome-settled': ({ outcome }) => ({ phase: 'finished', outcome }),
  },
  finished: {
    'cancel-requested': (state) => state,
  },
}

/** @throws Error when the fact cannot happen in the state's phase: a mistake of ours. */
export function nextState(state: JobState, fact: JobFact): JobState {
  const move = moves[state.phase][fact.type] as ((state: JobState, fact: JobFact) => JobState) | undefined
  if (move === undefined) throw new Error(`${fact.type} cannot happen to a job that is ${state.phase}`)
  return move(state, fact)
}
