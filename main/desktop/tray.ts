import type { Menu, MenuItemConstructorOptions, NativeImage, Tray } from 'electron'

import type { JobSummary } from '../contract/job.ts'
import type { AppStatus } from '../contract/status.ts'
import { trayStateOf, trayText, type TrayCircumstances, type TrayState } from './tray-state.ts'

export interface TrayActions {
  readonly open: (path: string) => void
  readonly pause: () => void
  readonly resume: () => void
  /** Runs what runs to its end, then quits. */
  readonly quitAfterJobs: () => void
  readonly quitNow: () => void
}

export interface TrayExtras extends TrayCircumstances {
  /** Stand above the ways to quit. */
  readonly items?: readonly MenuItemConstructorOptions[]
}

/** The menu: what is going on, then what can be done about it. */
export function trayMenu(
  status: AppStatus | undefined,
  jobs: readonly JobSummary[],
  actions: TrayActions,
  { items = [], ...circumstances }: TrayExtras = {},
): MenuItemConstructorOptions[] {
  const state = trayStateOf(status, circumstances)
  const current = jobs.map((job) => ({
    // `&` marks a keyboard shortcut in menus.
    label: `${job.name} · ${job.project}`.replaceAll('&', '&&'),
    click: () => actions.open(`/#/jobs/${job.id}`),
  }))
  const pausing =
    status?.paused === true
      ? { label: 'Resume', click: actions.resume }
      : { label: 'Pause', enabled: status !== undefined, click: actions.pause }
  const quitting =
    jobs.length > 0
      ? [
          { label: 'Quit after these jobs', click: actions.quitAfterJobs },
          { label: 'Quit now and cancel them', click: actions.quitNow },
        ]
      : [{ label: 'Quit', click: actions.quitNow }]
  return [
    { label: trayText(state).replaceAll('&', '&&'), enabled: false },
    ...current,
    { type: 'separator' },
    { label: 'Open Drydock', click: () => actions.open('/') },
    pausing,
    ...items,
    { type: 'separator' },
    ...quitting,
  ]
}

export interface TrayParts {
  readonly tray: Pick<Tray, 'setImage' | 'setToolTip' | 'setContextMenu'>
  readonly buildMenu: (template: MenuItemConstructorOptions[]) => Menu
  /** An image of its own for each kind: shape as well as colour. */
  readonly imageOf: (kind: TrayState['kind']) => NativeImage
  readonly actions: TrayActions
}

/** Draws the tray as things are now. */
export function showInTray(
  { tray, buildMenu, imageOf, actions }: TrayParts,
  status: AppStatus | undefined,
  jobs: readonly JobSummary[],
  extras: TrayExtras = {},
): void {
  const state = trayStateOf(status, extras)
  tray.setImage(imageOf(state.kind))
  tray.setToolTip(trayText(state))
  tray.setContextMenu(buildMenu(trayMenu(status, jobs, actions, extras)))
}
