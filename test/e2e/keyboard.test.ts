import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { launchChromium, openApp } from '../support/browser.ts'
import { focused, goTo, pressOn, write } from '../support/keyboard.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser.close())

const heading = (page: Page, name: string) => page.getByRole('heading', { name }).waitFor()

describe('somebody with a keyboard alone', () => {
  it('answers the wizard from its first question to its last', async () => {
    await using app = await openApp(browser, { remembers: 0 })
    const { page } = app
    await heading(page, 'Where do jobs run?')
    await page.getByText('Docker 27.3.1 on x86_64').waitFor()
    await pressOn(page, 'Continue')

    await heading(page, 'Which GitLab sends the jobs?')
    await expect.poll(() => focused(page)).toBe('Address of GitLab')
    await page.keyboard.type('https://git.example.com')
    await page.getByText('Reached git.example.com').waitFor()
    await page.keyboard.press('Enter')

    await heading(page, 'What proves that this runner may take jobs?')
    await write(page, 'Token', 'glrt-canary')
    await page.getByText('GitLab knows this runner').waitFor()
    await pressOn(page, 'Continue')

    await heading(page, 'What should jobs find?')
    await expect.poll(() => focused(page)).toBe('Job')
    await write(page, /^Image/, 'debian:12-slim')
    await page.keyboard.press('Escape')
    await pressOn(page, 'Add a folder')
    await write(page, 'Folder here', '/root/atlas500')
    await page.locator('.job-picture').getByText('/root/atlas500').waitFor()
    await pressOn(page, 'Continue')

    await page.getByText('The test job passed').waitFor()
    await expect.poll(() => focused(page)).toBe('Test')
    await pressOn(page, 'Add runner')
    await heading(page, 'tangxin is ready')
    await expect.poll(() => focused(page)).toBe('Show runners')
    await page.keyboard.press('Enter')
    await heading(page, 'Runners')
    expect(app.complaints).toEqual([])
  })

  it('finds a job, follows it, searches its log, cancels it and takes that back', async () => {
    await using app = await openApp(browser)
    const { page, engine } = app
    await heading(page, 'Overview')
    await page.keyboard.press('g')
    await page.keyboard.press('j')
    await heading(page, 'Jobs')
    expect(await focused(page)).toBe('Jobs')
    await page.keyboard.press('/')
    await page.keyboard.type('boot arm64')
    await page.locator('.job-row').first().waitFor()
    await goTo(page, 'build:arm64')
    await page.keyboard.press('Enter')
    await heading(page, 'build:arm64')
    expect(await focused(page)).toBe('Job')

    await page.keyboard.press('Control+f')
    await page.keyboard.type('warning')
    await page.getByText('1 of 3').waitFor()
    await page.keyboard.press('Enter')
    await page.getByText('2 of 3').waitFor()
    await page.keyboard.press('Escape')
    await goTo(page, 'Cancel job', 'Shift+Tab')
    await page.keyboard.press('Enter')
    await pressOn(page, 'Undo')
    await page.getByRole('button', { name: 'Undo' }).waitFor({ state: 'detached' })
    engine.finish(215, { result: 'success' })
    await page.getByRole('status').getByText('build:arm64: Passed').waitFor({ state: 'attached' })
    expect(app.complaints).toEqual([])
  })

  it('edits a runner, sees the difference and saves it', async () => {
    await using app = await openApp(browser)
    const { page } = app
    await heading(page, 'Overview')
    await page.keyboard.press('g')
    await page.keyboard.press('r')
    await heading(page, 'Runners')
    await pressOn(page, 'tangxin')
    await page.locator('.runner-toml .code-block').waitFor()
    await write(page, 'Jobs at a time', '3')
    await page.locator('.diff-new').getByText('limit = 3').waitFor()
    await pressOn(page, 'Save')
    await page.getByText('Saved.').waitFor()
    expect(app.complaints).toEqual([])
  })

  it('adds a toolchain, gives it to a runner and takes it off again', async () => {
    await using app = await openApp(browser)
    const { page } = app
    await heading(page, 'Overview')
    await page.keyboard.press('g')
    await page.keyboard.press('t')
    await page.locator('.library').waitFor()
    await pressOn(page, 'Add a folder…')
    await heading(page, 'Add a toolchain')
    await write(page, 'Folder', '/srv/sdk-3.1')
    await page.locator('.folder-field .verdict').waitFor()
    await page.keyboard.press('Escape')
    await pressOn(page, 'Add toolchain')
    await heading(page, 'sdk 3.1')
    await pressOn(page, 'Add to a runner')
    await goTo(page, 'build-farm', 'ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').locator('.diff').waitFor()
    expect(await focused(page)).toBe('Cancel')
    await goTo(page, 'Add')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await expect.poll(() => focused(page)).toBe('Add to a runner')
    await pressOn(page, 'Take it off build-farm')
    await page.getByRole('dialog').locator('.diff').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await expect.poll(() => focused(page)).toBe('Take it off build-farm')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').locator('.diff').waitFor()
    await pressOn(page, 'Take off')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await expect.poll(() => focused(page)).toBe('Runners')
    expect(app.complaints).toEqual([])
  })

  it('removes a runner and stands on the page it came from', async () => {
    await using app = await openApp(browser)
    const { page } = app
    await page.goto(`${app.origin}/#/runners/tangxin`)
    await page.locator('.runner-toml .code-block').waitFor()
    await pressOn(page, 'Remove runner')
    await heading(page, 'Runners')
    expect(await focused(page)).toBe('Runners')
    await page.keyboard.press('Control+z')
    await page.getByText('will be taken out').waitFor({ state: 'detached' })
  })

  it('leaves the palette, a filter and the explanation of health with Escape, and is where it was', async () => {
    await using app = await openApp(browser)
    const { page } = app
    await page.goto(`${app.origin}/#/jobs`)
    await page.locator('.job-row').first().waitFor()
    await goTo(page, 'Project')
    const found: string[] = []
    await page.keyboard.press('Enter')
    await page.getByRole('option').first().waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('option').first().waitFor({ state: 'detached' })
    found.push(await focused(page))
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    found.push(await focused(page))
    await goTo(page, /^2 of 4 running/, 'Shift+Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    found.push(await focused(page))
    expect(found).toEqual(['Project', 'Project', expect.stringContaining('2 of 4 running')])
  })
})

describe.each(['light', 'dark'] as const)('every stop of the Tab key in %s', (theme) => {
  it.each([
    '#/',
    '#/jobs',
    '#/jobs/210',
    '#/jobs/215',
    '#/runners',
    '#/runners/tangxin',
    '#/toolchains',
    '#/toolchains/atlas500@20.2',
    '#/toolchains/+',
    '#/charts',
    '#/disk',
    '#/settings',
    '#/diagnostics',
    '#/setup',
    '#/import',
  ])('shows where it is on %s', async (hash) => {
    await using app = await openApp(browser, { theme })
    const { page } = app
    await page.goto(`${app.origin}/${hash}`)
    await page.locator('h1').waitFor()
    // Its way on opens once the engine was looked at.
    if (hash === '#/setup') await page.getByText('Docker 27.3.1 on x86_64').waitFor()
    await page.waitForTimeout(300)
    const stops = new Set<string>()
    const unseen: string[] = []
    for (let pressed = 0; pressed < 60; pressed++) {
      await page.keyboard.press('Tab')
      const { stop, isSeen } = await page.evaluate(lookAtFocus)
      if (stop === '') continue
      if (stops.has(stop)) break
      stops.add(stop)
      if (!isSeen) unseen.push(stop)
    }
    expect({ unseen, some: stops.size > 3 }).toEqual({ unseen: [], some: true })
  })
})

/** Whether the focus is outlined: on the element itself, or on the control it is the hidden input of. */
function lookAtFocus(): { stop: string; isSeen: boolean } {
  const element = document.activeElement
  if (element === null || element === document.body) return { stop: '', isSeen: true }
  const all = [...document.querySelectorAll('*')]
  const holder = element.closest('label, [role="row"], tr, .search, .combo')
  const candidates = [element, ...(holder === null ? [] : [holder, ...holder.querySelectorAll('*')])]
  const isSeen = candidates.some((one) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(one)
    return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 1
  })
  return { stop: `${all.indexOf(element)} ${element.outerHTML.slice(0, 90)}`, isSeen }
}
