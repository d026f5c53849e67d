import type { BrowserWindowConstructorOptions } from 'electron'

import type { MainWindowOfElectron } from '../../main/desktop/main-window.ts'
import type { AppWindow } from '../../main/desktop/window.ts'

type Listener = (event: { preventDefault(): void }) => void
type OpenHandler = (details: { url: string }) => { action: 'deny' }

export interface WindowDouble extends AppWindow {
  readonly options: BrowserWindowConstructorOptions
  readonly webContents: AppWindow['webContents']
  /** What was done with it, in order. */
  readonly did: string[]
  becomesReady(): void
  /** The page has been loaded; whether or not it was ever drawn. */
  loads(): void
  /** Lets a page try each; @returns those that were prevented. */
  tries(events: readonly string[]): string[]
  opensWindow(url: string): { action: 'deny' } | undefined
}

/** A window of Electron as far as we use one. */
export function aWindow(options: BrowserWindowConstructorOptions = {}): WindowDouble {
  const listeners = new Map<string, Listener>()
  const ready: (() => void)[] = []
  const loaded: (() => void)[] = []
  const did: string[] = []
  let openHandler: OpenHandler | undefined
  return {
    options,
    did,
    webContents: {
      on: (event: string, listener: Listener) => void listeners.set(event, listener),
      once: (_, listener) => loaded.push(listener),
      setWindowOpenHandler: (handler) => (openHandler = handler),
    },
    once: (_, listener) => ready.push(listener),
    loadURL: async (url) => void did.push(`load ${url}`),
    maximize: () => did.push('maximize'),
    show: () => did.push('show'),
    becomesReady: () => {
      for (const listener of ready) listener()
    },
    loads: () => {
      for (const listener of loaded) listener()
    },
    tries: (events) =>
      events.filter((event) => {
        let prevented = false
        listeners.get(event)?.({ preventDefault: () => (prevented = true) })
        return prevented
      }),
    opensWindow: (url) => openHandler?.({ url }),
  }
}

export interface MainWindowDouble extends MainWindowOfElectron {
  readonly did: string[]
  /** The user closes it. */
  closes(): 'closed' | 'prevented'
  /** Its page's process dies. */
  crashes(): void
  /** Windows' session ends. */
  sessionEnds(): void
}

/** The one window, which can be closed and whose page can crash. */
export function aMainWindow(options: BrowserWindowConstructorOptions = {}): MainWindowDouble {
  const { webContents, ...window } = aWindow(options)
  const { did } = window
  const closing: Listener[] = []
  const ending: Listener[] = []
  type Crashed = (event: { preventDefault(): void }, details: { reason: string }) => void
  const crashed: Crashed[] = []
  const on = (event: string, listener: Crashed) => {
    if (event === 'render-process-gone') crashed.push(listener)
  }
  return {
    ...window,
    webContents: { ...webContents, on, reload: () => void did.push('reload') },
    on(event: string, listener: (event: { preventDefault(): void }) => void) {
      if (event === 'close') closing.push(listener)
      if (event === 'session-end') ending.push(listener)
    },
    getNormalBounds: () => ({ x: 10, y: 20, width: 1000, height: 700 }),
    isMaximized: () => false,
    isMinimized: () => false,
    restore: () => void did.push('restore'),
    focus: () => void did.push('focus'),
    hide: () => void did.push('hide'),
    closes() {
      let outcome: 'closed' | 'prevented' = 'closed'
      for (const listener of closing) listener({ preventDefault: () => (outcome = 'prevented') })
      return outcome
    },
    sessionEnds() {
      for (const listener of ending) listener({ preventDefault: () => {} })
    },
    crashes() {
      for (const listener of crashed) listener({ preventDefault: () => {} }, { reason: 'crashed' })
    },
  }
}
