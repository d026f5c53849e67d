import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { allPages, settled, visit } from '../support/all-pages.ts'
import { violations } from '../support/axe.ts'
import { launchChromium, openApp } from '../support/browser.ts'
import { longProject } from '../support/fake-jobs.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser.close())

describe.each(['light', 'dark'] as const)('every page in %s', (theme) => {
  it.each(['en-US', 'zh-CN', 'ko-KR'])('is accessible in %s and violates no policy', async (locale) => {
    await using app = await openApp(browser, { theme, locale })
    const found: string[] = []
    for (const hash of allPages) {
      await visit(app, hash)
      found.push(...(await violations(app.page)).map((violation) => `${hash} ${violation}`))
    }
    expect({ found, complaints: app.complaints, lang: await app.page.getAttribute('html', 'lang') }).toEqual({
      found: [],
      complaints: [],
      lang: { 'en-US': 'en', 'zh-CN': 'zh-CN', 'ko-KR': 'ko' }[locale],
    })
  })

  it('is accessible with nothing to show', async () => {
    await using app = await openApp(browser, { theme, remembers: 0 })
    const found: string[] = []
    for (const hash of ['#/', '#/jobs', '#/runners', '#/charts', '#/disk']) {
      await app.page.goto(`${app.origin}/${hash}`)
      await settled(app.page)
      found.push(...(await violations(app.page)))
    }
    expect({ found, complaints: app.complaints }).toEqual({ found: [], complaints: [] })
  })

  it('is accessible with its menu and its explanation of health open', async () => {
    await using app = await openApp(browser, { theme })
    await app.page.getByRole('button', { name: '2 of 4 running' }).click()
    await app.page.getByRole('dialog').waitFor()
    // What lies over the page is not a part of it that would need a landmark.
    const found = (await violations(app.page)).filter((violation) => !violation.startsWith('region:'))
    await app.page.keyboard.press('Escape')
    await app.page.getByRole('button', { name: 'Appearance and language' }).click()
    await app.page.getByRole('menu').waitFor()
    found.push(...(await violations(app.page)).filter((violation) => !violation.startsWith('region:')))
    expect({ found, complaints: app.complaints }).toEqual({ found: [], complaints: [] })
  })

  it('is accessible with the details of a job, what is kept of it, and the export of jobs open', async () => {
    await using app = await openApp(browser, { theme })
    const found: string[] = []
    const look = async () =>
      found.push(...(await violations(app.page)).filter((violation) => !violation.startsWith('region:')))
    app.engine.keep(210)
    for (const job of [210, 215]) {
      await app.page.goto(`${app.origin}/#/jobs/${job}`)
      await app.page.getByRole('tab', { name: 'Details' }).click()
      await app.page.getByRole('table').waitFor()
      await look()
    }
    await app.page.goto(`${app.origin}/#/jobs`)
    await app.page.getByRole('button', { name: 'Export these jobs' }).click()
    await app.page.getByRole('menuitem').first().waitFor()
    await look()
    expect({ found, complaints: app.complaints }).toEqual({ found: [], complaints: [] })
  })

  it('is accessible with the palette, the shortcuts, a filter and a table open', async () => {
    await using app = await openApp(browser, { theme })
    const found: string[] = []
    const look = async () =>
      found.push(
        ...(await violations(app.page)).filter(
          // The list of the palette is moved through, and scrolled, from its field.
          (violation) => !violation.startsWith('region:') && !violation.includes('"palette-list"'),
        ),
      )
    await app.page.getByRole('heading', { name: 'Overview' }).waitFor()
    await app.page.keyboard.press('Control+k')
    await app.page.getByRole('option', { name: /Pause/ }).waitFor()
    await look()
    await app.page.keyboard.press('Escape')
    await app.page.getByRole('dialog').waitFor({ state: 'detached' })
    await app.page.keyboard.press('?')
    await app.page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    await look()
    await app.page.keyboard.press('Escape')
    await app.page.goto(`${app.origin}/#/jobs`)
    await app.page.getByRole('button', { name: 'Project' }).first().click()
    await app.page.getByRole('option').first().waitFor()
    await look()
    await app.page.goto(`${app.origin}/#/charts`)
    await app.page.getByRole('button', { name: 'Table' }).first().click()
    await look()
    expect({ found, complaints: app.complaints }).toEqual({ found: [], complaints: [] })
  })
})

describe.each([
  [900, 600],
  [1280, 800],
  [1920, 1080],
])('at %i × %i', (width, height) => {
  it('no page is wider than the window, in any language', async () => {
    const wide: string[] = []
    for (const locale of ['en-US', 'zh-CN', 'ko-KR']) {
      await using app = await openApp(browser, { width, height, locale })
      for (const hash of allPages) {
        await visit(app, hash)
        const overflows = await app.page.evaluate(
          () => document.documentElement.scrollWidth > window.innerWidth,
        )
        if (overflows) wide.push(`${locale} ${hash}`)
      }
    }
    expect(wide).toEqual([])
  })
})

describe('at 900 × 600', () => {
  it('the overview shows the names of projects whole, and the list of jobs those of branches', async () => {
    await using app = await openApp(browser, { width: 900, height: 600 })
    const isCut = (selector: string, text: string) =>
      app.page
        .locator(selector, { hasText: text })
        .first()
        .evaluate((one) => one.scrollWidth > one.clientWidth)
    const project = await isCut('.latest-job .soft.cut', longProject)
    await app.page.goto(`${app.origin}/#/jobs`)
    expect([project, await isCut('.job-row .cut', 'release/20.2')]).toEqual([false, false])
  })
})
