import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { violations } from '../support/axe.ts'
import { launchChromium, openApp, type OpenedApp } from '../support/browser.ts'
import { draft } from '../support/setup-drafts.ts'
import { keepPicture, looks, sizes } from './pictures.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser.close())

describe.each(sizes)('pictures at %i × %i', (width, height) => {
  it.each(looks)('are kept of the pages of toolchains: %s, %s', async (theme, locale) => {
    await using app = await openApp(browser, { width, height, theme, locale })
    const { page } = app
    const keep = (name: string) => keepPicture(page, `${name}-${width}-${theme}-${locale}`)
    await page.goto(`${app.origin}/#/toolchains`)
    await page.locator('.library').waitFor()
    await keep('toolchains')
    await page.getByRole('tab').nth(1).click()
    await page.locator('.matrix-cell').first().click()
    await page.locator('.doctor-report').waitFor()
    await keep('toolchains-doctor')
    await page.goto(`${app.origin}/#/toolchains/atlas500@20.2`)
    await page.locator('.sees').waitFor()
    await keep('toolchain')
    await page.locator('.plain-rows .button.icon').first().click()
    await page.locator('.diff').waitFor()
    await keep('toolchain-diff')
    await page.keyboard.press('Escape')
    await page.getByRole('tab').nth(2).click()
    await keep('toolchain-description')
    await page.goto(`${app.origin}/#/toolchains/gcc-arm-none-eabi`)
    await page.locator('.drift').waitFor()
    await keep('toolchain-drift')
    await page.goto(`${app.origin}/#/toolchains/+`)
    await page.locator('.folder-field input').fill('/srv/sdk-3.1')
    await page.locator('.folder-field .verdict').waitFor()
    await page.keyboard.press('Escape')
    await keep('toolchain-add')
    await page.goto(`${app.origin}/#/jobs`)
    await page.locator('.job-row').first().waitFor()
    await keep('jobs-toolchains')
    await page.goto(`${app.origin}/#/runners/tangxin`)
    await page.locator('.runner-toolchains').waitFor()
    await keep('runner-toolchains')
    await page.goto(`${app.origin}/#/jobs/${failedForMusl(app)}`)
    await page.locator('.diagnosis .button').first().waitFor()
    await keep('job-diagnosis')
    app.engine.setup.setState({
      draft: { ...draft('job'), toolchains: ['atlas500@20.2'], mounts: [], path: [] },
    })
    await page.goto(`${app.origin}/#/setup`)
    await page.locator('.toolchain-choices').waitFor()
    await page.locator('.job-picture').getByText('/srv/atlas500-20.2').waitFor()
    await keep('wizard-toolchains')
    expect(app.complaints).toEqual([])
  })
})

/** @returns the id of a job whose compiler does not fit its image. */
function failedForMusl({ engine }: OpenedApp): number {
  const id = engine.accept({
    name: 'build:arm64',
    image: 'alpine:3.20',
    toolchains: [{ name: 'atlas500', version: '20.2', fingerprint: 'c4d1f09ab27e6a53' }],
  })
  engine.print(id, '$ make -j8\nsh: aarch64-linux-gnu-gcc: not found\n')
  engine.finish(id, {
    result: 'failed',
    reason: 'script_failure',
    message: 'exit code 127',
    exitCode: 127,
  })
  return id
}

describe.each(['light', 'dark'] as const)('the pages of toolchains in %s', (theme) => {
  it.each(['en-US', 'zh-CN', 'ko-KR'])('are accessible in %s and violate no policy', async (locale) => {
    await using app = await openApp(browser, { theme, locale })
    const { page } = app
    const found: string[] = []
    const look = async () => {
      await page.waitForTimeout(60)
      found.push(...(await violations(page)))
    }
    await page.goto(`${app.origin}/#/toolchains`)
    await page.locator('.library').waitFor()
    await look()
    await page.getByRole('tab').nth(1).click()
    await page.locator('.matrix-cell').first().click()
    await page.locator('.doctor-report').waitFor()
    await look()
    for (const path of ['atlas500@20.2', 'gcc-arm-none-eabi', 'nothing']) {
      await page.goto(`${app.origin}/#/toolchains/${path}`)
      await page.locator('.sees, .notice').first().waitFor()
      await look()
    }
    await page.goto(`${app.origin}/#/toolchains/atlas500@20.2`)
    await page.locator('.sees').waitFor()
    await page.getByRole('tab').nth(2).click()
    await look()
    await page.goto(`${app.origin}/#/toolchains/+`)
    await page.locator('.folder-field input').waitFor()
    await look()
    await page.goto(`${app.origin}/#/runners/tangxin`)
    await page.locator('.runner-toolchains').waitFor()
    await look()
    await page.goto(`${app.origin}/#/jobs/${failedForMusl(app)}`)
    await page.locator('.diagnosis .button').first().waitFor()
    await look()
    app.engine.setup.setState({ draft: draft('job') })
    await page.goto(`${app.origin}/#/setup`)
    await page.locator('.toolchain-choices').waitFor()
    await look()
    expect({ found, complaints: app.complaints }).toEqual({ found: [], complaints: [] })
  })
})

it.each(['en-US', 'zh-CN', 'ko-KR'])(
  'no page of toolchains is wider than a small window in %s',
  async (locale) => {
    await using app = await openApp(browser, { width: 900, height: 600, locale })
    const { page } = app
    const wide: string[] = []
    for (const path of ['', '/atlas500@20.2', '/gcc-arm-none-eabi', '/atlas500@20.2/alpine%3A3.20', '/+']) {
      await page.goto(`${app.origin}/#/toolchains${path}`)
      await page.locator('.library, .sees, .doctor-report, .folder-field').first().waitFor()
      if (await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)) wide.push(path)
    }
    await keepPicture(page, `toolchain-add-900-${locale}`)
    await page.goto(`${app.origin}/#/toolchains`)
    await page.locator('.library').waitFor()
    await keepPicture(page, `toolchains-900-${locale}`)
    expect(wide).toEqual([])
  },
)

it('a library with nothing in it says in one sentence what will be there', async () => {
  await using app = await openApp(browser, { remembers: 0 })
  const { page } = app
  await page.goto(`${app.origin}/#/toolchains`)
  await page.getByText('No toolchains yet.', { exact: false }).waitFor()
  expect(await page.locator('main .button').allInnerTexts()).toEqual(['Add a folder…'])
  await keepPicture(page, 'toolchains-empty-1280')
  expect(await violations(page)).toEqual([])
})

it('the keyboard alone reaches the library, a toolchain, its runners and the difference', async () => {
  await using app = await openApp(browser)
  const { page } = app
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('t')
  await page.locator('.library').waitFor()
  await page.getByRole('link', { name: 'atlas500 20.2' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Take it off tangxin' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
    'Take it off tangxin',
  )
})
