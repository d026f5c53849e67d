import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { setStartAtLogin } from '../../main/desktop/login-item.ts'
import { tempDir } from '../support/temp-dir.ts'

describe('starting at login', () => {
  it('is a file on Linux, and names the AppImage itself', async () => {
    await using home = await tempDir()
    const app = { setLoginItemSettings: () => {} }
    const parts = {
      app,
      platform: 'linux',
      environment: { APPIMAGE: '/home/tang xin/100%/$Drydock.AppImage' },
      home: home.path,
      program: '/tmp/.mount_x/drydock',
    } as const
    const file = join(home.path, '.config/autostart/drydock.desktop')
    await setStartAtLogin(parts, true)
    const text = await readFile(file, 'utf8')
    await setStartAtLogin(parts, false)
    expect([text, existsSync(file)]).toEqual([
      `[Desktop Entry]
Type=Application
Name=Drydock
Exec="/home/tang xin/100%%/\\\\$Drydock.AppImage" --hidden
Icon=drydock
Terminal=false
X-GNOME-Autostart-enabled=true
`,
      false,
    ])
  })

  it.each(['darwin', 'win32'] as const)('is a setting of the system on %s', async (platform) => {
    const set: unknown[] = []
    const app = { setLoginItemSettings: (settings: unknown) => void set.push(settings) }
    await setStartAtLogin({ app, platform, environment: {}, home: '/', program: '/x' }, true)
    expect(set).toEqual([{ openAtLogin: true, args: ['--hidden'] }])
  })
})
