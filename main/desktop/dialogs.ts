import type { Dialog } from 'electron'

import { ConfigRefused } from '../engine/config/config-refused.ts'
import type { QuitAnswer } from './quit.ts'

export type Ask = Pick<Dialog, 'showMessageBox'>['showMessageBox']

/** Asked the first time the window is closed. */
export async function askOnClose(ask: Ask): Promise<'stay' | 'quit'> {
  const { response } = await ask({
    type: 'question',
    message: 'Should Drydock go on taking jobs?',
    detail:
      'It can stay in the background, without a window. This is asked once; Preferences has it afterwards.',
    buttons: ['Go on in the background', 'Quit'],
    defaultId: 0,
    cancelId: 0,
  })
  return response === 1 ? 'quit' : 'stay'
}

export async function askBeforeQuit(ask: Ask, jobs: number): Promise<QuitAnswer> {
  const { response } = await ask({
    type: 'warning',
    message: jobs === 1 ? '1 job is running' : `${jobs} jobs are running`,
    detail: 'Quitting now cancels them, and GitLab shows them as failed by the runner.',
    buttons: ['Quit after these jobs', 'Quit now', 'Stay'],
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
): Promise<'again' | 'open-config' | 'quit'> {
  const isConfig = error instanceof ConfigRefused
  const { response } = await ask({
    type: 'error',
    message: isConfig ? 'The configuration cannot be used' : 'Drydock could not start',
    detail: `${error instanceof Error ? error.message : String(error)}${isConfig ? `\n\n${configFile}` : ''}`,
    buttons: ['Try again', 'Quit', ...(isConfig ? ['Open the configuration'] : [])],
    defaultId: 0,
    cancelId: 1,
  })
  return response === 0 ? 'again' : response === 2 ? 'open-config' : 'quit'
}
