import { readFileSync, renameSync } from 'node:fs'

import { z } from 'zod'

import { replaceFile } from '../engine/config/replace-file.ts'
import { firstPlace } from './window.ts'

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)

const place = z.strictObject({
  x: z.int().exactOptional(),
  y: z.int().exactOptional(),
  width: z.int().positive(),
  height: z.int().positive(),
  maximized: z.boolean(),
})

/** What the desktop application remembers. Each field stands for itself: one that is wrong falls back alone. */
const schema = z.object({
  window: place.catch(firstPlace).default(firstPlace),
  /** What closing the window does; asked the first time. */
  onClose: z.enum(['ask', 'stay', 'quit']).catch('ask').default('ask'),
  startAtLogin: z.boolean().catch(false).default(false),
  keepAwake: z.boolean().catch(true).default(true),
  pauseOnBattery: z.boolean().catch(false).default(false),
  /** Local time; `from` after `to` runs past midnight. */
  quietHours: z.strictObject({ from: timeOfDay, to: timeOfDay }).nullable().catch(null).default(null),
  checkForUpdates: z.boolean().catch(true).default(true),
  /** Of the tray, menus and notifications; `system` until the page says otherwise. */
  language: z.enum(['system', 'en', 'zh-CN', 'ko']).catch('system').default('system'),
  notifyJobFailed: z.boolean().catch(true).default(true),
  notifyJobPassed: z.boolean().catch(false).default(false),
  notifyDiskLow: z.boolean().catch(true).default(true),
  notifyTokenExpiring: z.boolean().catch(true).default(true),
  notifyEngineGone: z.boolean().catch(true).default(true),
})

/** What is on or off, apart from notifications. */
export type SwitchName = 'startAtLogin' | 'keepAwake' | 'pauseOnBattery' | 'checkForUpdates'

export type DesktopSettings = Readonly<z.output<typeof schema>>

export interface SettingsStore {
  current(): DesktopSettings
  /** Applies at once; the file follows, one change after another. Rejects when it cannot be written. */
  change(change: Partial<DesktopSettings>): Promise<void>
  /** Called after every change, until the signal aborts. */
  onChange(listener: (settings: DesktopSettings) => void, signal: AbortSignal): void
}

/** A file that is no JSON is moved aside, and the application starts as if it were new. */
export function openSettings(file: string): SettingsStore {
  let settings = read(file)
  let written: Promise<void> = Promise.resolve()
  const listeners = new Set<(settings: DesktopSettings) => void>()
  return {
    current: () => settings,
    change(change) {
      settings = { ...settings, ...change }
      const text = `${JSON.stringify(settings, null, 2)}\n`
      for (const listener of listeners) listener(settings)
      const writing = written.then(() => replaceFile(file, text))
      written = writing.catch(() => undefined)
      return writing
    },
    onChange(listener, signal) {
      listeners.add(listener)
      signal.addEventListener('abort', () => listeners.delete(listener), { once: true })
    },
  }
}

function read(file: string): DesktopSettings {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return schema.parse({})
  }
  try {
    return schema.parse(JSON.parse(text))
  } catch {
    renameSync(file, `${file}.damaged`)
    return schema.parse({})
  }
}
