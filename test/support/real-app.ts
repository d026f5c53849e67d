import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Browser, Page } from 'playwright-core'

import { startEngine } from '../../main/cli/engine.ts'
import type { RunningEngine } from '../../main/cli/engine-port.ts'
import { builtRenderer } from './browser.ts'
import { quietTerminal } from './runner-under-test.ts'

/** The page of the present sources in a browser, over the real engine with a file and a data folder of its own. */
export interface RealApp extends AsyncDisposable {
  readonly page: Page
  readonly engine: RunningEngine
  readonly configFile: string
  readonly dataDir: string
  /** Another window of the same browser. */
  openWindow(): Promise<Page>
}

export interface RealAppOptions {
  readonly dockerHost: string
  /** Begins with these; else nothing is there yet. */
  readonly folder?: string
}

export async function openRealApp(browser: Browser, options: RealAppOptions): Promise<RealApp> {
  await using stack = new AsyncDisposableStack()
  // The engine is found as on a user's machine.
  const before = process.env['DOCKER_HOST']
  process.env['DOCKER_HOST'] = options.dockerHost
  stack.defer(() => {
    if (before === undefined) delete process.env['DOCKER_HOST']
    else process.env['DOCKER_HOST'] = before
  })
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'drydock-app-')))
  if (options.folder === undefined) stack.defer(() => rm(folder, { recursive: true, force: true }))
  const configFile = join(folder, 'config.toml')
  const dataDir = join(folder, 'data')
  const engine = await startEngine({
    terminal: quietTerminal(),
    origin: { kind: 'file', file: configFile },
    dataDir,
    assets: await builtRenderer(),
  })
  stack.defer(async () => void (await engine.stopNow('aborted: the test is over', 20_000)))
  if (engine.url === undefined) throw new Error('The engine serves no page')

  const { url } = engine
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
  })
  stack.defer(() => context.close())
  const openWindow = async () => {
    const page = await context.newPage()
    await page.goto(url)
    return page
  }
  const page = await openWindow()
  const whole = stack.move()
  return { page, engine, configFile, dataDir, openWindow, [Symbol.asyncDispose]: () => whole.disposeAsync() }
}
