import type { MenuItemConstructorOptions } from 'electron'

import type { DesktopSettings } from './settings.ts'

const switches = [
  ['startAtLogin', 'Start at login'],
  ['keepAwake', 'Keep the computer awake while a job runs'],
  ['pauseOnBattery', 'Pause on battery'],
  ['checkForUpdates', 'Look for updates'],
] as const

const notifications = [
  ['notifyJobFailed', 'A job has failed'],
  ['notifyJobPassed', 'A job has passed'],
  ['notifyEngineGone', 'Docker has gone away'],
  ['notifyTokenExpiring', 'A token expires'],
  ['notifyDiskLow', 'The disk is nearly full'],
] as const

const nights = { from: '22:00', to: '07:00' } as const

/** What can be set without a page: one submenu. */
export function preferencesMenu(
  settings: DesktopSettings,
  change: (change: Partial<DesktopSettings>) => void,
): MenuItemConstructorOptions {
  const toggle = ([key, label]: (typeof switches | typeof notifications)[number]) => ({
    label,
    type: 'checkbox' as const,
    checked: settings[key],
    click: () => change({ [key]: !settings[key] }),
  })
  const { quietHours, onClose } = settings
  const hours = quietHours ?? nights
  return {
    label: 'Preferences',
    submenu: [
      ...switches.map(toggle),
      {
        label: `Pause from ${hours.from} to ${hours.to}`,
        type: 'checkbox',
        checked: quietHours !== null,
        click: () => change({ quietHours: quietHours === null ? nights : null }),
      },
      {
        label: 'Go on when the window is closed',
        type: 'checkbox',
        checked: onClose !== 'quit',
        click: () => change({ onClose: onClose === 'quit' ? 'stay' : 'quit' }),
      },
      { type: 'separator' },
      { label: 'Notify when', submenu: notifications.map(toggle) },
    ],
  }
}
