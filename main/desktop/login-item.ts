import { mkdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import type { App } from 'electron'

import { replaceFile } from '../engine/config/replace-file.ts'

/** Starts without showing a window. */
export const hiddenFlag = '--hidden'

export interface LoginItemParts {
  readonly app: Pick<App, 'setLoginItemSettings'>
  readonly platform: NodeJS.Platform
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly home: string
  /** The application's own program. */
  readonly program: string
}

/** Has the system start the application when its user logs in, without a window, or no longer. */
export async function setStartAtLogin(parts: LoginItemParts, isOn: boolean): Promise<void> {
  const { app, platform } = parts
  if (platform !== 'linux') return app.setLoginItemSettings({ openAtLogin: isOn, args: [hiddenFlag] })
  const file = autostartFile(parts)
  if (!isOn) return rm(file, { force: true })
  await mkdir(dirname(file), { recursive: true })
  await replaceFile(file, autostartEntry(parts))
}

/**
 * An AppImage that was moved or renamed is started from where it is now. What else the desktop or the user wrote into the
 * file, such as that it is switched off, stays.
 */
export async function followProgram(parts: LoginItemParts): Promise<void> {
  if (parts.platform !== 'linux') return
  const file = autostartFile(parts)
  const text = await readFile(file, 'utf8').catch(() => undefined)
  const now = text?.replace(/^Exec=.*$/m, () => execLine(parts))
  if (now !== undefined && now !== text) await replaceFile(file, now)
}

/** Whether the system has started the application by itself, so that nobody waits for its window. */
export function isStartedAtLogin(
  argv: readonly string[],
  platform: NodeJS.Platform,
  app: Pick<App, 'getLoginItemSettings'>,
): boolean {
  // macOS passes no arguments.
  return argv.includes(hiddenFlag) || (platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin)
}

function autostartFile({ environment, home }: LoginItemParts): string {
  const folder = environment['XDG_CONFIG_HOME'] ?? ''
  return join(folder.startsWith('/') ? folder : join(home, '.config'), 'autostart/drydock.desktop')
}

const autostartEntry = (parts: LoginItemParts) => `[Desktop Entry]
Type=Application
Name=Drydock
${execLine(parts)}
Icon=drydock-desktop
Terminal=false
X-GNOME-Autostart-enabled=true
`

// An AppImage is mounted somewhere new at every start; the file itself stays.
const execLine = ({ environment, program }: LoginItemParts) =>
  `Exec=${quoted(environment['APPIMAGE'] ?? program)} ${hiddenFlag}`

/** As the Desktop Entry Specification quotes: within quotes, then once more as a value. `%` starts a field code. */
const quoted = (path: string) =>
  `"${path
    .replace(/["`$\\]/g, '\\$&')
    .replaceAll('\\', '\\\\')
    .replaceAll('%', '%%')}"`
