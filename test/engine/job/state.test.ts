import { describe, expect, it } from 'vitest'

import type { JobState } from '../../../main/contract/job.ts'
import { nextState, type JobFact } from '../../../main/engine/job/state.ts'

const success = { result: 'success' } as const
const facts = {
  stage: { type: 'stage-started', stage: 'get_sources' },
  cancel: { type: 'cancel-requested', by: 'server' },
  ended: { type: 'stages-ended', outcome: success },
  settled: { type: 'outcome-settled' },
} as const satisfies Record<string, JobFact>

const walk = (...steps: readonly (keyof typeof facts)[]) =>
  steps.reduce<JobState>((state, step) => nextState(state, facts[step]), { phase: 'preparing' })

describe('a job', () => {
  it.each([
    { steps: ['stage'], phase: 'running' },
    { steps: ['stage', 'ended'], phase: 'reporting' },
    { steps: ['stage', 'ended', 'settled'], phase: 'finished' },
    { steps: ['cancel'], phase: 'canceling' },
    { steps: ['stage', 'cancel', 'stage'], phase: 'canceling' },
    { steps: ['stage', 'cancel', 'ended'], phase: 'reporting' },
    { steps: ['stage', 'ended', 'cancel'], phase: 'reporting' },
    { steps: ['stage', 'ended', 'settled', 'cancel'], phase: 'finished' },
  ] as const)('after $steps is $phase', ({ steps, phase }) => {
    expect(walk(...steps).phase).toBe(phase)
  })

  it('keeps the stage it is canceled in', () => {
    expect(walk('stage', 'cancel')).toEqual({ phase: 'canceling', by: 'server', stage: 'get_sources' })
  })

  it.each([
    { steps: ['settled'], problem: 'outcome-settled cannot happen to a job that is preparing' },
    { steps: ['ended', 'stage'], problem: 'stage-started cannot happen to a job that is reporting' },
  ] as const)('never sees $steps', ({ steps, problem }) => {
    expect(() => walk(...steps)).toThrow(problem)
  })
})
