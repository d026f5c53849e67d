import type { MenuItemConstructorOptions } from 'electron'

import { desktopPreferencesSchema } from '../contract/desktop.ts'
import { ApiError } from '../contract/table.ts'
import { afterClosing } from './closing.ts'
import type { DesktopParts } from './desktop-parts.ts'
import { followEngine, unknownStanding, type Standing } from './follow-engine.ts'
import { EngineKeeper } from './keep-engine.ts'
import { MainWindow } from './main-window.ts'
import {
  noticeOfDisk,
  noticeOfJob,
  noticeOfStatus,
  noticeOfVersion,
  noticesOfRunners,
  type Notice,
} from './notices.ts'
import { gatherNotices } from './gather-notices.ts'
import { keepRules } from './keep-rules.ts'
import { preferencesMenu } from './preferences-menu.ts'
import { quoted, shellCommand } from './open-terminal.ts'
import { isQuietAt, type PauseReason } from './pause-rules.ts'
import { Quit } from './quit.ts'
import type { SettingsStore } from './settings.ts'
import { speechIn, spokenLanguage, type Speech } from './speech.ts'
import { fetchUpdates, type UpdateFeed } from './updates.ts'
import { watchDisk } from './watch-disk.ts'

export interface Desktop {
  /** Shows the window, on a page such as `/#/jobs/12`. */
  show(path?: string): void
  readonly quit: Quit
}

/** Puts the application together. @param startsHidden at login: the window waits until it is wanted. */
export function runDesktop(parts: DesktopParts, startsHidden: boolean): Desktop {
  const { settings, clock, onProblem } = parts
  const stopped = new AbortController()
  const toldOf = new Set<string>()
  let standing: Standing = unknownStanding
  let pausedWhy: PauseReason | undefined
  let newVersion: string | undefined

  const speech = () => speechIn(spokenLanguage(settings.current().language, parts.systemLanguages))

  const quit = new Quit({
    door: () => engine.door,
    runningJobs: () => (engine.door?.isOurs === true ? standing.jobs.length : 0),
    ask: (jobs) => parts.askBeforeQuit(jobs, speech()),
    async leave() {
      stopped.abort()
      parts.keepAwake[Symbol.dispose]()
      await writeDown()
      parts.leave()
    },
    force: parts.force,
  })

  async function writeDown(): Promise<void> {
    window.rememberPlace()
    // Behind everything that is still to be written.
    await settings.change({}).catch((error: unknown) => onProblem('keeping the settings', error))
  }

  const window = new MainWindow({
    make: parts.makeWindow,
    settings: () =>
      parts.windowSettings(settings.current().window, () => standing.runners.map(({ url }) => url)),
    remember: (place) => loosely('remembering the window', settings.change({ window: place })),
    mayClose: () => quit.isUnderWay,
    onHidden: () =>
      loosely(
        'closing the window',
        afterClosing({
          settings,
          hasTray: parts.makeTray !== undefined,
          ask: () => parts.askOnClose(speech()),
          quit: () => void quit.request(),
          sayWhere: () =>
            parts.notify({ title: speech().words.inBackground, body: speech().words.comeBack }, () =>
              window.show(),
            ),
        }),
      ),
    now: () => clock.monotonic(),
    onShown: parts.onShown,
    onPageGone: (reason) => onProblem('drawing the page', new Error(reason)),
    onSessionEnd: () => loosely('quitting', quit.becauseToldTo()),
  })

  const gather = gatherNotices(
    {
      clock,
      isQuiet: () => isQuietAt(settings.current().quietHours, new Date(clock.now())),
      stillHolds: ({ kind }) => kind !== 'EngineGone' || standing.status?.docker.state === 'unreachable',
      words: () => speech().words,
      show: (notice) => parts.notify(notice, () => window.show(notice.path)),
    },
    stopped.signal,
  )

  function tell(notice: Notice | undefined): void {
    if (notice !== undefined && settings.current()[`notify${notice.kind}`]) gather(notice)
  }

  function loosely(what: string, work: Promise<unknown>): void {
    void work.catch((error: unknown) => onProblem(what, error))
  }

  const rules = keepRules({
    settings,
    clock,
    power: parts.power,
    pause: () => call('pause'),
    resume: () => call('resume'),
    onReason: (why) => {
      pausedWhy = why
      draw()
    },
  })

  async function call(name: 'pause' | 'resume'): Promise<void> {
    await engine.door?.api[name](undefined)
  }

  const drawTray = parts.makeTray?.({
    open: (path) => window.show(path === '/' ? undefined : path),
    pause: () => loosely('pausing', call('pause')),
    resume: () => loosely('resuming', call('resume')),
    quitAfterJobs: () => loosely('quitting', quit.afterJobs()),
    quitNow: () => loosely('quitting', quit.now()),
  })

  function draw(): void {
    const said = speech()
    drawTray?.(said, standing, {
      runners: standing.runners,
      ...(pausedWhy !== undefined && { why: pausedWhy }),
      items: [preferencesMenu(said.words, settings.current(), changeSettings), ...updateItem(said)],
    })
  }

  function changeSettings(change: Parameters<SettingsStore['change']>[0]): void {
    loosely('keeping the settings', settings.change(change))
    if (change.startAtLogin !== undefined)
      loosely('starting at login', parts.setStartAtLogin(change.startAtLogin))
  }

  function updateItem({ words }: Speech): MenuItemConstructorOptions[] {
    const { updates } = parts
    if (newVersion === undefined || updates === undefined) return []
    const label = standing.jobs.length > 0 ? words.restartAfterJobs(newVersion) : words.restart(newVersion)
    return [{ label, click: () => void update(updates, newVersion ?? '') }]
  }

  async function update(feed: UpdateFeed, version: string): Promise<void> {
    try {
      await quit.replaceAfterJobs(async () => {
        await writeDown()
        await feed.restart()
      })
    } catch (error) {
      onProblem('updating', error)
      const { words } = speech()
      parts.notify({ title: words.notUpdated(version), body: (error as Error).message }, () => window.show())
    }
  }

  const engine = new EngineKeeper({
    clock,
    // One that was stopped to leave is not started again.
    open: (mayStart) => parts.openEngine(mayStart && !quit.isUnderWay),
    onFailure: (error) => parts.explainFailure(error, () => void quit.now(), speech()),
    follow: (door, signal) =>
      followEngine(
        door.api,
        {
          changed: (now, before) => {
            standing = now
            tell(noticeOfStatus(before.status, now.status, speech()))
            const version = noticeOfVersion(before.status, now.status, parts.version, speech())
            if (version !== undefined) parts.notify(version, () => window.show())
            for (const notice of noticesOfRunners(now.runners, clock.now(), toldOf, speech())) tell(notice)
            rules.look(now.status?.paused)
            keepAwakeWhileWorking()
            draw()
          },
          finished: (job) => tell(noticeOfJob(job, speech())),
        },
        signal,
      ),
  })

  /** In what is kept of a job; where that cannot be, a notification says why. */
  async function openShell(job: number): Promise<void> {
    const { words, inSentences } = speech()
    try {
      const { api } = await engine.living()
      const command = shellCommand(await api.openShell({ id: job }), parts.platform)
      if (await parts.openTerminal(command)) return
      parts.notify({ title: words.noShell, body: words.noTerminal(command.map(quoted).join(' ')) }, () => {})
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      parts.notify({ title: words.noShell, body: inSentences(error.message) }, () =>
        window.show(`/#/jobs/${job}`),
      )
    }
  }

  function keepAwakeWhileWorking(): void {
    parts.keepAwake.update(settings.current().keepAwake && standing.jobs.length > 0)
  }

  const preferences = () => desktopPreferencesSchema.parse(settings.current())

  settings.onChange(() => {
    tellPages(preferences())
    rules.look(standing.status?.paused)
    keepAwakeWhileWorking()
    draw()
  }, stopped.signal)
  parts.handOutPorts(() => engine.living())
  const tellPages = parts.hearPage((told) => {
    switch (told.type) {
      case 'language':
        if (told.language !== settings.current().language) changeSettings({ language: told.language })
        break
      case 'open-shell':
        loosely('opening a shell', openShell(told.job))
        break
      case 'prefer':
        changeSettings(defined(told.change))
        break
      case 'preferences-wanted':
        tellPages(preferences())
    }
  })
  draw()
  if (!startsHidden) window.show()

  const { updates } = parts
  if (updates !== undefined) {
    loosely(
      'looking for updates',
      fetchUpdates(
        {
          feed: updates,
          currentVersion: parts.version,
          isWanted: () => settings.current().checkForUpdates,
          clock,
          onReady: (version) => {
            newVersion = version
            draw()
          },
          onProblem: (error) => onProblem('looking for updates', error),
        },
        stopped.signal,
      ),
    )
  }
  loosely(
    'watching the disk',
    watchDisk(parts.freeBytes, clock, (free) => tell(noticeOfDisk(free, speech())), stopped.signal),
  )
  loosely('keeping the rules', rules.keep(stopped.signal))
  loosely('keeping the engine', engine.keep(stopped.signal))
  return { show: (path) => window.show(path), quit }
}

/** Without the fields that are absent. */
const defined = <T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>
  }
