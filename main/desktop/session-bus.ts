import { execFile } from 'node:child_process'

import type { AskSessionBus } from './tray-available.ts'

// A bus that does not answer must not keep the window waiting.
const patienceMs = 2000

/** Asks by `gdbus`, which every desktop that builds on GLib has. */
export const askByGdbus: AskSessionBus = (name) =>
  new Promise((resolve) => {
    const bus = 'org.freedesktop.DBus'
    const address = [
      '--dest',
      bus,
      '--object-path',
      '/org/freedesktop/DBus',
      '--method',
      `${bus}.NameHasOwner`,
    ]
    execFile('gdbus', ['call', '--session', ...address, name], { timeout: patienceMs }, (error, stdout) =>
      resolve(error === null ? stdout.startsWith('(true') : undefined),
    )
  })
