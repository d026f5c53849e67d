import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'

import { startLoopback } from '../../main/loopback/loopback.ts'
import { fakeEngine, type FakeEngine, type FakeEngineOptions } from './fake-engine.ts'

export const builtRenderer = fileURLToPath(new URL('../../dist/renderer', import.meta.url))

const candidates = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]

/** Debian's Chromium, alone with itself: no profile, no sandbox (tests may run as root), no word to the outside. */
export function launchChromium(): Promise<Browser> {
  const executablePath = candidates.find((path) => path !== undefined && existsSync(path))
  if (executablePath === undefined) {
    throw new Error(
      'No Chromium found. Install the package "chromium", or name one in the variable CHROMIUM.',
    )
  }
  return chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

export interface AppOptions extends FakeEngineOptions {
  readonly width?: number
  readonly height?: number
  readonly theme?: 'light' | 'dark'
  readonly locale?: string
}

export interface OpenedApp extends AsyncDisposable {
  readonly page: Page
  readonly context: BrowserContext
  readonly engine: FakeEngine
  readonly origin: string
  /** What the browser complained about: errors, refused loads, violations of the policy. */
  readonly complaints: string[]
}

/** The application as a browser shows it, over an engine in memory. */
export async function openApp(browser: Browser, options: AppOptions = {}): Promise<OpenedApp> {
  const engine = fakeEngine(options)
  const loopback = await startLoopback({
    api: engine.api,
    assets: builtRenderer,
    port: 0,
    token: 'token-of-the-end-to-end-test',
  })
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
    colorScheme: options.theme ?? 'light',
    locale: options.locale ?? 'en-US',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  await page.goto(loopback.url)
  return {
    page,
    context,
    engine,
    origin: loopback.origin,
    complaints,
    async [Symbol.asyncDispose]() {
      await context.close()
      await loopback[Symbol.asyncDispose]()
    },
  }
}
