import { accessSync, constants, existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

import type { AppUpdater, Logger } from 'electron-updater'

import type { UpdateFeed } from './updates.ts'

export interface Installation {
  readonly isPackaged: boolean
  readonly platform: NodeJS.Platform
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Electron's `process.resourcesPath`. */
  readonly resources: string
}

/**
 * Whether this installation can replace itself. A release writes `app-update.yml`; a build without a place to publish
 * has none. On Linux only an AppImage can be the user's own file: deb and rpm belong to the package manager, and so may
 * an AppImage in a folder that the user cannot write.
 */
export function canUpdateItself({ isPackaged, platform, environment, resources }: Installation): boolean {
  const appImage = environment['APPIMAGE'] ?? ''
  const isOwnFile = platform !== 'linux' || (appImage !== '' && isWritable(dirname(appImage)))
  return isPackaged && isOwnFile && existsSync(join(resources, 'app-update.yml'))
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** What is asked of electron-updater. */
export type Updater = Pick<
  AppUpdater,
  | 'autoDownload'
  | 'autoInstallOnAppQuit'
  | 'allowDowngrade'
  | 'allowPrerelease'
  | 'disableWebInstaller'
  | 'logger'
  | 'checkForUpdates'
  | 'downloadUpdate'
  | 'quitAndInstall'
> & { on(event: 'error', listener: (error: Error) => void): unknown }

/** electron-updater as a feed. It checks signatures where the platform has them, and hashes everywhere. */
export function openUpdateFeed(updater: Updater, logger: Logger): UpdateFeed {
  updater.autoDownload = false
  // A quit is asked for when jobs are over or given up, so this interrupts none.
  updater.autoInstallOnAppQuit = true
  updater.allowDowngrade = false
  updater.allowPrerelease = false
  // Its packages are fetched by the installer itself, which checks no signature.
  updater.disableWebInstaller = true
  updater.logger = logger
  // macOS judges the signature when the file has been handed over, and tells of it whenever it likes.
  let hindrance: Error | undefined
  let onHindrance: ((error: Error) => void) | undefined
  updater.on('error', (error) => {
    if (onHindrance === undefined) hindrance = error
    else onHindrance(error)
  })
  return {
    async check() {
      const found = await updater.checkForUpdates()
      return found?.isUpdateAvailable === true ? found.updateInfo.version : undefined
    },
    async download() {
      await updater.downloadUpdate()
      hindrance = undefined
    },
    restart: () =>
      new Promise((_, reject) => {
        if (hindrance !== undefined) return reject(hindrance)
        onHindrance = (error) => {
          onHindrance = undefined
          reject(error)
        }
        updater.quitAndInstall(false, true)
      }),
  }
}
