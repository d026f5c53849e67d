import { describe, expect, it } from 'vitest'

import { createTurns } from '../../../main/engine/docker/turns.ts'

const never = new AbortController().signal

describe('turns', () => {
  it('let work under one name go one after the other, and under another beside it', async () => {
    const takeTurns = createTurns()
    const told: string[] = []
    const first = Promise.withResolvers<void>()
    const begun = [
      takeTurns('a', async () => (told.push('a1 begins'), await first.promise, told.push('a1 ends')), never),
      takeTurns('a', async () => told.push('a2'), never),
      takeTurns('b', async () => told.push('b'), never),
    ]
    await begun[2]
    first.resolve()
    await Promise.all(begun)
    expect(told).toEqual(['a1 begins', 'b', 'a1 ends', 'a2'])
  })

  it('are given up by whoever is aborted while waiting, without letting the next one in early', async () => {
    const takeTurns = createTurns()
    const told: string[] = []
    const first = Promise.withResolvers<void>()
    const impatient = new AbortController()
    const one = takeTurns('a', async () => (await first.promise, told.push('one')), never)
    const two = takeTurns('a', async () => told.push('two'), impatient.signal)
    const three = takeTurns('a', async () => told.push('three'), never)
    impatient.abort(new Error('no longer wanted'))
    await expect(two).rejects.toThrow('no longer wanted')
    first.resolve()
    await Promise.all([one, three])
    expect(told).toEqual(['one', 'three'])
  })

  it('go on after work that failed', async () => {
    const takeTurns = createTurns()
    await expect(takeTurns('a', () => Promise.reject(new Error('broken')), never)).rejects.toThrow('broken')
    expect(await takeTurns('a', async () => 'done', never)).toBe('done')
  })
})
