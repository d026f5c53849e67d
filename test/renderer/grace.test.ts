import { beforeEach, describe, expect, it } from 'vitest'

import { createGrace, graceMs, type Grace } from '../../renderer/state/grace.ts'

let grace: Grace
let did: string[]
let timers: Map<number, () => void>

beforeEach(() => {
  did = []
  timers = new Map()
  grace = createGrace({
    wait: (ms, then) => {
      const id = timers.size + 1
      if (ms === graceMs) timers.set(id, then)
      return () => timers.delete(id)
    },
    why: (error) => (error as Error).message,
  })
})

const ask = (key: string, act: () => Promise<void> = async () => void did.push(key)) =>
  grace.ask({ key, text: `About ${key}`, act })
const timeIsUp = async () => {
  for (const then of timers.values()) then()
  await Promise.resolve()
  await Promise.resolve()
}
const shown = () => grace.held.getState().map(({ key, phase }) => `${key}: ${phase.kind}`)

describe('what can be undone', () => {
  it('has not happened while it waits, and happens when the time is up', async () => {
    ask('cancel 1')
    const waiting = { did: [...did], shown: shown() }
    await timeIsUp()
    expect({ waiting, after: { did, shown: shown() } }).toEqual({
      waiting: { did: [], shown: ['cancel 1: waiting'] },
      after: { did: ['cancel 1'], shown: [] },
    })
  })

  it('never happens once it is undone', async () => {
    ask('cancel 1')
    ask('cancel 2')
    grace.undoLast()
    await timeIsUp()
    expect(did).toEqual(['cancel 1'])
  })

  it('is asked for once, however often it is pressed', async () => {
    ask('cancel 1')
    ask('cancel 1')
    await timeIsUp()
    expect(did).toEqual(['cancel 1'])
  })

  it('waits for as long as somebody reads it', async () => {
    ask('cancel 1')
    grace.rest(1)
    await timeIsUp()
    const meanwhile = shown()
    grace.goOn(1)
    await timeIsUp()
    expect({ meanwhile, did }).toEqual({ meanwhile: ['cancel 1: resting'], did: ['cancel 1'] })
  })

  it('happens at once when the page is closed', () => {
    ask('cancel 1')
    grace.doAll()
    expect(did).toEqual(['cancel 1'])
  })

  it('stays with its reason when it fails, and can be asked for again', async () => {
    ask('cancel 1', () => Promise.reject(new Error('There is no job 1')))
    await timeIsUp()
    const failure = grace.held.getState()[0]?.phase
    ask('cancel 1')
    await timeIsUp()
    expect({ failure, did, shown: shown() }).toEqual({
      failure: { kind: 'failed', why: 'There is no job 1' },
      did: ['cancel 1'],
      shown: [],
    })
  })
})
