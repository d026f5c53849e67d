import { describe, expect, it } from 'vitest'

import { warnInTime } from '../../../main/cli/shell/warn-in-time.ts'
import { turnedClock } from '../../support/turned-clock.ts'

const minute = 60_000

function anHourLeft() {
  const clock = turnedClock(0)
  let until: number | undefined = 60 * minute
  const warned: string[] = []
  const over = new AbortController()
  const done = warnInTime(
    clock,
    async () => (until === undefined ? undefined : { until }),
    (ending) => warned.push(`${clock.now() / minute}: ${ending.minutes} left to ${ending.until / minute}`),
    over.signal,
  ).catch(() => 'stopped')
  return { clock, warned, done, over, set: (next: number | undefined) => void (until = next) }
}

describe('whoever looks into a kept job', () => {
  it('is warned five minutes and one minute before its end', async () => {
    const { clock, warned, done, set } = anHourLeft()
    await clock.advance(54 * minute)
    expect(warned).toEqual([])
    await clock.advance(6 * minute)
    expect(warned).toEqual(['55: 5 left to 60', '59: 1 left to 60'])
    set(undefined)
    await clock.advance(minute)
    expect(await done).toBe(undefined)
  })

  it('is warned of the new end only where it was prolonged', async () => {
    const { clock, warned, set, over, done } = anHourLeft()
    await clock.advance(50 * minute)
    set(100 * minute)
    await clock.advance(46 * minute)
    expect(warned).toEqual(['95: 5 left to 100'])
    set(200 * minute)
    await clock.advance(100 * minute)
    expect(warned.slice(1)).toEqual(['195: 5 left to 200'])
    over.abort()
    expect(await done).toBe('stopped')
  })
})
