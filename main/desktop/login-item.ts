import { mkdir, rm } from 'node:fs/promises'
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

function autostartFile({ environment, home }: LoginItemParts): string {
  const folder = environment['XDG_CONFIG_HOME'] ?? ''
  return join(folder.startsWith('/') ? folder : join(home, '.config'), 'autostart/drydock.desktop')
}

function autostartEntry({ environment, program }: LoginItemParts): string {
  // An AppImage is mounted somewhere new at every start; the file itself stays.
  const started = environment['APPIMAGE'] ?? program
  return `[Desktop Entry]
Type=Application
Name=Drydock
Exec=${quoted(started)} ${hiddenFlag}
Icon=drydock
Terminal=false
X-GNOME-Autostart-enabled=true
`
}

/** As the Desktop Entry Specification quotes: within quotes, then once more as a value. `%` starts a field code. */
const quoted = (path: string) =>
  `"${path
    .replace(/["`$\\]/g, '\\$&')
    .replaceAll('\\', '\\\\')
    .replaceAll('%', '%%')}"`
