import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { ElectronApplication, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'

import { startEngine } from '../../main/cli/engine.ts'
import type { RunningEngine } from '../../main/cli/engine-port.ts'
import { builtRenderer } from '../support/browser.ts'
import { electronMissing, installForElectron, type Installation } from '../support/electron.ts'
import { quietTerminal } from '../support/runner-under-test.ts'

const note = electronMissing === undefined ? '' : ` (skipped: ${electronMissing})`

describe.skipIf(electronMissing !== undefined)(`the application in Electron${note}`, () => {
  let folder: string
  let installation: Installation
  let engine: RunningEngine
  let env: NodeJS.ProcessEnv
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drydock-window-'))
    const configFile = join(folder, 'config.toml')
    await writeFile(configFile, 'concurrent = 1\n', { mode: 0o600 })
    // Else closing the window asks what is meant by it.
    await mkdir(join(folder, '.config/drydock'), { recursive: true })
    await writeFile(join(folder, '.config/drydock/settings.json'), '{ "onClose": "stay" }')
    const dataDir = join(folder, 'data')
    env = { HOME: folder, CONFIG_FILE: configFile, DRYDOCK_DATA_DIR: dataDir }
    process.env['DOCKER_HOST'] = inject('dockerHost')
    // The application joins an engine that runs already.
    engine = await startEngine({
      terminal: quietTerminal(),
      origin: { kind: 'file', file: configFile },
      dataDir,
      assets: await builtRenderer(),
    })
    installation = await installForElectron()
  })
  afterAll(async () => {
    await installation?.[Symbol.asyncDispose]()
    await engine?.stopNow('aborted: the test is over', 20_000)
    await rm(folder, { recursive: true, force: true })
  })

  /** Starts it, and looks at its page once that speaks to the engine. */
  async function started(args: readonly string[] = []): Promise<Opened> {
    const app = await installation.start(env, args)
    const page = await app.firstWindow()
    await page.getByText('Docker', { exact: false }).first().waitFor()
    return { app, page, [Symbol.asyncDispose]: () => quit(app) }
  }

  it('shows its page from app://drydock/, to which nothing of Node is known', async () => {
    await using opened = await started()
    const { page } = opened
    expect(await page.evaluate(() => [location.origin, typeof require, typeof process])).toEqual([
      'app://drydock',
      'undefined',
      'undefined',
    ])
  })

  it('is led nowhere else, and given no right but to notify and to copy', async () => {
    await using opened = await started()
    const { page } = opened
    const seen = await page.evaluate(async () => {
      const inline = document.createElement('script')
      inline.textContent = 'globalThis.evil = true'
      document.head.append(inline)
      const state = async (name: string) =>
        (await navigator.permissions.query({ name: name as PermissionName })).state
      return {
        inline: 'evil' in globalThis,
        opened: window.open('about:blank'),
        outside: await fetch('app://drydock/..%2fpackage.json').then(({ status }) => status),
        rights: [await state('notifications'), await state('geolocation'), await state('clipboard-read')],
      }
    })
    expect(seen).toEqual({
      inline: false,
      opened: null,
      outside: 404,
      rights: ['granted', 'denied', 'denied'],
    })
    await page.evaluate(() => {
      location.href = 'https://example.invalid/'
    })
    expect(page.url()).toMatch(/^app:\/\/drydock\//)
  })

  it('opens the page of a link it is started with', async () => {
    await using opened = await started(['drydock://diagnostics'])
    await opened.page.getByRole('heading', { name: 'Diagnostics', level: 1 }).waitFor()
  })

  it('is one: a second start ends, and the first shows the page of its link', async () => {
    await using opened = await started()
    expect(await installation.startAgain(env, ['drydock://jobs'])).toBe(0)
    await opened.page.getByRole('heading', { name: 'Jobs', level: 1 }).waitFor()
  })

  it('goes on when its page dies', async () => {
    await using opened = await started()
    const { app } = opened
    const again = app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents
      return new Promise<string>((resolve) => {
        contents?.once('did-finish-load', () => resolve(contents.getURL()))
        contents?.forcefullyCrashRenderer()
      })
    })
    expect(await again).toMatch(/^app:\/\/drydock\//)
  })

  it('goes on without its window once that is closed', async () => {
    await using opened = await started()
    const { app } = opened
    const isSeen = () =>
      app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => window.isVisible()))
    await expect.poll(isSeen).toEqual([true])
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
    await expect.poll(isSeen).toEqual([false])
    expect(await installation.startAgain(env)).toBe(0)
    await expect.poll(isSeen).toEqual([true])
  })
})

interface Opened extends AsyncDisposable {
  readonly app: ElectronApplication
  readonly page: Page
}

async function quit(app: ElectronApplication): Promise<void> {
  const gone = app.waitForEvent('close')
  await app.evaluate(({ app: it }) => it.quit()).catch(() => undefined)
  await gone
}
