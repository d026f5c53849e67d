import { describe, expect, it } from 'vitest'

import { idleLimits, JobLimits } from '../../../main/engine/job/limits.ts'
import { turnedClock } from '../../support/turned-clock.ts'

const settings = {
  jobTimeout: 3_600_000,
  prepareTimeout: undefined,
  sourcesTimeout: undefined,
  scriptTimeout: '',
  afterScriptTimeout: '',
}

const why = (signal: AbortSignal) => (signal.reason as Error).message

describe("a job's limits", () => {
  it('end the job at its deadline', async () => {
    const clock = turnedClock()
    using limits = new JobLimits(clock, settings)
    await clock.advance(3_599_999)
    expect(limits.deadline.aborted).toBe(false)
    await clock.advance(1)
    expect(why(limits.deadline)).toBe('execution took longer than 1h0m0s seconds')
  })

  it('leave no timer behind', async () => {
    const clock = turnedClock()
    {
      using limits = new JobLimits(clock, settings)
      limits.signal('after_script')
    }
    await clock.advance(0)
    expect(clock.sleepers).toBe(0)
  })

  it.each([
    { value: '', script: 'never', after: '5m', warnings: [] },
    { value: '40s', script: '40s', after: '40s', warnings: [] },
    // Longer than the job: what is left of the job.
    { value: '1h20m', script: '50m', after: '50m', warnings: ['longer'] },
    { value: '0', script: 'never', after: '5m', warnings: [] },
    { value: '-10m', script: 'never', after: '5m', warnings: ['relative'] },
    { value: 'soon', script: 'never', after: '5m', warnings: ['malformed'] },
  ])('with script timeouts of "$value" and 50 minutes left', async ({ value, script, after, warnings }) => {
    const clock = turnedClock()
    using limits = new JobLimits(clock, { ...settings, scriptTimeout: value, afterScriptTimeout: value })
    await clock.advance(600_000)
    limits.beginScripts()
    const signals = { script: limits.signal('script'), after: limits.signal('after_script') }
    const ends = { script: 'never', after: 'never' }
    for (const [at, ms] of Object.entries({ '40s': 40_000, '5m': 260_000, '50m': 2_700_000 })) {
      await clock.advance(ms)
      for (const name of ['script', 'after'] as const) {
        if (signals[name].aborted && ends[name] === 'never') ends[name] = at
      }
    }
    const kinds = limits.warnings.filter((text) => !text.includes('AFTER_SCRIPT')).map(kindOf)
    expect({ ...ends, warnings: kinds }).toEqual({ script, after, warnings })
  })

  it.each([
    { configured: '30s', ends: 'prepare timeout: exceeded timeout of 30s' },
    { configured: '2h', ends: undefined },
    { configured: '0', ends: undefined },
    { configured: undefined, ends: undefined },
  ])('with prepare_timeout = $configured', async ({ configured, ends }) => {
    const clock = turnedClock()
    using limits = new JobLimits(clock, { ...settings, prepareTimeout: configured })
    const signal = limits.signal('prepare')
    await clock.advance(3_000_000)
    expect((signal.reason as Error | undefined)?.message).toBe(ends)
  })
})

const kindOf = (warning: string) =>
  ['malformed', 'relative', 'longer'].find((kind) => warning.includes(kind)) ?? warning

describe('limits of the configuration', () => {
  it.each([
    { prepare_timeout: '5m', says: [] },
    { prepare_timeout: '2h', says: [`prepare_timeout = "2h" is longer than the job's timeout of 1h0m0s`] },
    {
      get_sources_timeout: '0s',
      says: [`get_sources_timeout = "0s" is no time, so it is the job's timeout of 1h0m0s`],
    },
    { says: [] },
  ])('$prepare_timeout$get_sources_timeout beside a job of an hour', ({ says, ...runner }) =>
    expect(idleLimits(runner, 3_600_000)).toEqual(says),
  )
})
