import type { BrowserWindowConstructorOptions } from 'electron'

import { appOrigin } from './security.ts'
import type { Area } from './window-place.ts'
import { openWindow, type AppWindow, type WindowPlace, type WindowSettings } from './window.ts'

/** What is asked of the one window. */
export interface MainWindowOfElectron extends AppWindow {
  readonly webContents: AppWindow['webContents'] & {
    on(
      event: 'render-process-gone',
      listener: (event: unknown, details: { readonly reason: string }) => void,
    ): unknown
    reload(): void
  }
  on(event: 'close', listener: (event: { preventDefault(): void }) => void): unknown
  on(event: 'closed', listener: () => void): unknown
  /** Windows alone: its session ends now, and "before-quit" does not come. */
  on(event: 'session-end', listener: () => void): unknown
  getNormalBounds(): Area
  isMaximized(): boolean
  isMinimized(): boolean
  restore(): void
  focus(): void
  hide(): void
}

export interface MainWindowParts {
  readonly make: (options: BrowserWindowConstructorOptions) => MainWindowOfElectron
  readonly settings: () => WindowSettings
  readonly remember: (place: WindowPlace) => void
  /** True lets it close; otherwise it only hides. */
  readonly mayClose: () => boolean
  /** The user closed it, and it is hidden now. */
  readonly onHidden: () => void
  /** Milliseconds that never jump. */
  readonly now: () => number
  /** The page is drawn for the first time. */
  readonly onShown: () => void
  /** The page's process has died. */
  readonly onPageGone: (reason: string) => void
  readonly onSessionEnd: () => void
}

const reloadPauseMs = 30_000

/** The one window: made when it is first wanted, hidden rather than closed, so that it comes back at once. */
export class MainWindow {
  #window: MainWindowOfElectron | undefined
  readonly #parts: MainWindowParts

  constructor(parts: MainWindowParts) {
    this.#parts = parts
  }

  /** Shows a page of ours, in front of everything. @param path after the origin; absent leaves the page as it is. */
  show(path?: string): void {
    const window = this.#window
    if (window === undefined) return this.#open(path)
    if (path !== undefined) void window.loadURL(`${appOrigin}${path}`)
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
  }

  #open(path: string | undefined): void {
    const { make, settings, mayClose, onHidden, onShown, onPageGone, onSessionEnd, now } = this.#parts
    const window = openWindow(make, settings(), path, onShown)
    this.#window = window
    window.on('close', (event) => {
      if (mayClose()) return
      event.preventDefault()
      this.rememberPlace()
      window.hide()
      onHidden()
    })
    let reloadedAt = -Infinity
    window.on('session-end', onSessionEnd)
    window.webContents.on('render-process-gone', (_, { reason }) => {
      onPageGone(reason)
      // The engine goes on without its page; one that dies again at once would only keep the machine busy.
      if (now() - reloadedAt < reloadPauseMs) return
      reloadedAt = now()
      window.webContents.reload()
    })
    window.on('closed', () => (this.#window = undefined))
  }

  rememberPlace(): void {
    if (this.#window === undefined) return
    const { x, y, width, height } = this.#window.getNormalBounds()
    this.#parts.remember({ x, y, width, height, maximized: this.#window.isMaximized() })
  }
}
