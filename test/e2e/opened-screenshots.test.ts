import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, it } from 'vitest'

import { launchChromium, openApp } from '../support/browser.ts'
import { keepPicture, looks } from './pictures.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser.close())

const rooms = [
  ...[...looks, ['light', 'ko-KR'] as const, ['dark', 'ko-KR'] as const].map(
    (look) => [1280, 800, ...look] as const,
  ),
  [1920, 1080, 'light', 'zh-CN'],
  [1920, 1080, 'light', 'ko-KR'],
  [900, 600, 'light', 'en-US'],
  [900, 600, 'light', 'zh-CN'],
] as const

describe('pictures of what opens on a page', () => {
  it.each(rooms)('are kept at %i × %i: %s, %s', async (width, height, theme, locale) => {
    await using app = await openApp(browser, { width, height, theme, locale })
    const { page } = app
    const keep = (name: string) => keepPicture(page, `${name}-${width}-${theme}-${locale}`)

    await page.goto(`${app.origin}/#/jobs/210`)
    await page.locator('.log-row').first().waitFor()
    await page.getByRole('tab').nth(1).click()
    await page.locator('.artifacts').waitFor()
    await keep('job-details')

    await page.goto(`${app.origin}/#/jobs/215`)
    await page.locator('.log-row').first().waitFor()
    await page.locator('.job-head .button.danger').click()
    await page.locator('.grace').waitFor()
    await keep('job-cancel')
    await page.keyboard.press('Control+z')

    await page.goto(`${app.origin}/#/toolchains`)
    await page.locator('.banner .button').click()
    await page.getByRole('dialog').waitFor()
    await keep('toolchain-adopt')
    await page.locator('.dialog .button.primary').click()
    await page.locator('.dialog .diff').waitFor()
    await keep('toolchain-adopt-diff')
  })
})
