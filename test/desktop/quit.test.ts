import { EventEmitter } from 'node:events'

import { describe, expect, it } from 'vitest'

import { afterClosing } from '../../main/desktop/closing.ts'
import { speechIn } from '../../main/desktop/speech.ts'
import { askBeforeQuit, type Ask } from '../../main/desktop/dialogs.ts'
import { endWithSession } from '../../main/desktop/end-with-session.ts'
import { Quit, type QuitAnswer } from '../../main/desktop/quit.ts'
import { openSettings } from '../../main/desktop/settings.ts'
import { tempDir } from '../support/temp-dir.ts'

interface Sources {
  readonly power: EventEmitter
  readonly signals: EventEmitter
  readonly event: { preventDefault(): void }
}

describe('quitting', () => {
  it('stops the engine before it leaves', async () => {
    const app = anApp({ jobs: 0 })
    await app.quit.request()
    expect(app.did).toEqual(['stop now', 'leave'])
  })

  it('asks where jobs would suffer, and stays when told so', async () => {
    const app = anApp({ jobs: 2, answer: 'stay' })
    await app.quit.request()
    expect([app.did, app.quit.isUnderWay]).toEqual([['asked about 2'], false])
  })

  it('waits for jobs when told so', async () => {
    const app = anApp({ jobs: 2, answer: 'after-jobs' })
    await app.quit.request()
    expect(app.did).toEqual(['asked about 2', 'finish jobs', 'leave'])
  })

  it('holds the system until the engine has stopped, then lets go', async () => {
    const app = anApp({ jobs: 0 })
    expect(app.systemQuits()).toBe('held')
    await app.settled()
    expect([app.systemQuits(), app.did]).toEqual(['let go', ['stop now', 'leave']])
  })

  it('does not wait any longer when asked again', async () => {
    const app = anApp({ jobs: 1, answer: 'after-jobs', hangs: true })
    void app.quit.request()
    await app.settled()
    app.systemQuits()
    await app.settled()
    app.systemQuits()
    expect(app.did).toEqual(['asked about 1', 'finish jobs', 'stop now', 'force'])
  })

  it('asks nobody when the session ends, and takes what Electron raises for it for no second wish', async () => {
    const app = anApp({ jobs: 2, hangs: true })
    void app.quit.becauseToldTo()
    const echo = app.systemQuits()
    await app.settled()
    expect([echo, app.did]).toEqual(['held', ['stop now']])
    app.systemQuits()
    expect(app.did).toEqual(['stop now', 'force'])
  })

  it.each<[string, (from: Sources) => void, string[]]>([
    ['SIGTERM', ({ signals }) => signals.emit('SIGTERM'), ['told to']],
    ['SIGINT', ({ signals }) => signals.emit('SIGINT'), ['told to']],
    ['SIGHUP', ({ signals }) => signals.emit('SIGHUP'), ['told to']],
    ['SIGQUIT', ({ signals }) => signals.emit('SIGQUIT'), ['after jobs']],
    ['the end of the machine', ({ power, event }) => power.emit('shutdown', event), ['held', 'told to']],
  ])('is in time for %s', (_, happens, expected) => {
    const did: string[] = []
    const from = {
      power: new EventEmitter(),
      signals: new EventEmitter(),
      event: { preventDefault: () => did.push('held') },
    }
    endWithSession(from.power, from.signals, {
      becauseToldTo: async () => void did.push('told to'),
      afterJobs: async () => void did.push('after jobs'),
    })
    happens(from)
    expect(did).toEqual(expected)
  })

  it('leaves also when the engine cannot be stopped', async () => {
    const app = anApp({ jobs: 0, fails: true })
    await expect(app.quit.now()).rejects.toThrow('no')
    expect(app.did).toEqual(['stop now', 'leave'])
  })

  it('for an update, lets the jobs finish and leaves the last step to it', async () => {
    const app = anApp({ jobs: 1 })
    await app.quit.replaceAfterJobs(async () => void app.did.push('replace'))
    expect([app.did, app.systemQuits()]).toEqual([['finish jobs', 'replace'], 'let go'])
  })

  it('goes on where the update could not be put in place', async () => {
    const app = anApp({ jobs: 1 })
    await expect(app.quit.replaceAfterJobs(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect([app.quit.isUnderWay, app.systemQuits()]).toEqual([false, 'held'])
  })

  it('does not replace the application of someone who became impatient', async () => {
    const app = anApp({ jobs: 1 })
    const replaced = app.quit.replaceAfterJobs(async () => void app.did.push('replace'))
    await app.quit.now()
    await replaced
    expect(app.did).toEqual(['finish jobs', 'stop now', 'leave'])
  })

  it.each<[number, QuitAnswer]>([
    [0, 'after-jobs'],
    [1, 'now'],
    [2, 'stay'],
  ])('the button %i means %s', async (response, meant) => {
    const ask: Ask = async () => ({ response, checkboxChecked: false })
    expect(await askBeforeQuit(ask, 3, speechIn('en'))).toBe(meant)
  })
})

describe('closing the window', () => {
  it.each([
    ['stay', true, ['asked']],
    ['stay', false, ['asked', 'said where']],
    ['quit', true, ['asked', 'quit']],
  ] as const)('asks once: %s, tray: %s', async (answer, hasTray, expected) => {
    await using folder = await tempDir()
    const settings = openSettings(`${folder.path}/settings.json`)
    const did: string[] = []
    const parts = {
      settings,
      hasTray,
      ask: async () => (did.push('asked'), answer),
      quit: () => void did.push('quit'),
      sayWhere: () => void did.push('said where'),
    }
    await afterClosing(parts)
    const first = [...did]
    await afterClosing(parts)
    expect([first, did.filter((what) => what === 'asked').length]).toEqual([expected, 1])
  })
})

interface Circumstances {
  readonly jobs: number
  readonly answer?: QuitAnswer
  /** Jobs never finish and the engine never stops. */
  readonly hangs?: boolean
  readonly fails?: boolean
}

function anApp({ jobs, answer = 'now', hangs = false, fails = false }: Circumstances) {
  const did: string[] = []
  const act = (what: string) => async () => {
    did.push(what)
    if (fails) throw new Error('no')
    if (hangs) await new Promise(() => {})
  }
  const door = {
    api: {} as never,
    isOurs: true,
    finishJobsThenStop: act('finish jobs'),
    stopNow: act('stop now'),
  }
  const quit = new Quit({
    door: () => door,
    runningJobs: () => jobs,
    ask: async (count) => (did.push(`asked about ${count}`), answer),
    leave: async () => void did.push('leave'),
    force: () => void did.push('force'),
  })
  return {
    quit,
    did,
    settled: () => new Promise((resolve) => setImmediate(resolve)),
    systemQuits: () => {
      let held = 'let go'
      quit.hold({ preventDefault: () => (held = 'held') })
      return held
    },
  }
}
