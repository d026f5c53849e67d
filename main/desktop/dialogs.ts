import type { Dialog } from 'electron'

import { ConfigRefused } from '../engine/config/config-refused.ts'
import type { QuitAnswer } from './quit.ts'
import type { Speech } from './speech.ts'

export type Ask = Pick<Dialog, 'showMessageBox'>['showMessageBox']

/** Asked the first time the window is closed. */
export async function askOnClose(ask: Ask, { words }: Speech): Promise<'stay' | 'quit'> {
  const { response } = await ask({
    type: 'question',
    message: words.goOn,
    detail: words.goOnDetail,
    buttons: [words.goOnInBackground, words.quit],
    defaultId: 0,
    cancelId: 0,
  })
  return response === 1 ? 'quit' : 'stay'
}

export async function askBeforeQuit(ask: Ask, jobs: number, { words }: Speech): Promise<QuitAnswer> {
  const { response } = await ask({
    type: 'warning',
    message: words.running(jobs),
    detail: words.quitDetail,
    buttons: [words.quitAfterJobs, words.quitNow, words.stay],
    defaultId: 0,
    cancelId: 2,
  })
  return response === 0 ? 'after-jobs' : response === 1 ? 'now' : 'stay'
}

/** What to do about an engine that did not start. */
export async function askAboutFailure(
  ask: Ask,
  error: unknown,
  configFile: string,
  { words, inWords }: Speech,
): Promise<'again' | 'open-config' | 'quit'> {
  const isConfig = error instanceof ConfigRefused
  const { response } = await ask({
    type: 'error',
    message: isConfig ? words.badConfig : words.notStarted,
    detail: `${inWords(error instanceof Error ? error.message : String(error))}${isConfig ? `\n\n${configFile}` : ''}`,
    buttons: [words.again, words.quit, ...(isConfig ? [words.openConfig] : [])],
    defaultId: 0,
    cancelId: 1,
  })
  return response === 0 ? 'again' : response === 2 ? 'open-config' : 'quit'
}
