import type { DesktopPreferences, ToldDesktop } from '../contract/desktop.ts'
import type { Clock } from '../engine/clock.ts'
import type { EngineDoor } from './engine-door.ts'
import type { Standing } from './follow-engine.ts'
import type { KeepAwake } from './keep-awake.ts'
import type { LivingApi } from './keep-engine.ts'
import type { PowerSource } from './keep-rules.ts'
import type { MainWindowParts } from './main-window.ts'
import type { Notice } from './notices.ts'
import type { QuitAnswer } from './quit.ts'
import type { SettingsStore } from './settings.ts'
import type { Speech } from './speech.ts'
import type { TrayActions, TrayExtras } from './tray.ts'
import type { UpdateFeed } from './updates.ts'
import type { WindowPlace, WindowSettings } from './window.ts'

/** What the application needs of Electron and of the machine; `assemble.ts` builds the real ones. */
export interface DesktopParts {
  readonly clock: Clock
  readonly version: string
  readonly settings: SettingsStore
  readonly openEngine: (mayStart: boolean) => Promise<EngineDoor | undefined>
  /** Tells the user why there is no engine; resolves when it should be tried again. */
  readonly explainFailure: (error: unknown, quit: () => void, speech: Speech) => Promise<void>
  readonly handOutPorts: (engine: () => Promise<LivingApi>) => void
  readonly makeWindow: MainWindowParts['make']
  readonly windowSettings: (place: WindowPlace, gitlabUrls: () => readonly string[]) => WindowSettings
  /** The page was drawn: this start has worked. */
  readonly onShown: () => void
  readonly power: PowerSource
  readonly keepAwake: KeepAwake
  readonly freeBytes: () => Promise<number>
  readonly setStartAtLogin: (isOn: boolean) => Promise<void>
  readonly notify: (notice: Pick<Notice, 'title' | 'body'>, onClick: () => void) => void
  readonly askOnClose: (speech: Speech) => Promise<'stay' | 'quit'>
  readonly askBeforeQuit: (jobs: number, speech: Speech) => Promise<QuitAnswer>
  /** The user's languages, the best first. */
  readonly systemLanguages: readonly string[]
  /** What the page tells. */
  readonly hearPage: (onTold: (told: ToldDesktop) => void) => (preferences: DesktopPreferences) => void
  /** Resolves with false where there is no terminal. */
  readonly openTerminal: (command: readonly string[]) => Promise<boolean>
  readonly platform: NodeJS.Platform
  /** Absent where nobody would see a tray. */
  readonly makeTray?: (
    actions: TrayActions,
  ) => (speech: Speech, standing: Standing, extras: TrayExtras) => void
  /** Absent where this installation cannot replace itself. */
  readonly updates?: UpdateFeed
  readonly leave: () => void
  readonly force: () => void
  readonly onProblem: (what: string, error: unknown) => void
}
