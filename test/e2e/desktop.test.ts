import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { launchChromium, openApp } from '../support/browser.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser.close())

/** The page as the application's window shows it: this plays the preload script and the main process behind it. */
async function openInWindow() {
  const app = await openApp(browser, { userAgent: 'Mozilla/5.0 Chrome/150.0.0.0 Electron/45.4.1' })
  await app.context.addInitScript(() => {
    let preferences: object = {
      startAtLogin: false,
      keepAwake: true,
      pauseOnBattery: false,
      quietHours: null,
      onClose: 'stay',
      checkForUpdates: true,
      notifyJobFailed: true,
      notifyJobPassed: false,
      notifyEngineGone: true,
      notifyTokenExpiring: true,
      notifyDiskLow: true,
    }
    const told: unknown[] = []
    Object.assign(globalThis, { told })
    window.addEventListener(
      'message',
      ({ data }: MessageEvent<{ drydock?: { type: string; change?: object } }>) => {
        const { drydock } = data
        if (drydock === undefined) return
        told.push(drydock)
        if (drydock.type === 'language') return
        preferences = { ...preferences, ...drydock.change }
        window.postMessage({ drydockPreferences: preferences }, window.location.origin)
      },
    )
  })
  await app.page.reload()
  return app
}

const toldIn = (app: Awaited<ReturnType<typeof openInWindow>>) =>
  app.page.evaluate(() => (globalThis as typeof globalThis & { told: unknown[] }).told)

describe('the page in the window of the application', () => {
  it('has its preferences beside the others, and says its language', async () => {
    await using app = await openInWindow()
    await app.page.goto(`${app.origin}/#/settings`)
    await app.page.getByText('Start at login, without a window').click()
    await app.page.getByText('Quiet hours: take no new job').click()
    await app.page.getByLabel('Until').fill('06:30')
    await app.page.getByRole('switch', { name: 'Start at login, without a window', checked: true }).waitFor()
    expect(await toldIn(app)).toEqual([
      { type: 'language', language: 'en' },
      { type: 'preferences-wanted' },
      { type: 'prefer', change: { startAtLogin: true } },
      { type: 'prefer', change: { quietHours: { from: '22:00', to: '07:00' } } },
      { type: 'prefer', change: { quietHours: { from: '22:00', to: '06:30' } } },
    ])
  })

  it('opens a terminal for a kept job instead of saying what to type', async () => {
    await using app = await openInWindow()
    app.engine.keep(210)
    await app.page.goto(`${app.origin}/#/jobs/210`)
    await app.page.getByRole('button', { name: 'Open a shell' }).click()
    expect(await toldIn(app)).toContainEqual({ type: 'open-shell', job: 210 })
  })
})

it('a browser is offered nothing that only the application can do', async () => {
  await using app = await openApp(browser)
  await app.page.goto(`${app.origin}/#/settings`)
  await app.page.getByText('Jobs at the same time').waitFor()
  expect(await app.page.getByText('Start at login').count()).toBe(0)
})
