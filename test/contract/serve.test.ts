import { setImmediate } from 'node:timers/promises'

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'

import { connect } from '../../main/contract/connect.ts'
import { streamWindow, type Answer } from '../../main/contract/frames.ts'
import { serve } from '../../main/contract/serve.ts'
import { call, stream } from '../../main/contract/table.ts'
import { memoryWires } from '../support/wires.ts'

const table = {
  double: call(z.strictObject({ value: z.number() }), 0),
  naturals: stream(z.undefined(), 0),
}

describe('a server that hears nonsense', () => {
  it('answers 10,000 garbage frames with typed failures only, and then a good one', async () => {
    const { say, heard } = served()
    const frames = fc.sample(garbage, { numRuns: 10_000, seed: 7 })
    for (const frame of frames) say(frame)
    await settled()
    const kinds = new Set(heard.map((answer) => (answer.type === 'failure' ? answer.code : answer.type)))
    expect(
      [...kinds].filter((kind) => !['bad-input', 'unavailable', 'item', 'answer'].includes(kind)),
    ).toEqual([])

    heard.length = 0
    say({ type: 'call', id: 4711, name: 'double', input: { value: 21 } })
    await settled()
    expect(heard).toEqual([{ type: 'answer', id: 4711, output: 42 }])
  })

  it.each([
    ['an unknown name', { type: 'call', id: 1, name: 'shutdown' }, 'There is no call shutdown'],
    ['a name of Object itself', { type: 'call', id: 1, name: 'constructor' }, 'There is no call constructor'],
    ['a stream as a call', { type: 'call', id: 1, name: 'naturals' }, 'There is no call naturals'],
  ])('refuses %s', async (_, frame, message) => {
    const { say, heard } = served()
    say(frame)
    await settled()
    expect(heard).toEqual([{ type: 'failure', id: 1, code: 'bad-input', message }])
  })

  it('sends no more items than were asked for', async () => {
    const { say, heard } = served()
    say({ type: 'open', id: 1, name: 'naturals' })
    say({ type: 'more', id: 1, count: 2 })
    await settled()
    expect(heard.map((answer) => answer.type === 'item' && answer.value)).toEqual([0, 1])
  })

  it('refuses to be asked for more than a window at once', async () => {
    const { say, heard } = served()
    say({ type: 'more', id: 1, count: streamWindow + 1 })
    await settled()
    expect(heard).toMatchObject([{ type: 'failure', id: 1, code: 'bad-input' }])
  })
})

describe('a client that hears nonsense', () => {
  it('ignores it and goes on', async () => {
    const { here, there } = memoryWires()
    const api = connect(table, here)
    for (const frame of fc.sample(garbage, { numRuns: 2_000, seed: 7 })) there.send(frame)
    await settled()
    serve(table, { double: ({ value }) => value * 2, naturals }, there)
    expect(await api.double({ value: 4 })).toBe(8)
  })
})

const garbage = fc.oneof(
  fc
    .anything({ maxDepth: 3 })
    .map((value) => (typeof value === 'bigint' ? String(value) : value))
    .filter(isJson),
  fc.record(
    {
      type: fc.oneof(fc.constantFrom('call', 'open', 'more', 'stop', 'answer', 'item'), fc.string()),
      id: fc.oneof(fc.integer(), fc.double(), fc.string(), fc.constant(null)),
      name: fc.oneof(fc.constantFrom('double', 'naturals', '__proto__', 'toString'), fc.string()),
      input: fc.oneof(fc.jsonValue(), fc.record({ value: fc.jsonValue() })),
      count: fc.oneof(fc.integer(), fc.double()),
    },
    { requiredKeys: [] },
  ),
)

function isJson(value: unknown): boolean {
  try {
    return JSON.stringify(value) !== undefined
  } catch {
    return false
  }
}

async function* naturals() {
  for (let number = 0; ; number++) yield number
}

function served() {
  const { here, there } = memoryWires()
  const heard: Answer[] = []
  here.onFrame((frame) => heard.push(frame as Answer))
  serve(table, { double: ({ value }) => value * 2, naturals }, there)
  return { say: (frame: unknown) => here.send(frame), heard }
}

/** Frames are carried in microtasks, so all of them, and what they set off, come before the next turn of the loop. */
const settled = () => setImmediate()
