import { describe, expect, it } from 'vitest'

import type { AppStatus } from '../../main/contract/status.ts'
import { speechIn } from '../../main/desktop/speech.ts'
import { trayStateOf } from '../../main/desktop/tray-state.ts'
import { trayMenu, trayPainter } from '../../main/desktop/tray.ts'
import { aJob, aStatus } from '../support/fake-jobs.ts'

const unreachable = {
  state: 'unreachable',
  endpoint: 'unix:///x',
  problem: 'Docker is gone',
  remedy: 'Start it',
} as const
const broken = { path: 'concurrent', message: 'not a number', severity: 'error' } as const

describe('the tray', () => {
  it.each<[string, Partial<AppStatus> | undefined, object]>([
    ['before the engine spoke', undefined, { kind: 'offline' }],
    ['with nothing to do', { running: 0 }, { kind: 'idle' }],
    [
      'with no room for jobs',
      { running: 0, hindrance: 'the disk is full' },
      { kind: 'attention', problem: 'the disk is full' },
    ],
    ['with jobs', { running: 3 }, { kind: 'running', jobs: 3 }],
    ['paused, even while jobs run', { running: 1, paused: true }, { kind: 'paused' }],
    [
      'without Docker',
      { docker: unreachable, paused: true },
      { kind: 'attention', problem: 'Docker is gone' },
    ],
    [
      'with a broken configuration',
      { configProblems: [broken] },
      { kind: 'attention', problem: 'not a number' },
    ],
    [
      'with a warning only',
      { running: 0, configProblems: [{ ...broken, severity: 'warning' }] },
      { kind: 'idle' },
    ],
  ])('%s', (_, change, state) =>
    expect(trayStateOf(change === undefined ? undefined : { ...aStatus(), ...change })).toEqual(state),
  )

  it('offers to wait for the jobs that run, and leads to them', () => {
    const { actions, did } = recorded()
    const job = aJob({
      id: 12,
      name: 'a&b',
      acceptedAt: 0,
      state: { phase: 'preparing' },
      project: 'firmware/boot',
    })
    const menu = trayMenu(speechIn('en'), { ...aStatus(), running: 1 }, [job], actions)
    expect(menu.map(({ label, type }) => label ?? type)).toEqual([
      'Drydock runs 1 job',
      'a&&b · firmware/boot',
      'separator',
      'Open Drydock',
      'Pause',
      'separator',
      'Quit after these jobs',
      'Quit now and cancel them',
    ])
    for (const { click } of menu) (click as (() => void) | undefined)?.()
    expect(did).toEqual(['open /#/jobs/12', 'open /', 'pause', 'quit after jobs', 'quit now'])
  })

  it('offers to resume when paused', () => {
    const menu = trayMenu(speechIn('en'), { ...aStatus(), paused: true }, [], recorded().actions)
    expect(menu.map(({ label, type }) => label ?? type)).toEqual([
      'Drydock is paused: no new job is taken',
      'separator',
      'Open Drydock',
      'Resume',
      'separator',
      'Quit',
    ])
  })
})

describe('the tray on the screen', () => {
  it('is drawn anew only where something has changed, so that an open menu stays open', () => {
    const did: string[] = []
    const draw = trayPainter({
      tray: {
        setImage: () => did.push('image'),
        setToolTip: (text) => did.push(text),
        setContextMenu: () => did.push('menu'),
      },
      buildMenu: (template) => template as never,
      imageOf: () => ({}) as never,
      actions: recorded().actions,
      setTitle: (title) => title !== '' && did.push(`beside it: ${title}`),
    })
    const speech = speechIn('en')
    const idle = { ...aStatus(), running: 0 }
    draw(speech, idle, [])
    draw(speech, idle, [])
    const twice = [...did]
    draw(speech, { ...idle, paused: true }, [])
    const paused = did.slice(twice.length)
    draw(speech, { ...idle, running: 3 }, [])
    expect([twice, paused, did.slice(twice.length + paused.length)]).toEqual([
      ['image', 'Drydock waits for jobs', 'menu'],
      ['image', 'Drydock is paused: no new job is taken', 'menu'],
      ['image', 'Drydock runs 3 jobs', 'beside it: 3', 'menu'],
    ])
  })
})

function recorded() {
  const did: string[] = []
  const note = (what: string) => () => void did.push(what)
  const actions = {
    open: (path: string) => void did.push(`open ${path}`),
    pause: note('pause'),
    resume: note('resume'),
    quitAfterJobs: note('quit after jobs'),
    quitNow: note('quit now'),
  }
  return { actions, did }
}
