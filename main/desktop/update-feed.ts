import { existsSync } from 'node:fs'
import { join } from 'node:path'

import electronUpdater from 'electron-updater'

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
 * has none. On Linux only an AppImage is the user's own file: deb and rpm belong to the package manager.
 */
export function canUpdateItself({ isPackaged, platform, environment, resources }: Installation): boolean {
  const isOwnFile = platform !== 'linux' || (environment['APPIMAGE'] ?? '') !== ''
  return isPackaged && isOwnFile && existsSync(join(resources, 'app-update.yml'))
}

/** electron-updater as a feed. It checks signatures where the platform has them, and hashes everywhere. */
export function openUpdateFeed(): UpdateFeed {
  const { autoUpdater } = electronUpdater
  autoUpdater.autoDownload = false
  // A quit is asked for when jobs are over or given up, so this interrupts none.
  autoUpdater.autoInstallOnAppQuit = true
  autoUpdater.allowDowngrade = false
  autoUpdater.allowPrerelease = false
  autoUpdater.logger = null
  return {
    async check() {
      const found = await autoUpdater.checkForUpdates()
      return found?.isUpdateAvailable === true ? found.updateInfo.version : undefined
    },
    async download() {
      await autoUpdater.downloadUpdate()
    },
    restart: () => autoUpdater.quitAndInstall(false, true),
  }
}
