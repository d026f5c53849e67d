import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { CustomScheme, MenuItemConstructorOptions } from 'electron'
import { describe, expect, it } from 'vitest'

import type { DesktopPreferences, ToldDesktop } from '../../main/contract/desktop.ts'
import { begin } from '../../main/desktop/begin.ts'
import type { DesktopParts } from '../../main/desktop/desktop-parts.ts'
import { runDesktop } from '../../main/desktop/desktop.ts'
import { unknownStanding, type Standing } from '../../main/desktop/follow-engine.ts'
import { keepAwake } from '../../main/desktop/keep-awake.ts'
import { openSettings } from '../../main/desktop/settings.ts'
import { isCareful, markStart } from '../../main/desktop/start-marker.ts'
import { isTrayAvailable, waitForTray } from '../../main/desktop/tray-available.ts'
import { trayImageFile } from '../../main/desktop/tray-image.ts'
import { trayMenu, type TrayActions } from '../../main/desktop/tray.ts'
import { aMainWindow, type MainWindowDouble } from '../support/electron-double.ts'
import { fakeEngine } from '../support/fake-engine.ts'
import { tempDir } from '../support/temp-dir.ts'
import { turnedClock } from '../support/turned-clock.ts'

const desktopFolder = join(import.meta.dirname, '../../main/desktop')

describe('the beginning', () => {
  it('registers schemes, then loads the rest, in the first instance only', async () => {
    expect([await beginning(true), await beginning(false)]).toEqual([
      ['lock', 'schemes app', 'load'],
      ['lock', 'exit 0'],
    ])
  })

  it('is nothing else in the main module, and never waits for being ready', () => {
    const main = readFileSync(join(desktopFolder, 'main.ts'), 'utf8')
    const imported = [...main.matchAll(/from '([^']+)'/g)].map(([, name]) => name)
    expect([imported, /whenReady/.test(main)]).toEqual([['electron', './begin.ts'], false])
    expect(readFileSync(join(desktopFolder, 'prepare.ts'), 'utf8')).not.toMatch(
      /await app\.|async function prepare/,
    )
  })

  async function beginning(isFirst: boolean): Promise<string[]> {
    const did: string[] = []
    const app = {
      requestSingleInstanceLock: () => (did.push('lock'), isFirst),
      exit: (code?: number) => void did.push(`exit ${code}`),
    }
    const registerSchemesAsPrivileged = (schemes: CustomScheme[]) =>
      void did.push(`schemes ${schemes.map(({ scheme }) => scheme).join()}`)
    await begin({ app, protocol: { registerSchemesAsPrivileged } }, async () => void did.push('load'))
    return did
  }
})

describe('the sources of the desktop application', () => {
  const sources = readdirSync(desktopFolder)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ name, text: readFileSync(join(desktopFolder, name), 'utf8') }))
  const naming = (what: RegExp) => sources.filter(({ text }) => what.test(text)).map(({ name }) => name)

  it.each([
    ['windows are made in one place, by the factory', /new BrowserWindow\((?!options\)`)/, ['assemble.ts']],
    ['links leave in one place', /shell\.openExternal/, ['assemble.ts']],
    [
      'Electron itself is loaded by three files',
      /^import \{[^}]*\} from 'electron'/m,
      ['assemble.ts', 'main.ts', 'prepare.ts'],
    ],
    ['messages of pages are heard in one place', /ipcMain/, ['assemble.ts']],
    ['nothing opens the tools of developers', /openDevTools/, []],
    ['no page of files is loaded', /loadFile|file:\/\//, []],
  ])('%s', (_, what, files) =>
    expect(naming(what).filter((name) => name !== 'hand-out-ports.ts')).toEqual(files),
  )
})

describe('the application', () => {
  it('shows one window, and brings it back where it was asked for', async () => {
    await using app = await anApp()
    app.desktop.show('/#/jobs/12')
    app.desktop.show()
    expect([app.windows.length, app.windows[0]?.did]).toEqual([
      1,
      ['load app://drydock/', 'load app://drydock/#/jobs/12', 'show', 'focus', 'show', 'focus'],
    ])
  })

  it('makes no window when it starts at login, until one is wanted', async () => {
    await using app = await anApp({}, true)
    const before = app.windows.length
    app.desktop.show()
    expect([before, app.windows.length]).toEqual([0, 1])
  })

  it('hides the window that is closed and remembers where it was', async () => {
    await using app = await anApp()
    const closed = app.windows[0]?.closes()
    await app.until(() => {
      const { onClose, window } = app.parts.settings.current()
      return onClose === 'stay' && window !== undefined
    })
    expect([closed, app.windows[0]?.did.at(-1), app.parts.settings.current()]).toMatchObject([
      'prevented',
      'hide',
      { onClose: 'stay', window: { x: 10, y: 20, width: 1000, height: 700, maximized: false } },
    ])
  })

  it('draws its page again when that has crashed, once', async () => {
    const problems: string[] = []
    await using app = await anApp({ onProblem: (what) => problems.push(what) })
    app.windows[0]?.crashes()
    app.windows[0]?.crashes()
    expect([app.windows[0]?.did, problems]).toEqual([
      ['load app://drydock/', 'reload'],
      ['drawing the page', 'drawing the page'],
    ])
  })

  it('stays awake while jobs run, and only then', async () => {
    await using app = await anApp()
    const during = [...app.awake]
    for (const { id } of app.jobs()) app.engine.finish(id, { result: 'success' })
    await app.until(() => app.awake.length > during.length)
    expect([during, app.awake]).toEqual([['start'], ['start', 'stop 1']])
  })

  it('tells of a job that failed, opens it on a click, and keeps quiet about one that passed', async () => {
    await using app = await anApp()
    const [first, second] = app.jobs()
    app.engine.finish(first!.id, { result: 'success' })
    app.engine.finish(second!.id, { result: 'failed', reason: 'script_failure', message: 'exit code 2' })
    await app.passes(3000)
    app.clickNotice()
    expect([app.notices, app.windows[0]?.did[1]]).toEqual([
      [`${second?.name} failed`],
      `load app://drydock/#/jobs/${second?.id}#error`,
    ])
  })

  it('tells of several jobs that fail together as one, which opens their list', async () => {
    await using app = await anApp()
    for (const { id } of app.jobs())
      app.engine.finish(id, { result: 'failed', reason: 'script_failure', message: 'exit code 2' })
    await app.until(() => app.jobs().length === 0)
    await app.passes(3000)
    app.clickNotice()
    expect([app.notices, app.bodies.map((body) => body.split('\n').length), app.windows[0]?.did[1]]).toEqual([
      ['2 jobs failed'],
      [2],
      'load app://drydock/#/jobs',
    ])
  })

  it('tells nothing in quiet hours, and all of it after them', async () => {
    await using app = await anApp()
    const minute = 60_000
    const now = new Date(app.parts.clock.now())
    const at = (minutes: number) => new Date(now.getTime() + minutes * minute).toTimeString().slice(0, 5)
    await app.parts.settings.change({ quietHours: { from: at(-60), to: at(60) } })
    app.engine.finish(app.jobs()[0]!.id, { result: 'failed', reason: 'script_failure', message: 'no' })
    await app.until(() => app.jobs().length === 1)
    await app.passes(50 * minute)
    const during = [...app.notices]
    await app.passes(15 * minute)
    expect([during, app.notices.length]).toEqual([[], 1])
  })

  it('stops its engine when the session of Windows ends, without asking', async () => {
    await using app = await anApp()
    app.windows[0]?.sessionEnds()
    await app.until(() => app.left.length > 0)
    expect([app.asked, app.left]).toEqual([[], ['left']])
  })

  it('pauses on battery when told to, and says why in the tray', async () => {
    await using app = await anApp()
    app.choose('Preferences', 'Pause on battery')
    app.plug(false)
    await app.until(() => app.menu()[0] === 'Drydock is paused: on battery')
    app.plug(true)
    await app.until(() => app.menu()[0] === 'Drydock runs 2 jobs')
  })

  it('speaks the language of the system, until the page says another', async () => {
    await using app = await anApp({ systemLanguages: ['fr-FR', 'zh-Hans-CN'] })
    const chinese = app.menu()
    app.tell({ type: 'language', language: 'ko' })
    await app.until(() => app.menu()[0] !== chinese[0])
    app.engine.finish(app.jobs()[0]!.id, {
      result: 'failed',
      reason: 'script_failure',
      message: 'exit code 2',
    })
    await app.until(() => app.jobs().length === 1)
    await app.passes(3000)
    expect([chinese[0], chinese.at(-1), app.menu()[0], app.notices, app.bodies[0]?.split('\n')[0]]).toEqual([
      'Drydock 正在运行 2 个作业',
      '立即退出并取消它们',
      'Drydock: 작업 1개 실행 중',
      [expect.stringMatching(/ 실패$/)],
      '종료 코드 2',
    ])
  })

  it('tells its page the preferences, and takes changes from it', async () => {
    await using app = await anApp()
    app.tell({ type: 'preferences-wanted' })
    app.tell({ type: 'prefer', change: { startAtLogin: true, quietHours: { from: '23:00', to: '06:30' } } })
    app.choose('Preferences', 'Keep the computer awake while a job runs')
    await app.until(() => app.said.length === 3)
    expect([
      app.said.map(({ startAtLogin, keepAwake, quietHours }) => [startAtLogin, keepAwake, quietHours?.from]),
      app.atLogin,
      Object.keys(app.said[0] ?? {}).includes('window'),
    ]).toEqual([
      [
        [false, true, undefined],
        [true, true, '23:00'],
        [true, false, '23:00'],
      ],
      [true],
      false,
    ])
  })

  it('opens a shell in a kept job in a terminal, and says why where nothing is kept', async () => {
    await using app = await anApp()
    const [first, second] = app.jobs()
    app.engine.keep(first!.id)
    app.tell({ type: 'open-shell', job: first!.id })
    app.tell({ type: 'open-shell', job: second!.id })
    await app.until(() => app.terminals.length > 0 && app.notices.length > 0)
    expect([app.terminals.map((command) => command.slice(0, 8)), app.notices, app.bodies]).toEqual([
      [['docker', '--host', 'unix:///var/run/docker.sock', 'exec', '-it', '-w', '/builds', 'kept']],
      ['The shell could not be opened'],
      [`Nothing of job ${second!.id} is kept.`],
    ])
  })

  it('has the system start it when told to', async () => {
    await using app = await anApp()
    app.choose('Preferences', 'Start at login')
    await app.until(() => app.atLogin.length > 0 && app.parts.settings.current().startAtLogin)
    expect([app.atLogin, app.parts.settings.current().startAtLogin]).toEqual([[true], true])
  })

  it('restarts into an update only after the jobs', async () => {
    const did: string[] = []
    const restarted = Promise.withResolvers<void>()
    const updates = {
      check: async () => '99.0.0',
      download: async () => void did.push('download'),
      restart: async () => {
        did.push('restart')
        restarted.resolve()
      },
    }
    await using app = await anApp({ updates })
    const restart = 'Restart with Drydock 99.0.0 after these jobs'
    await app.until(() => app.menu().includes(restart))
    app.choose(restart)
    await app.until(() => app.asked.includes('finish jobs'))
    const before = did.includes('restart')
    app.jobsFinish()
    await restarted.promise
    expect([before, did]).toEqual([false, ['download', 'restart']])
  })

  it('goes on with its engine when an update cannot be put in place, and says why', async () => {
    const updates = {
      check: async () => '99.0.0',
      download: async () => {},
      restart: () => Promise.reject(new Error('EACCES: permission denied')),
    }
    const problems: string[] = []
    await using app = await anApp({ updates, onProblem: (what) => problems.push(what) })
    const restart = 'Restart with Drydock 99.0.0 after these jobs'
    await app.until(() => app.menu().includes(restart))
    app.choose(restart)
    app.jobsFinish()
    await app.until(() => app.notices.length > 0)
    expect([app.notices, app.bodies, problems, app.left, app.desktop.quit.isUnderWay]).toEqual([
      ['Drydock 99.0.0 could not be installed'],
      ['EACCES: permission denied'],
      ['updating'],
      [],
      false,
    ])
  })

  it('quits after its jobs from the tray', async () => {
    await using app = await anApp()
    app.choose('Quit after these jobs')
    await app.until(() => app.asked.includes('finish jobs'))
    const before = [...app.left]
    app.jobsFinish()
    await app.until(() => app.left.length > 0)
    expect([before, app.left, app.windows[0]?.closes()]).toEqual([[], ['left'], 'closed'])
  })
})

describe('a start', () => {
  it('is careful after two that never showed a window', async () => {
    await using folder = await tempDir()
    const file = join(folder.path, 'starting')
    const starts = [markStart(file), markStart(file), markStart(file)]
    starts[2]?.arrived()
    expect([...starts, markStart(file)].map(isCareful)).toEqual([false, false, true, false])
  })
})

describe('keeping awake', () => {
  it('asks the system once, and lets go once', () => {
    const did: string[] = []
    const blocker = { start: () => did.push('start'), stop: (id: number) => (did.push(`stop ${id}`), true) }
    const awake = keepAwake(blocker)
    for (const isWorking of [false, true, true, false, false, true]) awake.update(isWorking)
    awake[Symbol.dispose]()
    expect(did).toEqual(['start', 'stop 1', 'start', 'stop 3'])
  })
})

describe('a tray', () => {
  it.each([
    ['linux', 'KDE', undefined, true],
    ['linux', 'ubuntu:GNOME', undefined, true],
    ['linux', 'GNOME', undefined, false],
    ['linux', 'GNOME', true, true],
    ['linux', 'KDE', false, false],
    ['linux', '', undefined, false],
    ['darwin', '', undefined, true],
    ['win32', '', undefined, true],
  ] as const)('on %s with %j, where the bus says %s: %s', async (platform, desktop, answer, expected) => {
    const environment = { XDG_CURRENT_DESKTOP: desktop }
    expect(await isTrayAvailable(platform, environment, async () => answer)).toBe(expected)
  })

  it.each([
    ['at login', true, ['0 s', '1 s', '2 s', '3 s'], true],
    ['when a window is waited for', false, ['0 s'], false],
  ] as const)('is waited for %s, because the desktop may bring it later', async (_, isAtLogin, asked, is) => {
    const clock = turnedClock()
    const times: string[] = []
    const answer = waitForTray(async () => times.push(`${clock.monotonic() / 1000} s`) > 3, clock, isAtLogin)
    await clock.advance(5000)
    expect([await answer, times]).toEqual([is, asked])
  })

  it('is given up at login after a while', async () => {
    const clock = turnedClock()
    const answer = waitForTray(async () => false, clock, true)
    await clock.advance(20_000)
    expect(await answer).toBe(false)
  })

  it('has an image for every state', () => {
    const resources = join(import.meta.dirname, '../../resources')
    for (const kind of ['offline', 'attention', 'paused', 'running', 'idle'] as const) {
      for (const platform of ['linux', 'darwin'] as const) {
        const file = trayImageFile(resources, kind, platform)
        const sizes = [file, file.replace('.png', '@2x.png')].map((name) => widthOf(readFileSync(name)))
        expect(sizes).toEqual(platform === 'darwin' ? [18, 36] : [22, 44])
      }
    }
  })
})

/** Of a PNG, pixels. */
const widthOf = (image: Buffer) => image.readUInt32BE(16)

/** A list that tells of every addition. */
function noted<T>(happened: EventTarget): T[] {
  const list: T[] = []
  const push = (...items: T[]) => {
    const length = Array.prototype.push.apply(list, items)
    happened.dispatchEvent(new Event('change'))
    return length
  }
  return Object.defineProperty(list, 'push', { value: push })
}

async function anApp(given: Partial<DesktopParts> = {}, startsHidden = false) {
  const folder = await tempDir()
  const engine = fakeEngine({ remembers: 3 })
  const jobs = Promise.withResolvers<void>()
  const happened = new EventTarget()
  const windows: MainWindowDouble[] = []
  const awake = noted<string>(happened)
  const notices = noted<string>(happened)
  const bodies: string[] = []
  const said = noted<DesktopPreferences>(happened)
  const terminals = noted<readonly string[]>(happened)
  const atLogin = noted<boolean>(happened)
  const left = noted<string>(happened)
  const asked = noted<string>(happened)
  let click = () => {}
  let tell: (told: ToldDesktop) => void = () => {}
  let powerChanged = () => {}
  let isPlugged = true
  let standing: Standing = unknownStanding
  let items: MenuItemConstructorOptions[] = []
  const clock = turnedClock()
  const parts: DesktopParts = {
    clock,
    version: '0.1.0',
    settings: openSettings(join(folder.path, 'settings.json')),
    openEngine: async () => ({
      api: engine.api,
      isOurs: true,
      finishJobsThenStop: () => {
        asked.push('finish jobs')
        return jobs.promise
      },
      stopNow: async () => {},
    }),
    explainFailure: async () => {},
    handOutPorts: () => {},
    makeWindow: (options) => {
      const window = aMainWindow(options)
      windows.push(window)
      return window
    },
    windowSettings: (place) => ({
      preload: '/preload.cjs',
      place,
      isDark: false,
      outside: { open: () => {}, gitlabOrigins: () => new Set() },
    }),
    onShown: () => {},
    power: { isOnBatteryPower: () => !isPlugged, onChange: (listener) => (powerChanged = listener) },
    keepAwake: keepAwake({
      start: () => awake.push('start'),
      stop: (id) => (awake.push(`stop ${id}`), true),
    }),
    freeBytes: async () => 2 ** 40,
    setStartAtLogin: async (isOn) => void atLogin.push(isOn),
    notify: ({ title, body }, onClick) => {
      bodies.push(body)
      click = onClick
      notices.push(title)
    },
    askOnClose: async () => 'stay',
    askBeforeQuit: async () => 'stay',
    makeTray: (actions: TrayActions) => (speech, now, extras) => {
      standing = now
      items = trayMenu(speech, standing.status, standing.jobs, actions, extras)
      happened.dispatchEvent(new Event('change'))
    },
    systemLanguages: ['en-US'],
    platform: 'linux',
    hearPage: (onTold) => {
      tell = onTold
      return (preferences) => said.push(preferences)
    },
    openTerminal: async (command) => {
      terminals.push(command)
      return true
    },
    leave: () => void left.push('left'),
    force: () => void left.push('forced'),
    onProblem: (what, error) => {
      throw new Error(what, { cause: error })
    },
    ...given,
  }
  parts.settings.onChange(() => happened.dispatchEvent(new Event('change')), new AbortController().signal)
  const desktop = runDesktop(parts, startsHidden)
  /** Resolves once it holds; looks whenever the application has done something. */
  const until = async (holds: () => boolean) => {
    while (!holds()) await once(happened, 'change')
  }
  await until(
    () => standing.status !== undefined && standing.jobs.length === 2 && standing.runners.length > 0,
  )
  return {
    parts,
    desktop,
    until,
    asked,
    engine,
    windows,
    awake,
    notices,
    bodies,
    said,
    terminals,
    tell: (told: ToldDesktop) => tell(told),
    atLogin,
    left,
    jobs: () => standing.jobs,
    jobsFinish: () => jobs.resolve(),
    /** Milliseconds. */
    passes: (time: number) => clock.advance(time),
    clickNotice: () => click(),
    plug: (plugged: boolean) => {
      isPlugged = plugged
      powerChanged()
    },
    menu: () => items.map(({ label, type }) => label ?? type),
    /** Clicks its way through the menu. */
    choose: (...labels: string[]) => {
      let level = items
      for (const label of labels) {
        const item = level.find((one) => one.label === label)
        if (item === undefined)
          throw new Error(`No ${label} among ${level.map((one) => one.label).join(', ')}`)
        if (Array.isArray(item.submenu)) level = item.submenu
        else (item.click as () => void)()
      }
    },
    async [Symbol.asyncDispose]() {
      jobs.resolve()
      await desktop.quit.now()
      await folder[Symbol.asyncDispose]()
    },
  }
}
