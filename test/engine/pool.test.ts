import { pino } from 'pino'
import { describe, expect, it } from 'vitest'

import { configSchema, type RunnerConfig } from '../../main/engine/config/schema.ts'
import type { JobAnswer, RunnerGateway } from '../../main/engine/gitlab/port.ts'
import { Pool } from '../../main/engine/pool.ts'
import { aPayload } from '../support/job-context.ts'
import { turnedClock } from '../support/turned-clock.ts'

const none: JobAnswer = { kind: 'none' }
const rejected: JobAnswer = { kind: 'rejected', problem: 'the token is unknown' }
const unavailable: JobAnswer = { kind: 'unavailable', problem: 'no route', overloaded: false }
const aJob = (id: number): JobAnswer => ({
  kind: 'job',
  job: aPayload({ id }),
  correlationId: '',
  tls: {},
})

interface Asked {
  readonly runner: string
  readonly hold: boolean
  answer(answer: JobAnswer): Promise<void>
}

/** A pool whose GitLab answers when the test says so. */
function aPool(concurrent: number, runners: readonly Partial<RunnerConfig>[]) {
  const clock = turnedClock()
  const asked: Asked[] = []
  const running = new Map<number, () => void>()
  const gatewayOf = (runner: RunnerConfig): RunnerGateway => ({
    requestJob: ({ hold }, signal) =>
      new Promise((resolve, reject) => {
        const one: Asked = {
          runner: runner.name,
          hold,
          answer: async (answer) => {
            asked.splice(asked.indexOf(one), 1)
            resolve(answer)
            await clock.advance(0)
          },
        }
        asked.push(one)
        signal.addEventListener('abort', () => {
          if (asked.includes(one)) asked.splice(asked.indexOf(one), 1)
          reject(signal.reason as Error)
        })
      }),
    updateJob: () => Promise.reject(new Error('not here')),
    patchLog: () => Promise.reject(new Error('not here')),
    close: async () => {},
  })
  const pool = new Pool({
    clock,
    logger: pino({ level: 'silent' }),
    connect: (runner) => ({
      gateway: gatewayOf(runner),
      artifacts: { upload: () => Promise.reject(new Error()), download: () => Promise.reject(new Error()) },
    }),
    take: (job) =>
      new Promise<void>((resolve) => {
        const id = job.kind === 'job' ? job.job.id : job.id
        running.set(id, () => {
          running.delete(id)
          resolve()
        })
      }),
    runnersChanged: () => {},
  })
  const configure = async (
    places: number,
    entries: readonly Partial<RunnerConfig>[],
    { checkInterval = 0 } = {},
  ) => {
    pool.reconcile(
      configSchema.parse({
        concurrent: places,
        check_interval: checkInterval,
        runners: entries.map((entry) => ({
          url: 'https://gitlab.example.com',
          token: `glrt-${entry.name ?? ''}`.padEnd(20, 'x'),
          executor: 'docker',
          ...entry,
        })),
      }),
    )
    await clock.advance(0)
  }
  const finish = async (id: number) => {
    running.get(id)?.()
    await clock.advance(0)
  }
  return {
    pool,
    clock,
    asked,
    running,
    configure,
    finish,
    askers: () => asked.map(({ runner }) => runner),
    start: async () => {
      await configure(concurrent, runners)
      return asked
    },
  }
}

describe('the pool', () => {
  it('asks again at once after a job, and after the interval when there was none', async () => {
    const { start, asked, askers, clock } = aPool(2, [{ name: 'a' }])
    await start()
    await asked[0]!.answer(aJob(1))
    expect(askers()).toEqual(['a'])
    await asked[0]!.answer(none)
    expect(askers()).toEqual([])
    await clock.advance(2999)
    expect(askers()).toEqual([])
    await clock.advance(1)
    expect(askers()).toEqual(['a'])
  })

  it('asks only while a job could begin at once', async () => {
    const { start, asked, askers, finish, clock } = aPool(1, [{ name: 'a' }])
    await start()
    await asked[0]!.answer(aJob(1))
    await clock.advance(60_000)
    expect(askers()).toEqual([])
    await finish(1)
    expect(askers()).toEqual(['a'])
  })

  it("keeps to a runner's own limit", async () => {
    const { start, asked, askers, clock } = aPool(5, [{ name: 'a', limit: 1 }, { name: 'b' }])
    await start()
    await asked[0]!.answer(aJob(1))
    await clock.advance(10_000)
    expect(askers()).toEqual(['b'])
  })

  it('lets one place serve every runner in turn, without holding it', async () => {
    const { start, asked, clock } = aPool(1, [{ name: 'a' }, { name: 'b' }, { name: 'c' }])
    await start()
    const turns: [string, boolean][] = []
    for (let turn = 0; turn < 6; turn++) {
      const [one] = asked
      turns.push([one!.runner, one!.hold])
      await one!.answer(none)
      await clock.advance(3000)
    }
    expect(turns.map(([name]) => name).sort()).toEqual(['a', 'a', 'b', 'b', 'c', 'c'])
    expect(turns.some(([, held]) => held)).toBe(false)
  })

  it('lets requests be held where every runner can have a place', async () => {
    const { start, asked } = aPool(2, [{ name: 'a' }, { name: 'b' }])
    await start()
    expect(asked.map(({ hold }) => hold)).toEqual([true, true])
  })

  it('follows concurrent up and down without touching running jobs', async () => {
    const { start, asked, askers, configure, running, finish, clock } = aPool(1, [{ name: 'a' }])
    await start()
    await asked[0]!.answer(aJob(1))
    await configure(2, [{ name: 'a' }])
    await asked[0]!.answer(aJob(2))
    await configure(1, [{ name: 'a' }])
    await finish(1)
    await clock.advance(10_000)
    expect({ askers: askers(), running: [...running.keys()] }).toEqual({ askers: [], running: [2] })
  })

  it('lets a removed runner finish its jobs and ask no more', async () => {
    const { start, asked, askers, configure, running, pool, clock } = aPool(3, [{ name: 'a' }, { name: 'b' }])
    await start()
    await asked[0]!.answer(aJob(1))
    await configure(3, [{ name: 'b' }])
    await clock.advance(10_000)
    expect({
      askers: askers(),
      running: [...running.keys()],
      shown: pool.runners().map(({ name }) => name),
    }).toEqual({ askers: ['b'], running: [1], shown: ['b'] })
  })

  it('asks for nothing while it is paused', async () => {
    const { start, asked, askers, pool, clock } = aPool(1, [{ name: 'a' }])
    await start()
    pool.pause()
    await asked[0]!.answer(none)
    await clock.advance(60_000)
    expect(askers()).toEqual([])
    pool.resume()
    await clock.advance(0)
    expect(askers()).toEqual(['a'])
  })

  it('asks for nothing while something hinders jobs, whether or not somebody pauses meanwhile', async () => {
    const { start, asked, askers, pool, clock } = aPool(1, [{ name: 'a' }])
    await start()
    pool.hinder('The disk is full')
    await asked[0]!.answer(none)
    await clock.advance(60_000)
    pool.pause()
    pool.resume()
    await clock.advance(60_000)
    expect([askers(), pool.hindrance]).toEqual([[], 'The disk is full'])
    pool.hinder(undefined)
    await clock.advance(0)
    expect(askers()).toEqual(['a'])
  })

  it('leaves a runner alone for an hour whose token is refused three times', async () => {
    const { start, asked, askers, pool, clock } = aPool(1, [{ name: 'a' }])
    await start()
    for (let refusal = 0; refusal < 3; refusal++) {
      await asked[0]!.answer(rejected)
      await clock.advance(3000)
    }
    expect({ askers: askers(), health: pool.runners()[0]?.health.state }).toEqual({
      askers: [],
      health: 'rejected',
    })
    await clock.advance(59 * 60_000)
    expect(askers()).toEqual([])
    await clock.advance(2 * 60_000)
    expect(askers()).toEqual(['a'])
  })

  it('keeps asking a GitLab that is away, so that its return is noticed within seconds', async () => {
    const { start, asked, askers, pool, clock } = aPool(1, [{ name: 'a' }])
    await start()
    for (let outage = 0; outage < 20; outage++) {
      await asked[0]!.answer(unavailable)
      await clock.advance(3000)
    }
    expect({ askers: askers(), health: pool.runners()[0]?.health.state }).toEqual({
      askers: ['a'],
      health: 'offline',
    })
  })

  it.each([{ checkInterval: 0 }, { checkInterval: 45 }, { checkInterval: 600 }])(
    'asks a GitLab it found unreachable again within 60 s of its return, with check_interval $checkInterval',
    async ({ checkInterval }) => {
      const { configure, asked, clock } = aPool(1, [])
      await configure(1, [{ name: 'a' }], { checkInterval })
      for (let second = 0; second < 3600; second++) {
        await asked[0]?.answer(unavailable)
        await clock.advance(1000)
      }
      await asked[0]?.answer(unavailable)
      const returned = clock.now()
      while (asked.length === 0) await clock.advance(1000)
      expect(clock.now() - returned).toBeLessThanOrEqual(60_000)
    },
  )

  it('asks at its usual pace again once GitLab is back', async () => {
    const { configure, asked, askers, clock } = aPool(1, [])
    await configure(1, [{ name: 'a' }], { checkInterval: 600 })
    await asked[0]!.answer(unavailable)
    await clock.advance(60_000)
    await asked[0]!.answer(none)
    await clock.advance(599_999)
    expect(askers()).toEqual([])
    await clock.advance(1)
    expect(askers()).toEqual(['a'])
  })

  it('says when a token ends and when it is replaced by itself', async () => {
    const token_obtained_at = new Date(1_000_000)
    const token_expires_at = new Date(2_000_000)
    const off = { FF_DISABLE_AUTOMATIC_TOKEN_ROTATION: true }
    const { start, pool } = aPool(1, [
      { name: 'a', token_obtained_at, token_expires_at },
      { name: 'b', token_obtained_at, token_expires_at, feature_flags: off },
      { name: 'c' },
    ])
    await start()
    expect(
      pool
        .runners()
        .map(({ name, tokenExpiresAt, tokenRenewedAt }) => [name, tokenExpiresAt, tokenRenewedAt]),
    ).toEqual([
      ['a', 2_000_000, 1_750_000],
      ['b', 2_000_000, undefined],
      ['c', undefined, undefined],
    ])
  })

  it('keeps a runner paused whose token is replaced', async () => {
    const { start, asked, askers, configure, pool, clock } = aPool(1, [
      { name: 'a', id: 7, token: 'glrt-old' },
    ])
    await start()
    pool.pauseRunner(pool.runners()[0]!.key)
    await asked[0]!.answer(none)
    await configure(1, [{ name: 'a', id: 7, token: 'glrt-new' }])
    await clock.advance(60_000)
    expect({ askers: askers(), paused: pool.runners().map(({ paused }) => paused) }).toEqual({
      askers: [],
      paused: [true],
    })
  })

  it('leaves runners of other executors to those who have them', async () => {
    const { start, askers } = aPool(2, [{ name: 'a', executor: 'shell' }, { name: 'b' }])
    await start()
    expect(askers()).toEqual(['b'])
  })

  it('ends its requests when it is told to stop asking', async () => {
    const { start, pool } = aPool(2, [{ name: 'a' }, { name: 'b' }])
    await start()
    await expect(pool.stopAsking()).resolves.toBeUndefined()
  })
})
