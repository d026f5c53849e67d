import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { followProgram, isStartedAtLogin, setStartAtLogin } from '../../main/desktop/login-item.ts'
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
Icon=drydock-desktop
Terminal=false
X-GNOME-Autostart-enabled=true
`,
      false,
    ])
  })

  it('follows an AppImage that was moved, and leaves alone what else stands in the file', async () => {
    await using home = await tempDir()
    const app = { setLoginItemSettings: () => {} }
    const at = (path: string) =>
      ({ app, platform: 'linux', environment: { APPIMAGE: path }, home: home.path, program: '/x' }) as const
    const file = join(home.path, '.config/autostart/drydock.desktop')
    await followProgram(at('/never/switched/on'))
    const before = existsSync(file)
    await setStartAtLogin(at('/old/$&.AppImage'), true)
    await writeFile(file, (await readFile(file, 'utf8')).replace('enabled=true', 'enabled=false'))
    await followProgram(at('/new/$&.AppImage'))
    const text = await readFile(file, 'utf8')
    expect([before, text.match(/^Exec=.*$/gm), text.includes('X-GNOME-Autostart-enabled=false')]).toEqual([
      false,
      ['Exec="/new/\\\\$&.AppImage" --hidden'],
      true,
    ])
  })

  it.each([
    ['linux', ['drydock', '--hidden'], false, true],
    ['linux', ['drydock'], true, false],
    ['win32', ['drydock.exe', '--hidden'], false, true],
    // Arguments are not passed there.
    ['darwin', ['Drydock'], true, true],
    ['darwin', ['Drydock'], false, false],
  ] as const)(
    'is told from a start by hand on %s: %j, opened at login: %s',
    (platform, argv, atLogin, is) => {
      const item = { openAtLogin: true, status: 'enabled', executableWillLaunchAtLogin: true } as const
      const app = {
        getLoginItemSettings: () => ({ ...item, wasOpenedAtLogin: atLogin, launchItems: [] }),
      }
      expect(isStartedAtLogin(argv, platform, app)).toBe(is)
    },
  )

  it.each(['darwin', 'win32'] as const)('is a setting of the system on %s', async (platform) => {
    const set: unknown[] = []
    const app = { setLoginItemSettings: (settings: unknown) => void set.push(settings) }
    await setStartAtLogin({ app, platform, environment: {}, home: '/', program: '/x' }, true)
    expect(set).toEqual([{ openAtLogin: true, args: ['--hidden'] }])
  })
})
