import { describe, expect, it } from 'vitest'

import { Slots } from '../../main/engine/slots.ts'

const never = new AbortController().signal

/** Asks for a place and notes when it is given. */
function asking(slots: Slots, given: string[], name: string, signal = never) {
  const place = slots.acquire(signal)
  void place.then(
    () => given.push(name),
    () => given.push(`${name} left`),
  )
  return place
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('places for jobs', () => {
  it('are given in the order they were asked for', async () => {
    const slots = new Slots(1)
    const given: string[] = []
    const first = await asking(slots, given, 'first')
    void asking(slots, given, 'second')
    void asking(slots, given, 'third')
    await settle()
    expect(given).toEqual(['first'])
    first[Symbol.dispose]()
    await settle()
    expect(given).toEqual(['first', 'second'])
  })

  it('are given back once, however often they are disposed of', async () => {
    const slots = new Slots(2)
    const place = await slots.acquire(never)
    place[Symbol.dispose]()
    place[Symbol.dispose]()
    expect(slots.taken).toBe(0)
  })

  it('become more at once, and fewer as they are given back', async () => {
    const slots = new Slots(1)
    const given: string[] = []
    const first = await asking(slots, given, 'first')
    void asking(slots, given, 'second')
    slots.resize(2)
    await settle()
    expect(given).toEqual(['first', 'second'])
    slots.resize(1)
    void asking(slots, given, 'third')
    first[Symbol.dispose]()
    await settle()
    expect({ given, taken: slots.taken }).toEqual({ given: ['first', 'second'], taken: 1 })
  })

  it('are not kept for those who left the queue', async () => {
    const slots = new Slots(1)
    const given: string[] = []
    const first = await asking(slots, given, 'first')
    const leaving = new AbortController()
    void asking(slots, given, 'second', leaving.signal)
    void asking(slots, given, 'third')
    leaving.abort(new Error('left'))
    first[Symbol.dispose]()
    await settle()
    expect(given).toEqual(['first', 'second left', 'third'])
  })
})
