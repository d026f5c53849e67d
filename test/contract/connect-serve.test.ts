import { describe, expect, it } from 'vitest'
import { z } from 'zod'

import { connect } from '../../main/contract/connect.ts'
import { serve } from '../../main/contract/serve.ts'
import { ApiError, call, nothing, stream, type ApiImplementation } from '../../main/contract/table.ts'
import { memoryWires, messagePortWires, webSocketWires, type WirePair } from '../support/wires.ts'

const table = {
  double: call(z.strictObject({ value: z.number() }), 0),
  forget: call(nothing, undefined as void),
  fail: call(z.enum(['not-found', 'by surprise']), undefined as void),
  hang: call(nothing, undefined as void),
  work: call(nothing, undefined as void),
  countTo: stream(z.int(), 0),
  countThenFail: stream(nothing, 0),
  silence: stream(nothing, 0),
}

describe.each([
  ['in memory', memoryWires],
  ['over a WebSocket', webSocketWires],
  ['over a message port', messagePortWires],
] as const)('the API %s', (_, makeWires) => {
  it('answers calls, also several at once', async () => {
    await using side = await connected(makeWires)
    const answers = await Promise.all([1, 2, 3].map((value) => side.api.double({ value })))
    expect([...answers, await side.api.forget(undefined)]).toEqual([2, 4, 6, undefined])
  })

  it('refuses a bad input on the serving side and names the field', async () => {
    await using side = await connected(makeWires)
    const answer = side.api.double({ value: Number.NaN })
    await expect(answer).rejects.toMatchObject({
      code: 'bad-input',
      message: 'value must be a number',
    })
  })

  it('carries a foreseen failure as it is, and of an unforeseen one nothing', async () => {
    await using side = await connected(makeWires)
    await expect(side.api.fail('not-found')).rejects.toEqual(new ApiError('not-found', 'No such job'))
    await expect(side.api.fail('by surprise')).rejects.toMatchObject({
      code: 'internal',
      message: expect.not.stringContaining('hunter2'),
    })
    expect(side.unexpected).toEqual(['fail: hunter2'])
  })

  it('streams until the end', async () => {
    await using side = await connected(makeWires)
    const numbers = await Array.fromAsync(side.api.countTo(20, never))
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, index) => index))
  })

  it('streams what came before a failure, then the failure', async () => {
    await using side = await connected(makeWires)
    const seen: number[] = []
    const listening = (async () => {
      for await (const number of side.api.countThenFail(undefined, never)) seen.push(number)
    })()
    await expect(listening).rejects.toMatchObject({ code: 'conflict' })
    expect(seen).toEqual([0])
  })

  it('does not run ahead of a slow listener', async () => {
    await using side = await connected(makeWires)
    const listening = side.api.countTo(1_000_000, never)[Symbol.asyncIterator]()
    await listening.next()
    await side.api.forget(undefined) // what was sent before has arrived
    expect(side.produced()).toBeLessThanOrEqual(6)
    await listening.return?.()
    await side.stopped
  })

  it('stops a silent stream when its listener leaves', async () => {
    await using side = await connected(makeWires)
    const leave = new AbortController()
    const listening = Array.fromAsync(side.api.silence(undefined, leave.signal))
    await side.api.forget(undefined)
    leave.abort()
    expect(await listening).toEqual([])
    await side.stopped
  })

  it('ends a long call when its caller leaves, and goes on answering others', async () => {
    await using side = await connected(makeWires)
    const leave = new AbortController()
    const working = expect(side.api.work(undefined, leave.signal)).rejects.toThrow('aborted')
    await side.api.forget(undefined)
    leave.abort()
    await Promise.all([working, side.stopped])
    expect([await side.api.double({ value: 2 }), side.unexpected]).toEqual([4, []])
  })

  it('fails what is under way, and what is asked later, when the connection is cut', async () => {
    await using side = await connected(makeWires)
    const hanging = expect(side.api.hang(undefined)).rejects.toMatchObject({ code: 'unavailable' })
    const silent = expect(Array.fromAsync(side.api.silence(undefined, never))).rejects.toMatchObject({
      code: 'unavailable',
    })
    await side.api.forget(undefined)
    side.cut()
    await Promise.all([hanging, silent, side.stopped])
    await expect(side.api.forget(undefined)).rejects.toMatchObject({ code: 'unavailable' })
  })
})

const never = new AbortController().signal

async function connected(makeWires: () => WirePair | Promise<WirePair>) {
  const wires = await makeWires()
  const unexpected: string[] = []
  const stopped = Promise.withResolvers<void>()
  let produced = 0

  const implementation: ApiImplementation<typeof table> = {
    double: ({ value }) => value * 2,
    forget: () => {},
    fail: (how) => {
      throw how === 'not-found' ? new ApiError('not-found', 'No such job') : new Error('hunter2')
    },
    hang: () => new Promise(() => {}),
    async work(_, signal) {
      await new Promise((resolve) => signal?.addEventListener('abort', resolve))
      stopped.resolve()
      signal?.throwIfAborted()
    },
    async *countTo(end) {
      try {
        for (let number = 0; number < end; number++) {
          produced += 1
          yield number
        }
      } finally {
        stopped.resolve()
      }
    },
    async *countThenFail() {
      yield 0
      throw new ApiError('conflict', 'Changed meanwhile')
    },
    async *silence(_, signal) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      stopped.resolve()
    },
  }
  serve(table, implementation, wires.there, {
    onUnexpected: (entry, error) => unexpected.push(`${entry}: ${(error as Error).message}`),
  })
  return {
    api: connect(table, wires.here),
    cut: () => wires.cut(),
    unexpected,
    produced: () => produced,
    stopped: stopped.promise,
    [Symbol.asyncDispose]: () => wires[Symbol.asyncDispose](),
  }
}
