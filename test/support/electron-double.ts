import type { BrowserWindowConstructorOptions } from 'electron'

import type { GuardedContents } from '../../main/desktop/security.ts'
import type { AppWindow } from '../../main/desktop/window.ts'

type Listener = (event: { preventDefault(): void }) => void
type OpenHandler = (details: { url: string }) => { action: 'deny' }

export interface WindowDouble extends AppWindow {
  readonly options: BrowserWindowConstructorOptions
  readonly webContents: GuardedContents
  /** What was done with it, in order. */
  readonly did: string[]
  becomesReady(): void
  /** Lets a page try each; @returns those that were prevented. */
  tries(events: readonly string[]): string[]
  opensWindow(url: string): { action: 'deny' } | undefined
}

/** A window of Electron as far as we use one. */
export function aWindow(options: BrowserWindowConstructorOptions = {}): WindowDouble {
  const listeners = new Map<string, Listener>()
  const ready: (() => void)[] = []
  const did: string[] = []
  let openHandler: OpenHandler | undefined
  return {
    options,
    did,
    webContents: {
      on: (event: string, listener: Listener) => void listeners.set(event, listener),
      setWindowOpenHandler: (handler) => (openHandler = handler),
    },
    once: (_, listener) => ready.push(listener),
    loadURL: async (url) => void did.push(`load ${url}`),
    maximize: () => did.push('maximize'),
    show: () => did.push('show'),
    becomesReady: () => {
      for (const listener of ready) listener()
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
