import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, it } from 'vitest'
import { launchChromium, openApp } from '../support/browser.ts'
import { keepPicture } from './pictures.ts'
let browser: Browser
beforeAll(async () => { browser = await launchChromium() })
afterAll(() => browser.close())
const combos = [[1280, 800, 'light', 'en-US'], [1920, 1080, 'dark', 'zh-CN'], [1280, 800, 'light', 'ko-KR']] as const
it.each(combos)('look %i %i %s %s', async (width, height, theme, locale) => {
  await using app = await openApp(browser, { width, height, theme, locale })
  const { page, engine } = app
  engine.setup.setFile({ revision: 'r2', toml: 'concurrent = 4\n\n[[runners]]\n  name = "tangxin"\n  token = "[hidden]"\n  [runners.docker]\n    image = "debian:13"\n' })
  engine.setup.setFile({ revision: 'r3' })
  await page.goto(`${app.origin}/#/config`)
  await page.locator('.change-row').nth(1).click()
  await page.locator('.change-view .diff').waitFor()
  await page.waitForTimeout(300)
  await keepPicture(page, `look-config-${width}-${theme}-${locale}`)
})
