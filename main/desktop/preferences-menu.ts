import type { MenuItemConstructorOptions } from 'electron'

import type { NoticeKind } from './notice-kind.ts'
import type { DesktopSettings, SwitchName } from './settings.ts'
import type { DesktopWords } from './words/en.ts'

const switches: readonly SwitchName[] = ['startAtLogin', 'keepAwake', 'pauseOnBattery', 'checkForUpdates']
const notices: readonly NoticeKind[] = ['JobFailed', 'JobPassed', 'EngineGone', 'TokenExpiring', 'DiskLow']

const nights = { from: '22:00', to: '07:00' } as const

/** What can be set without a page: one submenu. */
export function preferencesMenu(
  words: DesktopWords,
  settings: DesktopSettings,
  change: (change: Partial<DesktopSettings>) => void,
): MenuItemConstructorOptions {
  const toggle = (key: SwitchName | `notify${NoticeKind}`, label: string) => ({
    label,
    type: 'checkbox' as const,
    checked: settings[key],
    click: () => change({ [key]: !settings[key] }),
  })
  const { quietHours, onClose } = settings
  const hours = quietHours ?? nights
  return {
    label: words.preferences,
    submenu: [
      ...switches.map((name) => toggle(name, words.switches[name])),
      {
        label: words.quietHours(hours.from, hours.to),
        type: 'checkbox',
        checked: quietHours !== null,
        click: () => change({ quietHours: quietHours === null ? nights : null }),
      },
      {
        label: words.goOnWhenClosed,
        type: 'checkbox',
        checked: onClose !== 'quit',
        click: () => change({ onClose: onClose === 'quit' ? 'stay' : 'quit' }),
      },
      { type: 'separator' },
      {
        label: words.notifyWhen,
        submenu: notices.map((kind) => toggle(`notify${kind}`, words.notices[kind])),
      },
    ],
  }
}
