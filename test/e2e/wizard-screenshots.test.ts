import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, it } from 'vitest'

import { setupSteps } from '../../main/contract/setup.ts'
import { launchChromium, openApp } from '../support/browser.ts'
import { fakeToml } from '../support/fake-setup.ts'
import { draft } from '../support/setup-drafts.ts'
import { keepPicture, looks, sizes } from './pictures.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser.close())

describe.each(sizes)('pictures at %i × %i', (width, height) => {
  it.each(looks)('are kept of the wizard and of a runner: %s, %s', async (theme, locale) => {
    await using app = await openApp(browser, { width, height, theme, locale })
    const { page, engine } = app
    const keep = (name: string) => keepPicture(page, `${name}-${width}-${theme}-${locale}`)
    for (const step of setupSteps) {
      engine.setup.setState({
        draft: draft(step),
        token: { state: 'person', user: 'tangxin', mayCreate: true, version: '17.5.1' },
      })
      await page.goto(`${app.origin}/#/overview`)
      await page.goto(`${app.origin}/#/setup`)
      await page.locator('.step h2').waitFor()
      await page.waitForTimeout(900)
      await keep(`setup-${step}`)
    }
    await engine.api.saveRunner(draft('test'))
    await page.locator('.wizard-done').waitFor()
    await page.waitForTimeout(300)
    await keep('setup-done')

    await page.goto(`${app.origin}/#/runners/tangxin`)
    await page.locator('.runner-toml .code-block').waitFor()
    await page.waitForTimeout(200)
    await keep('runner')
    await page.locator('.runner-fields input').nth(1).fill('2')
    await page.locator('.diff').waitFor()
    engine.setup.setFile({ revision: 'r2', toml: fakeToml.replace('debian:12-slim', 'debian:13') })
    await page.locator('.conflict').waitFor()
    await keep('runner-conflict')
    await page.locator('.conflict .button').first().click()
    await page.locator('.runner-fields textarea').first().fill('/var/run/docker.sock:/var/run/docker.sock')
    await page.locator('.dangers').waitFor()
    await keep('runner-danger')
    await page.locator('.runner-toml .row-between .button').first().click()
    await page.getByRole('tab').nth(1).click()
    await page.locator('.server-panel input:not([type=checkbox])').fill('glpat-x')
    await page.keyboard.press('Enter')
    await page.locator('.server-panel .step-checks').waitFor()
    await keep('runner-server')
    await page.getByRole('tab').nth(2).click()
    await keep('runner-checker')
    await page.locator('.button.danger').click()
    await page.locator('.grace').waitFor()
    await keep('runner-remove')
    await page.keyboard.press('Control+z')
    await page.locator('.grace').waitFor({ state: 'detached' })
    await page.goto(`${app.origin}/#/config`)
    await page.locator('.change-view .diff').waitFor()
    await keep('config-changes')
    await page.goto(`${app.origin}/#/import`)
    await page.locator('.import textarea').fill('[[runners]]')
    await page.locator('.import-keys').waitFor()
    await keep('import')
    await page.goto(`${app.origin}/#/runners`)
    await page.locator('.runner').first().waitFor()
    await keep('runners-list')
  })
})
