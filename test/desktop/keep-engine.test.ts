import { setImmediate } from 'node:timers/promises'

import { describe, expect, it } from 'vitest'

import { openEngineDoor, type EngineDoor } from '../../main/desktop/engine-door.ts'
import { followEngine, type Standing } from '../../main/desktop/follow-engine.ts'
import { EngineKeeper } from '../../main/desktop/keep-engine.ts'
import { fakeEngine } from '../support/fake-engine.ts'
import { turnedClock } from '../support/turned-clock.ts'

const { api } = fakeEngine({ remembers: 0 })

describe('the engine of the application', () => {
  it('is the one that runs already, which goes on when the application ends', async () => {
    const did: string[] = []
    const door = await openEngineDoor(
      {
        attach: async () => ({ api, [Symbol.asyncDispose]: async () => void did.push('left') }),
        start: () => Promise.reject(new Error('started a second one')),
      },
      true,
    )
    await door?.stopNow()
    expect([door?.isOurs, did]).toEqual([false, ['left']])
  })

  it('is its own where none runs, and is stopped in time', async () => {
    const did: string[] = []
    const door = await openEngineDoor(
      {
        attach: async () => undefined,
        start: async () => ({
          api,
          finishJobsThenStop: async () => void did.push('finished'),
          stopNow: async (reason, ms) => (did.push(`${reason} within ${ms}`), true),
          shutdownTimeout: () => 30_000,
        }),
      },
      true,
    )
    await door?.finishJobsThenStop()
    await door?.stopNow()
    expect([door?.isOurs, did]).toEqual([true, ['finished', 'aborted: Drydock was closed within 30000']])
  })

  it('is looked for again when it is lost, and replaced only when nobody else brings it back', async () => {
    const clock = turnedClock()
    const asked: string[] = []
    const door: EngineDoor = {
      api,
      isOurs: false,
      finishJobsThenStop: async () => {},
      stopNow: async () => {},
    }
    let loses = () => {}
    const keeper = new EngineKeeper({
      clock,
      open: async (mayStart) => {
        asked.push(`${clock.monotonic() / 1000} s${mayStart ? ', may start' : ''}`)
        return mayStart ? door : undefined
      },
      follow: () => new Promise((resolve) => (loses = resolve)),
      onFailure: async () => {},
    })
    const stop = new AbortController()
    const kept = keeper.keep(stop.signal)
    const { lost } = await keeper.living()
    loses()
    await clock.advance(60_000)
    const again = await keeper.living()
    stop.abort()
    loses()
    await kept
    expect({ lost: lost.aborted, again: again.lost.aborted, asked }).toEqual({
      lost: true,
      again: true,
      asked: [
        '0 s, may start',
        ...Array.from({ length: 9 }, (_, index) => `${(index + 1) * 3} s`),
        '30 s, may start',
      ],
    })
  })

  it('that cannot be had is explained and tried again', async () => {
    const problems: string[] = []
    const stop = new AbortController()
    const keeper = new EngineKeeper({
      clock: turnedClock(),
      open: () => Promise.reject(new Error('config.toml has errors')),
      follow: async () => {},
      onFailure: async (error) => {
        problems.push((error as Error).message)
        if (problems.length === 2) stop.abort()
      },
    })
    await keeper.keep(stop.signal)
    expect(problems).toEqual(['config.toml has errors', 'config.toml has errors'])
  })
})

describe('following the engine', () => {
  it('knows the jobs that are not over, and tells of those that become so', async () => {
    const engine = fakeEngine({ remembers: 3 })
    const stop = new AbortController()
    const finished: string[] = []
    let standing: Standing | undefined
    const following = followEngine(
      engine.api,
      {
        changed: (now) => (standing = now),
        finished: (job) => finished.push(job.name),
      },
      stop.signal,
    )
    await passed()
    const before = standing?.jobs.map(({ name }) => name)
    engine.finish(standing?.jobs[0]?.id ?? 0, { result: 'success' })
    await passed()
    const after = standing?.jobs.map(({ name }) => name)
    stop.abort()
    await following
    expect({ before, after, finished }).toEqual({
      before: ['build:arm64', 'test:unit'],
      after: ['test:unit'],
      finished: ['build:arm64'],
    })
  })

  it('ends when the engine is lost, and knows nothing then', async () => {
    const engine = fakeEngine()
    const changes: Standing[] = []
    const lostEngine = {
      ...engine.api,
      async *watchStatus() {
        yield* []
        throw new Error('lost')
      },
    }
    await followEngine(
      lostEngine,
      { changed: (now) => changes.push(now), finished: () => {} },
      new AbortController().signal,
    )
    expect(changes.at(-1)).toEqual({ runners: [], jobs: [] })
  })
})

/** The double of the engine answers in microtasks: all of them come before the next turn of the loop. */
const passed = () => setImmediate()
