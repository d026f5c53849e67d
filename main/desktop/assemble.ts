import { homedir } from 'node:os'
import { join } from 'node:path'

import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  nativeImage,
  nativeTheme,
  Notification,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  Tray,
} from 'electron'

import { assetsDirectory } from '../cli/assets-directory.ts'
import { startEngine } from '../cli/engine.ts'
import { findEngine } from '../cli/find-engine.ts'
import { packageRoot } from '../cli/package-root.ts'
import { resourcesDirectory } from '../cli/resources-directory.ts'
import { systemClock } from '../engine/clock.ts'
import { configFile, dataDirectory, type Surroundings } from '../engine/config/locations.ts'
import { drydockVersion } from '../engine/version.ts'
import { applicationMenu } from './application-menu.ts'
import { chooseFolder } from './choose-folder.ts'
import { runDesktop, type Desktop } from './desktop.ts'
import { askAboutFailure, askBeforeQuit, askOnClose } from './dialogs.ts'
import { openEngineDoor } from './engine-door.ts'
import { endWithSession } from './end-with-session.ts'
import { engineTerminal, openLogFile } from './engine-terminal.ts'
import { gitlabOrigins } from './gitlab-origins.ts'
import { handOutPorts } from './hand-out-ports.ts'
import { hearPage } from './hear-page.ts'
import { keepAwake } from './keep-awake.ts'
import { launch } from './launch.ts'
import { followProgram, setStartAtLogin } from './login-item.ts'
import { openTerminal } from './open-terminal.ts'
import { answerAppRequest } from './protocol.ts'
import { denyPermissions } from './security.ts'
import { askByGdbus } from './session-bus.ts'
import { openSecrets } from './secrets.ts'
import { openSettings } from './settings.ts'
import { isCareful, type StartMarker } from './start-marker.ts'
import { noticeBoard } from './show-notice.ts'
import { isTrayAvailable, waitForTray } from './tray-available.ts'
import { trayImageFile } from './tray-image.ts'
import { trayPainter } from './tray.ts'
import { canUpdateItself, openUpdateFeed } from './update-feed.ts'
import { pickUpdater } from './pick-updater.ts'
import { freeBytes } from './watch-disk.ts'
import { placeOn } from './window-place.ts'
import { firstPlace } from './window.ts'

export interface AssembleRequest {
  readonly around: Surroundings
  readonly marker: StartMarker
  /** Brings the window to the front. */
  readonly show: (path?: string) => void
  /** Started at login: no window until one is wanted. */
  readonly isHidden: boolean
}

/** Builds the real parts of the application and starts it. To be called once Electron is ready. */
export async function assemble({ around, marker, show, isHidden }: AssembleRequest): Promise<Desktop> {
  const { environment, platform } = around
  const file = configFile(undefined, around)
  const dataDir = dataDirectory(undefined, around)
  const userData = app.getPath('userData')
  const terminal = engineTerminal(openLogFile(dataDir), around)
  const { logger } = terminal
  const onProblem = (what: string, error: unknown) => logger.error({ err: error }, `${what} failed`)
  process.on('uncaughtException', (error) => onProblem('something nobody waited for', error))
  protocol.handle('app', (request) => answerAppRequest(request, assetsDirectory()))
  denyPermissions(session.defaultSession)
  Menu.setApplicationMenu(applicationMenu(platform, (template) => Menu.buildFromTemplate(template)))

  const settings = openSettings(join(userData, 'settings.json'))
  const isAvailable = () => isTrayAvailable(platform, environment, askByGdbus)
  const hasTray = await waitForTray(isAvailable, systemClock, isHidden)
  const ask = dialog.showMessageBox.bind(dialog)
  const installation = { isPackaged: app.isPackaged, platform, environment, resources: process.resourcesPath }
  const loginItem = { app, platform, environment, home: homedir(), program: app.getPath('exe') }
  void followProgram(loginItem).catch((error: unknown) => onProblem('starting at login', error))

  const desktop = runDesktop(
    {
      clock: systemClock,
      version: drydockVersion,
      settings,
      openEngine: (mayStart) =>
        openEngineDoor(
          {
            attach: () => findEngine(dataDir),
            start: () =>
              startEngine({
                terminal,
                origin: { kind: 'file', file },
                dataDir,
                chooseFolder: () => chooseFolder(dialog),
                secrets: openSecrets(join(userData, 'secrets.json'), safeStorage, platform),
              }),
          },
          mayStart,
        ),
      async explainFailure(error, quit, speech) {
        onProblem('starting the engine', error)
        const answer = await askAboutFailure(ask, error, file, speech)
        if (answer === 'quit') quit()
        if (answer === 'open-config') await shell.openPath(file)
      },
      handOutPorts: (engine) =>
        handOutPorts(ipcMain, () => new MessageChannelMain(), engine, {
          onUnexpected: (entry, error) => onProblem(`answering ${entry}`, error),
        }),
      makeWindow: (options) => new BrowserWindow(options),
      windowSettings: (place, gitlabUrls) => ({
        preload: join(packageRoot(), 'dist/preload/preload.cjs'),
        place: isCareful(marker)
          ? firstPlace
          : placeOn(
              screen.getAllDisplays().map(({ workArea }) => workArea),
              place,
            ),
        isDark: nativeTheme.shouldUseDarkColors,
        isPackaged: app.isPackaged,
        showsOnceLoaded: platform === 'linux',
        ...(platform === 'linux' && { icon: join(resourcesDirectory(), 'icons/256x256.png') }),
        outside: {
          open: (url) =>
            void shell.openExternal(url).catch((error: unknown) => onProblem('opening a link', error)),
          gitlabOrigins: () => gitlabOrigins(gitlabUrls()),
        },
      }),
      onShown: () => marker.arrived(),
      power: {
        isOnBatteryPower: () => powerMonitor.isOnBatteryPower(),
        onChange(listener) {
          powerMonitor.on('on-ac', listener)
          powerMonitor.on('on-battery', listener)
        },
      },
      keepAwake: keepAwake(powerSaveBlocker),
      freeBytes: () => freeBytes(dataDir),
      setStartAtLogin: (isOn) => setStartAtLogin(loginItem, isOn),
      notify: noticeBoard({
        make: ({ title, body }) => new Notification({ title, body }),
        isSupported: () => Notification.isSupported(),
        onFailed: (error) => onProblem('showing a notification', error),
      }),
      askOnClose: (speech) => askOnClose(ask, speech),
      askBeforeQuit: (jobs, speech) => askBeforeQuit(ask, jobs, speech),
      systemLanguages: app.getPreferredSystemLanguages(),
      hearPage: (onTold) => hearPage(ipcMain, onTold),
      openTerminal: (command) => openTerminal(platform, command, launch),
      platform,
      ...(hasTray && {
        makeTray: (actions) => {
          const imageOf = (kind: Parameters<typeof trayImageFile>[1]) =>
            nativeImage.createFromPath(trayImageFile(resourcesDirectory(), kind, platform))
          const tray = new Tray(imageOf('offline'))
          tray.on('click', () => show())
          const draw = trayPainter({
            tray,
            buildMenu: (template) => Menu.buildFromTemplate(template),
            imageOf,
            actions,
            ...(platform === 'darwin' && { setTitle: (title) => tray.setTitle(title) }),
          })
          return (speech, standing, extras) => draw(speech, standing.status, standing.jobs, extras)
        },
      }),
      ...(canUpdateItself(installation) && {
        updates: openUpdateFeed(pickUpdater(platform, logger), logger),
      }),
      leave() {
        // Whoever started hidden and was never asked for its window has worked all the same.
        marker.arrived()
        app.quit()
      },
      force: () => app.exit(1),
      onProblem,
    },
    isHidden,
  )
  endWithSession(powerMonitor, process, desktop.quit)
  app.on('child-process-gone', (_, { type, reason }) => onProblem(`the process "${type}"`, new Error(reason)))
  if (app.commandLine.hasSwitch('no-sandbox'))
    logger.warn("The page runs without Chromium's sandbox: this system does not let the application make one")
  logger.info({ hasTray }, `Drydock ${drydockVersion} has started`)
  return desktop
}
