import { describe, expect, it } from 'vitest'

import { JobCanceled, JobFailure } from '../../../main/engine/job/outcome.ts'
import { runStages, type StageRunner } from '../../../main/engine/job/run-stages.ts'
import type { Stage } from '../../../main/engine/job/stages.ts'
import { turnedClock } from '../../support/turned-clock.ts'

const row = (name: string, rest: Partial<Stage> = {}): Stage => ({
  name,
  title: name,
  work: { kind: 'task', run: async () => {} },
  due: 'while_successful',
  stopsOn: 'cancel',
  counts: 'fails-job',
  ...rest,
})

const aPlan = (afterScriptCounts: Stage['counts'] = 'warns'): readonly Stage[] => [
  row('prepare', { endsPlan: true }),
  row('sources', { limit: 'sources', attempts: 3, beforeSecondTry: row('clear') }),
  row('script', { isScript: true, limit: 'script' }),
  row('release', { isScript: true, limit: 'script' }),
  row('after', { due: 'once_scripted', stopsOn: 'abort', counts: afterScriptCounts, limit: 'after_script' }),
  row('upload', { due: 'after_success', stopsOn: 'abort' }),
  row('upload-failed', { due: 'after_failure', stopsOn: 'abort' }),
  row('cleanup', { due: 'always', stopsOn: 'abort', counts: 'is-noted' }),
]

type Limit = NonNullable<Stage['limit']>
type Happening = (controls: {
  cancel: AbortController
  abort: AbortController
  limits: Record<Limit, AbortController>
}) => void

const aLimitEach = () => ({
  prepare: new AbortController(),
  sources: new AbortController(),
  script: new AbortController(),
  after_script: new AbortController(),
})

/** Runs the plan; each stage does what the table says for its next try, or succeeds. */
async function story(happenings: Record<string, readonly Happening[]>, plan = aPlan()) {
  const controls = {
    cancel: new AbortController(),
    abort: new AbortController(),
    limits: aLimitEach(),
  }
  const ran: string[] = []
  const said: string[] = []
  const clock = turnedClock()
  const tries = new Map<string, number>()
  const runner: StageRunner = {
    clock,
    signals: { cancel: controls.cancel.signal, abort: controls.abort.signal },
    limitOf: (limit) => controls.limits[limit].signal,
    backoff: (retry) => retry * 5000,
    run: async (stage, _, signal) => {
      ran.push(stage.name)
      const attempt = tries.get(stage.name) ?? 0
      tries.set(stage.name, attempt + 1)
      happenings[stage.name]?.[attempt]?.(controls)
      signal.throwIfAborted()
    },
    retrying: async (stage) => void said.push(`retrying ${stage.name}`),
    stopped: async (stage) => void said.push(`stopped ${stage.name}`),
    afterScriptFailed: async () => void said.push('after_script failed'),
    noted: (stage) => said.push(`noted ${stage.name}`),
  }
  const ending = runStages(plan, runner)
  await clock.advance(60_000)
  return { failure: await ending, ran: ran.join(' '), said }
}

const failure = new JobFailure('script_failure', 'exit code 1', { exitCode: 1 })
const canceled = new JobCanceled('server')
const timedOut = new JobFailure('job_execution_timeout', 'script timeout')
const fails: Happening = () => {
  throw failure
}
const cancels: Happening = ({ cancel }) => cancel.abort(canceled)
const aborts: Happening = ({ abort }) => abort.abort(canceled)
const timesOut =
  (limit: Limit): Happening =>
  ({ limits }) =>
    limits[limit].abort(timedOut)

describe('the stages of a job', () => {
  it('run in order, those for the other outcome left out', async () => {
    expect(await story({})).toEqual({
      failure: undefined,
      ran: 'prepare sources script release after upload cleanup',
      said: [],
    })
  })

  it('end at once when the environment cannot be prepared', async () => {
    expect(await story({ prepare: [fails] })).toEqual({ failure, ran: 'prepare', said: [] })
  })

  it('try sources again, clearing the work tree once, before the second try', async () => {
    expect(await story({ sources: [fails, fails] })).toEqual({
      failure: undefined,
      ran: 'prepare sources clear sources sources script release after upload cleanup',
      said: ['retrying sources', 'retrying sources'],
    })
  })

  it('skip scripts and after_script without sources, but save what a failure keeps', async () => {
    expect(await story({ sources: [fails, fails, fails] })).toMatchObject({
      failure,
      ran: 'prepare sources clear sources sources upload-failed cleanup',
    })
  })

  it('skip the remaining scripts after a failing one, and run after_script', async () => {
    expect(await story({ script: [fails] })).toEqual({
      failure,
      ran: 'prepare sources script after upload-failed cleanup',
      said: [],
    })
  })

  it('bear a failing after_script with a warning', async () => {
    expect(await story({ after: [fails] })).toEqual({
      failure: undefined,
      ran: 'prepare sources script release after upload cleanup',
      said: ['after_script failed'],
    })
  })

  it('fail with after_script where its errors count', async () => {
    expect(await story({ after: [fails] }, aPlan('fails-job'))).toMatchObject({
      failure,
      ran: 'prepare sources script release after upload-failed cleanup',
    })
  })

  it('report the first failure, whatever fails later', async () => {
    const later: Happening = () => {
      throw new JobFailure('script_failure', 'upload failed')
    }
    expect(await story({ script: [fails], 'upload-failed': [later] })).toMatchObject({ failure })
  })

  it('fail with the upload when the script succeeded', async () => {
    expect(await story({ upload: [fails] })).toMatchObject({ failure })
  })

  it('only note a failing cleanup', async () => {
    expect(await story({ cleanup: [fails] })).toMatchObject({ failure: undefined, said: ['noted cleanup'] })
  })

  it('stop altogether when canceled before the script began', async () => {
    expect(await story({ sources: [cancels] })).toEqual({
      failure: canceled,
      ran: 'prepare sources',
      said: ['stopped sources'],
    })
  })

  it('run after_script and uploads when the script is canceled', async () => {
    expect(await story({ script: [cancels] })).toEqual({
      failure: canceled,
      ran: 'prepare sources script after upload-failed cleanup',
      said: ['stopped script'],
    })
  })

  it('are not touched by a cancel during after_script', async () => {
    expect(await story({ after: [cancels] })).toMatchObject({
      failure: undefined,
      ran: 'prepare sources script release after upload cleanup',
    })
  })

  it('run nothing more when aborted', async () => {
    expect(await story({ script: [aborts] })).toMatchObject({
      failure: canceled,
      ran: 'prepare sources script',
    })
  })

  it('run after_script and uploads when the script takes too long', async () => {
    expect(await story({ script: [timesOut('script')] })).toMatchObject({
      failure: timedOut,
      ran: 'prepare sources script after upload-failed cleanup',
    })
  })

  it('run nothing more when sources take too long', async () => {
    expect(await story({ sources: [timesOut('sources')] })).toMatchObject({
      failure: timedOut,
      ran: 'prepare sources',
    })
  })
})
