import type { BrowserWindowConstructorOptions } from 'electron'

import {
  appOrigin,
  denyNavigation,
  secureWebPreferences,
  type GuardedContents,
  type Outside,
} from './security.ts'

/** Where the window was when it was last closed. Pixels of the screen. */
export interface WindowPlace {
  readonly x?: number
  readonly y?: number
  readonly width: number
  readonly height: number
  readonly maximized: boolean
}

export const firstPlace: WindowPlace = { width: 1280, height: 800, maximized: false }

export interface WindowSettings {
  readonly preload: string
  readonly place: WindowPlace
  readonly isDark: boolean
  readonly outside: Outside
  /** In a packaged application nobody looks behind the page. */
  readonly isPackaged?: boolean
  /** On Wayland a window that was never shown is never drawn, so "ready-to-show" never comes. */
  readonly showsOnceLoaded?: boolean
  /** A picture, where the system does not take the program's own: on Linux, outside an installed package. */
  readonly icon?: string
}

/** What is asked of a window. */
export interface AppWindow {
  readonly webContents: GuardedContents & {
    once(event: 'did-finish-load', listener: () => void): unknown
  }
  once(event: 'ready-to-show', listener: () => void): unknown
  loadURL(url: string): Promise<void>
  maximize(): void
  show(): void
}

/**
 * The one place where windows are made.
 * @param make `(options) => new BrowserWindow(options)`.
 * @param path after the origin, such as `/#/jobs/12`.
 * @param onShown called when it shows itself.
 */
export function openWindow<W extends AppWindow>(
  make: (options: BrowserWindowConstructorOptions) => W,
  { preload, place, isDark, outside, isPackaged = false, showsOnceLoaded = false, icon }: WindowSettings,
  path = '/',
  onShown = () => {},
): W {
  const { maximized, ...bounds } = place
  const window = make({
    ...bounds,
    minWidth: 900,
    minHeight: 600,
    title: 'Drydock',
    ...(icon !== undefined && { icon }),
    show: false,
    autoHideMenuBar: true,
    // What is seen until the page has drawn itself; the page's own ground.
    backgroundColor: isDark ? '#13181a' : '#ffffff',
    webPreferences: { ...secureWebPreferences(preload), ...(isPackaged && { devTools: false }) },
  })
  denyNavigation(window.webContents, outside)
  let isShown = false
  const show = () => {
    if (isShown) return
    isShown = true
    if (maximized) window.maximize()
    window.show()
    onShown()
  }
  window.once('ready-to-show', show)
  if (showsOnceLoaded) window.webContents.once('did-finish-load', show)
  void window.loadURL(`${appOrigin}${path}`)
  return window
}
