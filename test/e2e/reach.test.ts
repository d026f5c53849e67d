import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { allPages, visit } from '../support/all-pages.ts'
import { launchChromium, openApp } from '../support/browser.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser.close())

/**
 * What is smaller than 24 × 24 pixels with something else to press less than 24 away (WCAG 2.5.8). Links and marks in
 * lines of a log are as high as its lines.
 */
const crowdedTargets = (page: Page) =>
  page.evaluate(() => {
    const least = 24
    const all = [
      ...document.querySelectorAll('a[href], button, [role="tab"], label:has(input), input, textarea'),
    ]
      .filter((one) => one.closest('.log-row, [aria-hidden="true"]') === null && one.checkVisibility())
      // A hidden input is pressed by its label.
      .filter((one) => one.tagName !== 'INPUT' || one.closest('label, .visually-hidden') === null)
      .map((one) => ({ one, box: one.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 1 && box.height > 1)
    const isSmall = ({ width, height }: DOMRect) => width < least || height < least
    const middle = (box: DOMRect) => [box.x + box.width / 2, box.y + box.height / 2] as const
    const distance = (box: DOMRect, [x, y]: readonly [number, number]) =>
      Math.hypot(Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom))
    return all
      .filter(
        ({ one, box }) =>
          isSmall(box) &&
          all.some(({ one: other, box: beside }) => {
            if (other.contains(one) || one.contains(other)) return false
            if (distance(beside, middle(box)) < least / 2) return true
            const [x, y] = middle(beside)
            return isSmall(beside) && Math.hypot(x - middle(box)[0], y - middle(box)[1]) < least
          }),
      )
      .map(
        ({ one, box }) => `${Math.round(box.width)}×${Math.round(box.height)} ${one.outerHTML.slice(0, 100)}`,
      )
  })

it.each([1280, 320])('everything to press is 24 pixels large or stands alone, %i wide', async (width) => {
  await using app = await openApp(browser, { width })
  const found: string[] = []
  for (const hash of allPages) {
    await visit(app, hash)
    found.push(...(await crowdedTargets(app.page)).map((one) => `${hash} ${one}`))
  }
  expect(found).toEqual([])
})

describe('what has the focus', () => {
  it.each([
    { what: 'a message that can be undone', hash: '#/runners/tangxin', width: 1280 },
    { what: 'a message that can be undone, in a narrow window', hash: '#/jobs/215', width: 320 },
  ])('is never hidden behind $what', async ({ hash, width }) => {
    await using app = await openApp(browser, { width, height: 600 })
    const { page } = app
    await page.goto(`${app.origin}/${hash}`)
    await page.locator('.button.danger').click()
    await page.locator('.grace').waitFor()
    expect(await hiddenStops(page)).toEqual([])
  })

  it('is never hidden behind the message that settings were saved', async () => {
    await using app = await openApp(browser, { width: 320, height: 480 })
    const { page } = app
    await page.goto(`${app.origin}/#/settings`)
    await page.getByText('Keep the container of a failed job').click()
    await page.locator('.undo').waitFor()
    expect(await hiddenStops(page)).toEqual([])
  })

  it('is never hidden behind the head of the list of jobs', async () => {
    await using app = await openApp(browser)
    const { page } = app
    await page.goto(`${app.origin}/#/jobs`)
    await page.locator('.job-row a[tabindex="0"]').focus()
    await page.keyboard.press('End')
    await page.locator('.job-place:not([data-row="0"]) a:focus').waitFor()
    const hidden: string[] = []
    for (let pressed = 0; pressed < 30; pressed++) {
      await page.keyboard.press('ArrowUp')
      await page.waitForTimeout(30)
      if (await isHidden(page))
        hidden.push(await page.evaluate(() => document.activeElement?.outerHTML ?? ''))
    }
    expect(hidden).toEqual([])
  })
})

describe('somebody who hears the page', () => {
  it.each([
    ['#/jobs/210', 'lint #40210 · Drydock'],
    ['#/runners/tangxin', 'tangxin · Drydock'],
    ['#/toolchains/atlas500@20.2', 'atlas500 20.2 · Drydock'],
    ['#/disk', 'Disk · Drydock'],
  ])('learns from the title what %s shows', async (hash, title) => {
    await using app = await openApp(browser)
    await visit(app, hash)
    await expect.poll(() => app.page.title()).toBe(title)
  })

  it('is not told every line of a log that grows, nor every second of a job', async () => {
    await using app = await openApp(browser)
    const { page, engine } = app
    await page.goto(`${app.origin}/#/jobs/215`)
    await page.locator('.log-row').first().waitFor()
    await page.evaluate(() => {
      const told: string[] = []
      Object.assign(globalThis, { told })
      new MutationObserver((changes) => {
        for (const { target } of changes) {
          const element = target instanceof Element ? target : target.parentElement
          const live = element?.closest(
            '[aria-live]:not([aria-live="off"]), [role="status"], [role="alert"], [role="log"]',
          )
          if (live) told.push(live.textContent)
        }
      }).observe(document.body, { subtree: true, childList: true, characterData: true })
    })
    for (let line = 0; line < 20; line++) engine.print(215, `line ${line}\n`)
    await page.getByText('line 19').waitFor()
    engine.finish(215, { result: 'success' })
    await page.getByRole('status').getByText('build:arm64: Passed').waitFor({ state: 'attached' })
    const told = await page.evaluate(() => (globalThis as typeof globalThis & { told: string[] }).told)
    expect([...new Set(told)]).toEqual(['build:arm64: Passed'])
  })

  it('finds each line of a log by its number among all', async () => {
    await using app = await openApp(browser)
    const { page } = app
    await page.goto(`${app.origin}/#/jobs/210`)
    const log = page.getByRole('group', { name: 'Job log' })
    await log.getByRole('listitem').first().waitFor()
    const lines = await log
      .getByRole('listitem')
      .evaluateAll((all) =>
        all.slice(0, 3).map((one) => [Number(one.ariaPosInSet), Number(one.ariaSetSize) > 30]),
      )
    // The log of a failed job shows its end first.
    const first = Number(lines[0]?.[0])
    expect(lines).toEqual([
      [first, true],
      [first + 1, true],
      [first + 2, true],
    ])
  })
})

/** Whether nothing of what has the focus can be seen (WCAG 2.4.11). */
const isHidden = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement
    if (element === null || element === document.body) return false
    const shown = element.closest('label') ?? element
    const { left, right, top, bottom } = shown.getBoundingClientRect()
    const points = [0.1, 0.5, 0.9].flatMap((x) =>
      [0.1, 0.5, 0.9].map((y) => [left + (right - left) * x, top + (bottom - top) * y] as const),
    )
    return !points.some(([x, y]) => {
      const above = document.elementFromPoint(x, y)
      return above !== null && (shown.contains(above) || above.contains(shown))
    })
  })

async function hiddenStops(page: Page): Promise<string[]> {
  const seen = new Set<string>()
  const hidden: string[] = []
  for (let pressed = 0; pressed < 50; pressed++) {
    await page.keyboard.press('Tab')
    const stop = await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 120) ?? '')
    if (seen.has(stop)) continue
    seen.add(stop)
    if (await isHidden(page)) hidden.push(stop)
  }
  return hidden
}
