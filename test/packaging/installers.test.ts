import { execFile } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { listPackage } from '@electron/asar'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import configuration from '../../electron-builder.config.ts'
import { provide } from '../support/provision.ts'
import { describePackages, packForMac, packForWindows, stageInstallation } from './stage.ts'

const run = promisify(execFile)

let home: string
let staged: string
beforeAll(async () => {
  const missing = provide('installers')
  if (missing !== undefined) throw new Error(missing)
  home = await mkdtemp(join(tmpdir(), 'drydock-installers-'))
  staged = join(home, 'installed')
  await stageInstallation(staged)
}, 120_000)
afterAll(() => rm(home, { recursive: true, force: true }))

/** Native modules and the folders that make up an application, of one packed folder. */
async function natives(folder: string): Promise<string[]> {
  const files = await readdir(folder, { recursive: true })
  return files.filter((name) => name.endsWith('.node')).map((name) => name.replace(/^.*prebuilds\//, ''))
}

describe('deb and rpm', () => {
  interface Described {
    readonly depends: readonly string[]
    readonly recommends: readonly string[]
    readonly maintainer: string
    readonly files: readonly string[]
    readonly desktop: string
    readonly afterInstall: string
    readonly appArmor: string
  }
  let folder: string
  let deb: Described
  let rpm: Described
  beforeAll(async () => {
    folder = await describePackages(staged)
    const read = async (name: string) => JSON.parse(await readFile(join(folder, name), 'utf8')) as Described
    deb = await read('Drydock-0.1.0-linux-amd64.deb')
    rpm = await read('Drydock-0.1.0-linux-x86_64.rpm')
  }, 120_000)

  it('put the application, its icons in every size and its entry where desktops look', () => {
    const sizes = [16, 32, 48, 64, 128, 256, 512]
    const icons = sizes.map((size) => `/usr/share/icons/hicolor/${size}x${size}/apps/drydock-desktop.png`)
    const files = ['/opt/Drydock', ...icons, '/usr/share/applications/drydock-desktop.desktop']
    expect([deb.files, rpm.files]).toEqual([files, files])
  })

  it('have an entry that opens links, and whose windows belong to it', () => {
    expect(deb.desktop.split('\n')).toEqual(
      expect.arrayContaining([
        'Exec=/opt/Drydock/drydock-desktop %U',
        'Icon=drydock-desktop',
        'StartupWMClass=drydock-desktop',
        'MimeType=x-scheme-handler/drydock;',
        'Categories=Development;',
      ]),
    )
  })

  it('have an entry that desktops accept', async () => {
    const file = join(home, 'drydock-desktop.desktop')
    await writeFile(file, deb.desktop)
    const { stdout } = await run('desktop-file-validate', [file])
    expect(stdout).toBe('')
  })

  it('bring what Electron is linked with, and recommend Docker and what asks for a tray', () => {
    expect([deb.depends.slice(-2), deb.recommends, rpm.depends.includes('gtk3')]).toEqual([
      ['libgbm1', 'libasound2 | libasound2t64'],
      ['docker-ce | docker.io | podman', 'libglib2.0-bin'],
      true,
    ])
  })

  it("let Chromium's sandbox work where AppArmor forbids user namespaces", () => {
    expect([
      /^profile "drydock-desktop" "\/opt\/Drydock\/drydock-desktop" flags=\(unconfined\) \{\n {2}userns,/m.test(
        deb.appArmor,
      ),
      deb.afterInstall.includes("APPARMOR_PROFILE_TARGET='/etc/apparmor.d/drydock-desktop'"),
    ]).toEqual([true, true])
  })

  it('name who keeps them, and lie beside their sums', async () => {
    const sums = await readFile(join(folder, 'SHA256SUMS'), 'utf8')
    const { stdout } = await run('sha256sum', ['--check', 'SHA256SUMS'], { cwd: folder })
    expect([deb.maintainer, sums.match(/\S+$/gm), stdout.match(/OK$/gm)?.length]).toEqual([
      'Somebody <somebody@drydock.example>',
      ['Drydock-0.1.0-linux-amd64.deb', 'Drydock-0.1.0-linux-x86_64.rpm', 'drydock-0.1.0.cdx.json'],
      3,
    ])
  })
})

describe('the application for macOS', () => {
  let contents: string
  beforeAll(async () => {
    contents = join(await packForMac(staged), 'Contents')
  }, 120_000)

  it('holds the module of macOS, three languages and its icon', async () => {
    const resources = await readdir(join(contents, 'Resources'))
    expect({
      natives: await natives(contents),
      languages: resources.filter((name) => name.endsWith('.lproj')).sort(),
      rest: resources.filter((name) => !name.endsWith('.lproj')).sort(),
      files: listPackage(join(contents, 'Resources/app.asar'), { isPack: false }).includes(
        '/dist/desktop/main.js',
      ),
    }).toEqual({
      natives: ['darwin-x64.node'],
      languages: ['en.lproj', 'ko.lproj', 'zh_CN.lproj'],
      rest: ['app.asar', 'app.asar.unpacked', 'icon.icns'],
      files: true,
    })
  })

  it('says what it is: its id, links, category, integrity, and why it asks Terminal', async () => {
    const text = await readFile(join(contents, 'Info.plist'), 'utf8')
    const [, string] = /<key>NSAppleEventsUsageDescription<\/key>\s*<string>([^<]+)</.exec(text) ?? []
    expect({
      id: /<key>CFBundleIdentifier<\/key>\s*<string>app\.drydock</.test(text),
      links: /<key>CFBundleURLSchemes<\/key>\s*<array>\s*<string>drydock</.test(text),
      category: text.includes('public.app-category.developer-tools'),
      integrity: /<key>Resources\/app\.asar<\/key>[^]*<string>SHA256</.test(text),
      string,
    }).toEqual({
      id: true,
      links: true,
      category: true,
      integrity: true,
      string: 'Drydock asks Terminal to open a shell in a job that you have kept.',
    })
  })

  it('is hardened, and may do no more than compile JavaScript and ask Terminal', async () => {
    const { hardenedRuntime, entitlements, entitlementsInherit } = configuration.mac ?? {}
    const text = await readFile(join(import.meta.dirname, '../..', entitlements ?? ''), 'utf8')
    expect([
      hardenedRuntime,
      entitlementsInherit === entitlements,
      text.match(/com\.apple\.[\w.-]+/g),
    ]).toEqual([
      true,
      true,
      ['com.apple.security.cs.allow-jit', 'com.apple.security.automation.apple-events'],
    ])
  })
})

describe('the application for Windows', () => {
  it('holds the module of Windows and three languages, and nothing that elevates', async () => {
    const folder = await packForWindows(staged)
    expect({
      natives: await natives(folder),
      languages: (await readdir(join(folder, 'locales'))).sort(),
      elevates: (await readdir(join(folder, 'resources'))).includes('elevate.exe'),
    }).toEqual({
      natives: ['win32-x64.node'],
      languages: ['en-US.pak', 'ko.pak', 'zh-CN.pak'],
      elevates: false,
    })
  }, 120_000)

  it('is installed for its user alone, without an administrator', () => {
    const { oneClick, perMachine, allowElevation, packElevateHelper, deleteAppDataOnUninstall } =
      configuration.nsis ?? {}
    expect({ oneClick, perMachine, allowElevation, packElevateHelper, deleteAppDataOnUninstall }).toEqual({
      oneClick: false,
      perMachine: false,
      allowElevation: false,
      packElevateHelper: false,
      deleteAppDataOnUninstall: false,
    })
  })

  it('asks before it removes what its user has made', async () => {
    const script = join(import.meta.dirname, '../../resources/installer/uninstall.nsh')
    // What of electron-builder's own script it counts on.
    const around = `Unicode true
!include "LogicLib.nsh"
!macro _isUpdated _a _b _t _f
  !insertmacro _== \`0\` \`1\` \`\${_t}\` \`\${_f}\`
!macroend
!define isUpdated \`"" isUpdated ""\`
!include "${script}"
Name Drydock
OutFile "${join(home, 'around.exe')}"
Section
  WriteUninstaller "$TEMP/uninstall.exe"
SectionEnd
Section "un.Uninstall"
  !insertmacro customUnInstall
SectionEnd
`
    await writeFile(join(home, 'around.nsi'), around)
    const { stdout } = await run('makensis', [
      '-V2',
      '-WX',
      '-INPUTCHARSET',
      'UTF8',
      join(home, 'around.nsi'),
    ])
    expect([stdout, (await readFile(script, 'utf8')).includes('/SD IDNO')]).toEqual(['', true])
  })
})
