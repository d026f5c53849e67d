import type { Menu, MenuItemConstructorOptions, NativeImage, Tray } from 'electron'

import type { JobSummary } from '../contract/job.ts'
import type { AppStatus } from '../contract/status.ts'
import type { Speech } from './speech.ts'
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
  speech: Speech,
  status: AppStatus | undefined,
  jobs: readonly JobSummary[],
  actions: TrayActions,
  { items = [], ...circumstances }: TrayExtras = {},
): MenuItemConstructorOptions[] {
  const { words } = speech
  const state = trayStateOf(status, circumstances)
  const current = jobs.map((job) => ({
    // `&` marks a keyboard shortcut in menus.
    label: `${job.name} · ${job.project}`.replaceAll('&', '&&'),
    click: () => actions.open(`/#/jobs/${job.id}`),
  }))
  const pausing =
    status?.paused === true
      ? { label: words.resume, click: actions.resume }
      : { label: words.pause, enabled: status !== undefined, click: actions.pause }
  const quitting =
    jobs.length > 0
      ? [
          { label: words.quitAfterJobs, click: actions.quitAfterJobs },
          { label: words.quitAndCancel, click: actions.quitNow },
        ]
      : [{ label: words.quit, click: actions.quitNow }]
  return [
    { label: trayText(state, speech).replaceAll('&', '&&'), enabled: false },
    ...current,
    { type: 'separator' },
    { label: words.open, click: () => actions.open('/') },
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
  /** Writes beside the image, where the system does: how many jobs run. */
  readonly setTitle?: (title: string) => void
}

/** @returns draws the tray as things are now. What has not changed is left alone: a menu that is set anew closes. */
export function trayPainter({ tray, buildMenu, imageOf, actions, setTitle }: TrayParts) {
  let [image, tip, menu] = ['', '', '']
  return function draw(
    speech: Speech,
    status: AppStatus | undefined,
    jobs: readonly JobSummary[],
    extras: TrayExtras = {},
  ): void {
    const state = trayStateOf(status, extras)
    const text = trayText(state, speech)
    const items = trayMenu(speech, status, jobs, actions, extras)
    const look = JSON.stringify([items, jobs.map(({ id }) => id)])
    if (image !== state.kind) tray.setImage(imageOf(state.kind))
    if (tip !== text) {
      tray.setToolTip(text)
      setTitle?.(state.kind === 'running' ? String(state.jobs) : '')
    }
    if (menu !== look) tray.setContextMenu(buildMenu(items))
    ;[image, tip, menu] = [state.kind, text, look]
  }
}
