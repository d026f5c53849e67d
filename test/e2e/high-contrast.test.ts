import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { allPages, visit } from '../support/all-pages.ts'
import { violations } from '../support/axe.ts'
import { launchChromium, openApp, type OpenedApp } from '../support/browser.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser.close())

async function openForced(): Promise<OpenedApp> {
  const app = await openApp(browser)
  await app.page.emulateMedia({ forcedColors: 'active' })
  return app
}

/** What tells one from another where grounds are taken away: the colours and edges that are drawn. */
const drawn = (one: Locator) =>
  one.evaluate((element) => {
    const { backgroundColor, color, borderBottomColor, outlineStyle, outlineColor } =
      getComputedStyle(element)
    return [backgroundColor, color, borderBottomColor, outlineStyle, outlineColor].join(' ')
  })

describe('with more contrast', () => {
  it.each(['light', 'dark'] as const)('every word stands out at 7:1 or better in %s', async (theme) => {
    await using app = await openApp(browser, { theme })
    await app.page.emulateMedia({ contrast: 'more' })
    const found: string[] = []
    for (const hash of allPages) {
      await visit(app, hash)
      const here = await violations(app.page, ['color-contrast-enhanced'])
      found.push(...here.map((violation) => `${hash} ${violation}`))
    }
    expect(found).toEqual([])
  })
})

describe('with the colours of the system', () => {
  const differ = (page: Page, one: string, other: string) =>
    Promise.all([drawn(page.locator(one).first()), drawn(page.locator(other).first())]).then(
      ([a, b]) => a !== b,
    )

  it.each([
    ['the page one is on', '#/', '.nav-link[aria-current]', '.nav-link:not([aria-current])'],
    ['the chosen tab', '#/jobs/210', '.tab[data-selected]', '.tab:not([data-selected])'],
    ['the chosen time', '#/charts', '.chip[data-selected]', '.chip:not([data-selected])'],
    [
      'a switch that is on',
      '#/settings',
      '.switch[data-selected] .switch-track',
      '.switch:not([data-selected]) .switch-track',
    ],
    ['the step of the wizard', '#/setup', 'li[aria-current] .step-mark', 'li:not([aria-current]) .step-mark'],
    ['a stage that failed', '#/jobs/210', '.stage.is-failed .stage-bar', '.stage.is-passed .stage-bar'],
    ['the line of an address', '#/jobs/210#L5', '.log-row.is-target', '.log-row:not(.is-target)'],
  ])('%s is told from others', async (_, hash, one, other) => {
    await using app = await openForced()
    await app.page.goto(`${app.origin}/${hash}`)
    await app.page.locator(one).first().waitFor()
    expect(await differ(app.page, one, other)).toBe(true)
  })

  it('the command that Enter runs is told from others', async () => {
    await using app = await openForced()
    await app.page.keyboard.press('Control+k')
    await app.page.keyboard.press('ArrowDown')
    await app.page.locator('.palette-item[data-focused]').waitFor()
    expect(await differ(app.page, '.palette-item[data-focused]', '.palette-item:not([data-focused])')).toBe(
      true,
    )
  })

  it('what a search of the log found is marked', async () => {
    await using app = await openForced()
    await app.page.goto(`${app.origin}/#/jobs/210`)
    await app.page.getByRole('searchbox').fill('phy_001')
    await app.page.locator('.log-row mark').first().waitFor()
    expect(await differ(app.page, '.log-row mark', '.log-row:not(:has(mark)) .log-text')).toBe(true)
  })

  it('the colours of a chart stand beside their names', async () => {
    await using app = await openForced()
    await visit(app, '#/charts')
    const looks = await app.page
      .locator('.legend')
      .evaluateAll((all) => all.map((one) => getComputedStyle(one, '::before').backgroundColor))
    expect(new Set(looks.slice(0, 3)).size).toBe(3)
  })
})
