import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { violations } from '../support/axe.ts'
import { launchChromium, openApp, type OpenedApp } from '../support/browser.ts'
import { draft } from '../support/setup-drafts.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser.close())

const question = (app: OpenedApp, name: string) => app.page.getByRole('heading', { name }).waitFor()

describe('someone who begins', () => {
  it('is asked one question after the other, and ends with what was written', async () => {
    await using app = await openApp(browser, { remembers: 0 })
    const { page } = app
    await question(app, 'Where do jobs run?')
    await page.getByText('Docker 27.3.1 on x86_64').waitFor()
    await page.getByRole('button', { name: 'Continue' }).click()

    await page.getByLabel('Address of GitLab').fill('https://git.example.com')
    await page.getByText('Reached git.example.com, clock 2 s apart').waitFor()
    await page.keyboard.press('Enter')

    await page.getByRole('textbox', { name: 'Token' }).fill('glrt-canary')
    await page.getByText('GitLab knows this runner: aBcDeFgHi').waitFor()
    await page.getByRole('button', { name: 'Continue' }).click()

    await page.getByRole('combobox', { name: 'Image' }).fill('debian:12-slim')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Add a folder' }).click()
    await page.getByRole('textbox', { name: 'Folder here' }).fill('/root/atlas500')
    await page.locator('.job-picture').getByText('/root/atlas500').waitFor()
    await page.getByRole('button', { name: 'Continue' }).click()

    await page.getByText('/root/atlas500 cannot be changed').waitFor()
    await page.getByText('The test job passed in 2.3 s.').waitFor()
    await page.getByRole('button', { name: 'Add runner' }).click()
    await question(app, 'tangxin is ready')
    await page.getByText('Added to /etc/gitlab-runner/config.toml').waitFor()
    await page.getByRole('button', { name: 'Show runners' }).click()
    await page.getByRole('heading', { name: 'Runners' }).waitFor()
    expect(app.complaints).toEqual([])
  })

  it('has a folder looked after as a toolchain, which takes the place of its mount', async () => {
    await using app = await openApp(browser)
    const { page, engine } = app
    engine.setup.setState({
      draft: { ...draft('job'), mounts: [], path: ['/opt/sdk/cross/bin', '/usr/games'] },
    })
    await page.goto(`${app.origin}/#/setup`)
    await page.getByRole('button', { name: 'Add a folder' }).click()
    await page.getByRole('textbox', { name: 'Folder here' }).fill('/srv/sdk-3.1')
    await page.getByRole('textbox', { name: 'Where jobs see it' }).fill('/opt/sdk')
    await page.getByRole('checkbox', { name: '/opt/sdk/host/bin' }).click({ force: true })
    await page.getByRole('button', { name: 'Look after it as a toolchain' }).click()
    const proposed = await page.getByRole('textbox', { name: 'Version' }).inputValue()
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('boardsdk')
    await page.getByRole('textbox', { name: 'Name', exact: true }).press('Enter')
    await page.getByText('boardsdk 3.1 added').waitFor()
    const isChosen = await page.getByRole('checkbox', { name: 'boardsdk 3.1' }).isChecked()
    const rows = await page.locator('.folder-row').count()
    const path = await page
      .getByPlaceholder('/opt/sdk/bin')
      .evaluateAll((fields) => fields.map((field) => field.getAttribute('value')))
    expect({ proposed, isChosen, rows, path, complaints: app.complaints }).toEqual({
      proposed: '3.1',
      isChosen: true,
      rows: 0,
      path: ['/usr/games'],
      complaints: [],
    })
    await page.goto(`${app.origin}/#/toolchains/boardsdk@3.1`)
    await page.getByText('/opt/sdk/cross/bin').first().waitFor()
    await page.getByText('/opt/sdk/host/bin').first().waitFor()
  })

  it('discards what was answered, and takes that back', async () => {
    await using app = await openApp(browser, { remembers: 0 })
    const { page } = app
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByLabel('Address of GitLab').fill('https://git.example.com')
    await page.getByText('Reached git.example.com').waitFor()
    await page.getByRole('button', { name: 'Discard' }).click()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.goto(`${app.origin}/#/setup`)
    expect(await page.getByLabel('Address of GitLab').inputValue()).toBe('https://git.example.com')
  })

  it('is told under the field what is wrong, and cannot go on', async () => {
    await using app = await openApp(browser, { remembers: 0 })
    const { page } = app
    await page.getByRole('button', { name: 'Continue' }).click()
    const next = page.getByRole('button', { name: 'Continue' })
    await page.getByLabel('Address of GitLab').fill('git.example.com')
    await page.getByText('Write the whole address, with https:// in front.').waitFor()
    expect(await next.isDisabled()).toBe(true)
    await page.getByLabel('Address of GitLab').fill('https://nowhere.example')
    await page.getByText('The name nowhere.example is not known to DNS.').waitFor()
    expect(await next.isDisabled()).toBe(true)
  })

  it('goes on where it was left, whatever window it was left in', async () => {
    await using app = await openApp(browser, { remembers: 0 })
    const { page } = app
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByLabel('Address of GitLab').fill('https://git.example.com')
    await page.getByText('Reached').waitFor()
    await page.keyboard.press('Enter')
    await question(app, 'What proves that this runner may take jobs?')
    await page.reload()
    await question(app, 'What proves that this runner may take jobs?')
    await page.getByRole('button', { name: 'GitLab', exact: true }).click()
    expect(await page.getByLabel('Address of GitLab').inputValue()).toBe('https://git.example.com')
  })

  it('says what GitLab shall know of a runner it creates', async () => {
    await using app = await openApp(browser, { remembers: 0 })
    const { page } = app
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByLabel('Address of GitLab').fill('https://git.example.com')
    await page.getByText('Reached').waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('textbox', { name: 'Token' }).fill('glpat-canary')
    await page.getByText('You are tangxin. The runner will be created when you finish.').waitFor()
    await page.getByLabel('Tags', { exact: true }).fill('arm64')
    await page.getByRole('button', { name: 'Add docker' }).click()
    expect(await page.getByLabel('Tags', { exact: true }).inputValue()).toBe('arm64, docker')
    await page.getByRole('button', { name: 'Add docker' }).waitFor({ state: 'detached' })
    await page.getByLabel('Longest time of a job, in minutes').fill('5')
    await page.getByText('GitLab accepts no less than 10 minutes.').waitFor()
    await page.getByLabel('Longest time of a job, in minutes').fill('90')
    await page.getByRole('button', { name: 'Continue' }).click()
    await question(app, 'What should jobs find?')
  })

  it('is not asked again for an access token that is remembered', async () => {
    await using app = await openApp(browser, { remembers: 0 })
    const { page } = app
    const toToken = async () => {
      await page.goto(`${app.origin}/#/setup`)
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.getByLabel('Address of GitLab').fill('https://git.example.com')
      await page.getByText('Reached').waitFor()
      await page.keyboard.press('Enter')
      await question(app, 'What proves that this runner may take jobs?')
    }
    await toToken()
    await page.getByRole('textbox', { name: 'Token' }).fill('glpat-canary')
    await page.getByText('Remember this access token in the keychain').click()
    await page.getByRole('button', { name: 'Continue' }).click()
    await question(app, 'What should jobs find?')
    await page.getByRole('button', { name: 'Discard' }).click()
    for await (const { draft } of app.engine.api.watchSetup(undefined, AbortSignal.timeout(30_000)))
      if (draft === undefined) break
    await toToken()
    await page.getByText('A personal access token for git.example.com is remembered.').waitFor()
    await page.getByRole('button', { name: 'Create the runner with it' }).click()
    await page.getByText('You are tangxin.').waitFor()
    await page.getByRole('button', { name: 'Continue' }).click()
    await question(app, 'What should jobs find?')
  })

  it('reaches a test job by keyboard alone in three inputs when practising', async () => {
    await using app = await openApp(browser, { remembers: 0 })
    const { page } = app
    await page.getByRole('button', { name: 'Try it without a server' }).focus()
    await page.keyboard.press('Enter')
    await question(app, 'What should jobs find?')
    await page.getByRole('button', { name: 'Continue' }).focus()
    await page.keyboard.press('Enter')
    await page.getByText('The test job passed').waitFor()
    await page.getByRole('button', { name: 'Add runner' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Run the sample pipeline' }).waitFor()
  })
})

it('a file of another runner is taken over after every key was accounted for', async () => {
  await using app = await openApp(browser)
  const { page } = app
  await page.goto(`${app.origin}/#/import`)
  await page.getByRole('button', { name: '/srv/gitlab-runner/config/config.toml' }).click()
  await page.getByText('What becomes of /srv/gitlab-runner/config/config.toml').waitFor()
  await page.getByRole('row', { name: 'runners[0].name taken' }).waitFor()
  await page.getByLabel('Or paste its text').fill('[[runners]]')
  await page.getByText('What becomes of').waitFor({ state: 'detached' })
  await page.getByRole('row', { name: 'runners[0].name taken' }).waitFor()
  await page.getByText('its executor is shell; Drydock has docker').waitFor()
  await page.getByRole('button', { name: 'Import 1 runner' }).click()
  await page.getByRole('heading', { name: 'Runners' }).waitFor()
})

describe.each(['light', 'dark'] as const)('every step in %s', (theme) => {
  it.each(['en-US', 'zh-CN', 'ko-KR'])('is accessible in %s and violates no policy', async (locale) => {
    await using app = await openApp(browser, { theme, locale, remembers: 0 })
    const { page, engine } = app
    const found: string[] = []
    for (const step of ['docker', 'server', 'token', 'job', 'test'] as const) {
      engine.setup.setState({
        draft: draft(step),
        token: { state: 'person', user: 'tangxin', mayCreate: true, version: '17.5.1' },
      })
      await page.goto(`${app.origin}/#/setup`)
      await page.locator(`.step h2`).waitFor()
      await page.waitForTimeout(700)
      found.push(...(await violations(page)).map((one) => `${step} ${one}`))
    }
    expect({ found, complaints: app.complaints }).toEqual({ found: [], complaints: [] })
  })
})
