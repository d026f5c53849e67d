import type { Logger } from 'electron-updater'
import electronUpdater from 'electron-updater'

import { SteadyAppImageUpdater } from './appimage-updater.ts'
import { refusePlainHttp } from './only-https.ts'
import type { Updater } from './update-feed.ts'

/** The updater of this kind of installation, which asks over https alone. */
export function pickUpdater(platform: NodeJS.Platform, logger: Logger): Updater {
  const updater = platform === 'linux' ? new SteadyAppImageUpdater() : electronUpdater.autoUpdater
  refusePlainHttp(updater.netSession, (url) => logger.error(`Updates come over https; ${url} was not asked`))
  return updater
}
