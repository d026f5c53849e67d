import { execFile } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { chromium, type Browser, type BrowserContext, type Page, type WebSocketRoute } from 'playwright-core'

import { startLoopback } from '../../main/loopback/loopback.ts'
import { fakeEngine, type FakeEngine, type FakeEngineOptions } from './fake-engine.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))

const built = new Map<string, Promise<string>>()

/**
 * Builds the page from its present sources, once, into a folder of this process alone.
 *
 * @param config of vite, from the project's folder.
 * @returns that folder.
 */
export function builtRenderer(config = 'vite.config.ts'): Promise<string> {
  const found = built.get(config) ?? build(config)
  built.set(config, found)
  return found
}

async function build(config: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'drydock-page-'))
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }))
  // Not in this process: a test runner's environment makes another page than a release's.
  const env = { ...process.env, NODE_ENV: 'production' }
  const vite = join(project, 'node_modules', 'vite', 'bin', 'vite.js')
  const options = ['build', '--config', config, '--emptyOutDir', '--outDir', directory]
  await promisify(execFile)(process.execPath, [vite, ...options], { cwd: project, env })
  return directory
}

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
  readonly userAgent?: string
  /** Of vite, where the page is to be another than the released one. */
  readonly config?: string
}

export interface OpenedApp extends AsyncDisposable {
  readonly page: Page
  readonly context: BrowserContext
  readonly engine: FakeEngine
  readonly origin: string
  /** What the browser complained about: errors, refused loads, violations of the policy. */
  readonly complaints: string[]
  /** Cuts the page's WebSockets, as a restart of the engine does; the next ones are let through. */
  loseConnections(): Promise<void>
}

/** The application as a browser shows it, over an engine in memory. */
export async function openApp(browser: Browser, options: AppOptions = {}): Promise<OpenedApp> {
  const engine = fakeEngine(options)
  const loopback = await startLoopback({
    api: engine.api,
    assets: await builtRenderer(options.config),
    port: 0,
    token: 'token-of-the-end-to-end-test',
  })
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
    colorScheme: options.theme ?? 'light',
    locale: options.locale ?? 'en-US',
    reducedMotion: 'reduce',
    ...(options.userAgent !== undefined && { userAgent: options.userAgent }),
  })
  const page = await context.newPage()
  const complaints: string[] = []
  const sockets: WebSocketRoute[] = []
  await page.routeWebSocket('**/api', (socket) => {
    socket.connectToServer()
    sockets.push(socket)
  })
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
    async loseConnections() {
      await Promise.all(sockets.splice(0).map((socket) => socket.close()))
    },
    async [Symbol.asyncDispose]() {
      await context.close()
      await loopback[Symbol.asyncDispose]()
    },
  }
}
