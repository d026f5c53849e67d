import { expect, it } from 'vitest'

import { Changes } from '../../main/engine/changes.ts'

it('tells a slow listener the latest value of each key, in order of change', async () => {
  const changes = new Changes<string, string>()
  const stop = new AbortController()
  const heard: string[] = []
  const listening = changes.watch(stop.signal)
  changes.publish('a', 'a1')
  changes.publish('b', 'b1')
  changes.publish('a', 'a2')
  for await (const value of listening) {
    heard.push(value)
    if (heard.length === 2) stop.abort()
  }
  expect(heard).toEqual(['b1', 'a2'])
})

it('wakes a listener that waits, and ends with its signal', async () => {
  const changes = new Changes<string, string>()
  const stop = new AbortController()
  const next = changes.watch(stop.signal)[Symbol.asyncIterator]().next()
  changes.publish('a', 'a1')
  expect(await next).toEqual({ done: false, value: 'a1' })
  const ended = changes.watch(stop.signal)[Symbol.asyncIterator]().next()
  stop.abort()
  expect(await ended).toEqual({ done: true, value: undefined })
})
