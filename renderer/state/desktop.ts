import { createStore, type StoreApi } from 'zustand/vanilla'

import {
  desktopPreferencesSchema,
  type DesktopPreferences,
  type ToldDesktop,
} from '../../main/contract/desktop.ts'

/** Whether this page is the window of the application, which has a tray and can open a terminal. */
export const isDesktop = (): boolean => /\bElectron\//.test(navigator.userAgent)

/** Tells the application something; a browser has nobody to tell. */
export function tellDesktop(told: ToldDesktop): void {
  if (isDesktop()) window.postMessage({ drydock: told }, window.location.origin)
}

/** What the application says of its preferences, until the signal aborts; undefined before it has spoken. */
export function watchPreferences(signal: AbortSignal): StoreApi<DesktopPreferences | undefined> {
  const store = createStore<DesktopPreferences | undefined>(() => undefined)
  const hear = ({ source, data }: MessageEvent<unknown>) => {
    if (source !== window || typeof data !== 'object' || data === null) return
    if (!('drydockPreferences' in data)) return
    const { data: preferences } = desktopPreferencesSchema.safeParse(data.drydockPreferences)
    if (preferences !== undefined) store.setState(preferences, true)
  }
  window.addEventListener('message', hear, { signal })
  tellDesktop({ type: 'preferences-wanted' })
  return store
}
