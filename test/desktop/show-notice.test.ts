import { describe, expect, it } from 'vitest'

import { noticeBoard, type ShownNotification } from '../../main/desktop/show-notice.ts'

describe('a notification', () => {
  it('is clicked long after it was shown', () => {
    const system = aSystem()
    const clicked: string[] = []
    system.notify({ title: 'build failed', body: '' }, () => clicked.push('build'))
    system.notify({ title: 'test failed', body: '' }, () => clicked.push('test'))
    system.click('build failed')
    expect([system.shown, clicked]).toEqual([['build failed', 'test failed'], ['build']])
  })

  it('that the system refuses is told of', () => {
    const system = aSystem()
    system.notify({ title: 'a', body: '' }, () => {})
    system.fail('a', 'not allowed')
    expect(system.failures).toEqual(['not allowed'])
  })

  it('is not made where the system has none', () => {
    const system = aSystem(false)
    system.notify({ title: 'a', body: '' }, () => {})
    expect(system.shown).toEqual([])
  })
})

function aSystem(isSupported = true) {
  const shown: string[] = []
  const failures: string[] = []
  const listeners = new Map<string, (event: unknown, error: string) => void>()
  const make = ({ title }: { title: string }): ShownNotification => ({
    on: (event: string, listener: (event: unknown, error: string) => void) =>
      listeners.set(`${event} ${title}`, listener),
    show: () => void shown.push(title),
  })
  return {
    notify: noticeBoard({ make, isSupported: () => isSupported, onFailed: (error) => failures.push(error) }),
    shown,
    failures,
    click: (title: string) => listeners.get(`click ${title}`)?.({}, ''),
    fail: (title: string, error: string) => listeners.get(`failed ${title}`)?.({}, error),
  }
}
