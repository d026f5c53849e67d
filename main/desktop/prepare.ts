import { join } from 'node:path'

import { app } from 'electron'

import { withProgramFolders } from '../cli/program-folders.ts'
import { ourSurroundings } from '../engine/config/locations.ts'
import { assemble } from './assemble.ts'
import { leaveAppImage } from './appimage-environment.ts'
import { deepLinkTarget, linkAmong } from './deep-link.ts'
import type { Desktop } from './desktop.ts'
import { hiddenFlag, isStartedAtLogin } from './login-item.ts'
import { isCareful, markStart } from './start-marker.ts'

/**
 * Everything that has to be in place before the application is ready; the rest follows when it is. Does not wait for
 * that: Electron is ready only after the main module has been evaluated.
 */
export function prepare(): void {
  leaveAppImage(process.env)
  if (process.platform === 'darwin') process.env['PATH'] = withProgramFolders(process.env['PATH'] ?? '')
  const around = ourSurroundings()
  const marker = markStart(join(app.getPath('userData'), 'starting'))
  // A graphics driver is what most often keeps a window from ever appearing.
  if (isCareful(marker)) app.disableHardwareAcceleration()

  let desktop: Desktop | undefined
  // What was asked for before there was anything to show it.
  let wanted = linkAmong(process.argv)
  const show = (path?: string) => {
    if (desktop === undefined) wanted = path ?? wanted
    else desktop.show(path)
  }
  app.on('second-instance', (_, argv) => {
    if (!argv.includes(hiddenFlag)) show(linkAmong(argv))
  })
  app.on('open-url', (event, url) => {
    event.preventDefault()
    show(deepLinkTarget(url))
  })
  app.on('activate', () => show())
  // Without a listener the application would end with its window.
  app.on('window-all-closed', () => undefined)
  app.on('before-quit', (event) => desktop?.quit.hold(event))
  // A checkout would register Electron's own program.
  if (app.isPackaged) app.setAsDefaultProtocolClient('drydock')
  // That of the installer's shortcut, without which Windows shows no notification.
  if (process.platform === 'win32') app.setAppUserModelId('app.drydock')

  const start = async () => {
    const isHidden = wanted === undefined && isStartedAtLogin(process.argv, process.platform, app)
    desktop = await assemble({ around, marker, show, isHidden })
    if (wanted !== undefined) desktop.show(wanted)
  }
  app
    .whenReady()
    .then(start)
    .catch((error: unknown) => {
      console.error(error)
      app.exit(1)
    })
}
