import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { allPages, visit } from '../support/all-pages.ts'
import { launchChromium, openApp, type AppOptions } from '../support/browser.ts'
import { unreadable } from '../support/text-fit.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser.close())

/** What somebody may set for reading, from WCAG 1.4.12. */
const spacing =
  '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }'

async function lookAtAll(options: AppOptions, look: (page: Page) => Promise<readonly string[]>) {
  await using app = await openApp(browser, options)
  const found: string[] = []
  for (const hash of allPages) {
    await visit(app, hash)
    found.push(...(await look(app.page)).map((one) => `${hash} ${one}`))
  }
  return found
}

const widerThanWindow = (page: Page) =>
  page.evaluate(() => (document.documentElement.scrollWidth > window.innerWidth ? ['too wide'] : []))

describe('at 320 × 256, as on a screen of 1280 × 1024 enlarged four times', () => {
  const room = { width: 320, height: 256 }

  it('no page has to be moved sideways', async () => {
    expect(await lookAtAll(room, widerThanWindow)).toEqual([])
  })

  it('every word can be read', async () => {
    expect(await lookAtAll(room, unreadable)).toEqual([])
  })
})

it('every word can be read with wider spacing of lines, words and letters', async () => {
  const found = await lookAtAll({}, async (page) => {
    await page.evaluate((text) => {
      const sheet = new CSSStyleSheet()
      sheet.replaceSync(text)
      document.adoptedStyleSheets = [sheet]
    }, spacing)
    return unreadable(page)
  })
  expect(found).toEqual([])
})

describe('in a language of words longer than English by two fifths', () => {
  it.each([
    [1280, 800],
    [900, 600],
  ])('every word can be read at %i × %i', async (width, height) => {
    const options = { width, height, locale: 'de-DE', config: 'test/support/longer-words.ts' }
    expect(await lookAtAll(options, unreadable)).toEqual([])
  })
})

describe('at 900 × 600', () => {
  it.each(['en-US', 'zh-CN', 'ko-KR'])('every word can be read in %s', async (locale) => {
    expect(await lookAtAll({ width: 900, height: 600, locale }, unreadable)).toEqual([])
  })
})
