import { describe, expect, it } from 'vitest'

import { keepRules } from '../../main/desktop/keep-rules.ts'
import { reasonToPause } from '../../main/desktop/pause-rules.ts'
import { turnedClock } from '../support/turned-clock.ts'

const at = (time: string) => new Date(`2026-01-01T${time}:00`)

describe('a reason to pause', () => {
  const nights = { pauseOnBattery: true, quietHours: { from: '22:00', to: '07:00' } }
  it.each([
    ['21:59', false, undefined],
    ['22:00', false, 'quiet hours until 07:00'],
    ['03:30', false, 'quiet hours until 07:00'],
    ['07:00', false, undefined],
    ['12:00', true, 'on battery'],
  ])('at %s, on battery: %s → %s', (time, onBattery, reason) => {
    expect(reasonToPause(nights, { onBattery, now: at(time) })).toBe(reason)
  })

  it('is never one that was not chosen', () => {
    const never = { pauseOnBattery: false, quietHours: null }
    expect(reasonToPause(never, { onBattery: true, now: at('03:00') })).toBeUndefined()
  })

  it('may lie within a day', () => {
    const lunch = { pauseOnBattery: false, quietHours: { from: '12:00', to: '13:00' } }
    expect(
      ['11:59', '12:30', '13:00'].map((time) => reasonToPause(lunch, { onBattery: false, now: at(time) })),
    ).toEqual([undefined, 'quiet hours until 13:00', undefined])
  })
})

describe('the rules', () => {
  it('pause on battery and resume on mains', () => {
    const machine = aMachine()
    machine.plug(false)
    machine.plug(true)
    expect(machine.did).toEqual(['why: on battery', 'pause', 'why: undefined', 'resume'])
  })

  it('leave a pause of the user alone', () => {
    const machine = aMachine()
    machine.setPaused(true)
    machine.plug(false)
    machine.plug(true)
    expect(machine.did).toEqual([])
  })

  it('leave a user alone who resumes in spite of them, until there is a reason again', () => {
    const machine = aMachine()
    machine.plug(false)
    machine.setPaused(false)
    machine.plug(true)
    machine.plug(false)
    expect(machine.did).toEqual(['why: on battery', 'pause', 'why: undefined', 'why: on battery', 'pause'])
  })

  it('notice quiet hours within a minute', async () => {
    const clock = turnedClock(at('21:58').getTime())
    const machine = aMachine(clock)
    const stop = new AbortController()
    const kept = machine.rules.keep(stop.signal)
    await clock.advance(60_000)
    const before = [...machine.did]
    await clock.advance(60_000)
    stop.abort()
    await kept
    expect([before, machine.did]).toEqual([[], ['why: quiet hours until 07:00', 'pause']])
  })

  it('pause the next engine too', () => {
    const machine = aMachine()
    machine.plug(false)
    machine.rules.look(undefined)
    machine.setPaused(false)
    expect(machine.did).toEqual(['why: on battery', 'pause', 'why: on battery', 'pause'])
  })
})

function aMachine(clock = turnedClock(at('12:00').getTime())) {
  const did: string[] = []
  let isPaused = false
  let isPlugged = true
  let changed = () => {}
  const act = (what: 'pause' | 'resume') => async () => {
    did.push(what)
    isPaused = what === 'pause'
    // What the engine says arrives later.
    if (what === 'pause') queueMicrotask(() => rules.look(isPaused))
    rules.look(isPaused)
  }
  const rules = keepRules({
    settings: {
      current: () => ({ pauseOnBattery: true, quietHours: { from: '22:00', to: '07:00' } }) as never,
    },
    power: { isOnBatteryPower: () => !isPlugged, onChange: (listener) => (changed = listener) },
    clock,
    pause: act('pause'),
    resume: act('resume'),
    onReason: (why) => did.push(`why: ${why}`),
  })
  rules.look(false)
  void rules.keep(AbortSignal.abort())
  return {
    rules,
    did,
    plug: (plugged: boolean) => {
      isPlugged = plugged
      changed()
    },
    setPaused: (paused: boolean) => {
      isPaused = paused
      rules.look(paused)
    },
  }
}
