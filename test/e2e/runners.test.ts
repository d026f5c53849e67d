import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { violations } from '../support/axe.ts'
import { launchChromium, openApp, type OpenedApp } from '../support/browser.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser.close())

async function openRunner(options: Parameters<typeof openApp>[1] = {}): Promise<OpenedApp> {
  const app = await openApp(browser, options)
  await app.page.goto(`${app.origin}/#/runners/tangxin`)
  await app.page.locator('.runner-toml .code-block').waitFor()
  return app
}

describe('a runner’s settings', () => {
  it('are opened from the list', async () => {
    await using app = await openApp(browser)
    await app.page.goto(`${app.origin}/#/runners`)
    await app.page.getByRole('link', { name: 'tangxin' }).click()
    await app.page.getByRole('heading', { name: 'tangxin' }).waitFor()
    expect(await app.page.getByRole('combobox', { name: 'Image' }).inputValue()).toBe('debian:12-slim')
  })

  it('show what saving changes, and then what is saved', async () => {
    await using app = await openRunner()
    const { page } = app
    await page.getByLabel('Jobs at a time').fill('2')
    await page.locator('.diff-new').getByText('limit = 2').waitFor()
    expect(await page.locator('.diff-gone').allInnerTexts()).toEqual(['−   limit = 4\n'])
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved.').waitFor()
    await page.locator('.code-block').getByText('limit = 2').waitFor()
    expect(app.complaints).toEqual([])
  })

  it('follow the file while nobody types', async () => {
    await using app = await openRunner()
    const { page, engine } = app
    engine.setup.setFile({ revision: 'r2', form: { ...(await formOf(app)), image: 'debian:13' } })
    await page.waitForFunction(() =>
      [...document.querySelectorAll('input')].some(({ value }) => value === 'debian:13'),
    )
  })

  it('say when the file went on, and keep what was typed on top of it', async () => {
    await using app = await openRunner()
    const { page, engine } = app
    await page.getByLabel('Jobs at a time').fill('2')
    engine.setup.setFile({ revision: 'r2', form: { ...(await formOf(app)), image: 'debian:13' } })
    await page.getByText('The file has changed meanwhile.').waitFor()
    expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true)
    await page.getByRole('button', { name: 'Keep mine' }).click()
    expect({
      limit: await page.getByLabel('Jobs at a time').inputValue(),
      image: await page.getByRole('combobox', { name: 'Image' }).inputValue(),
    }).toEqual({ limit: '2', image: 'debian:13' })
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved.').waitFor()
  })

  it('that were saved are taken back, unless the file went on', async () => {
    await using app = await openRunner()
    const { page, engine } = app
    await page.getByLabel('Jobs at a time').fill('2')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('Undone.').waitFor()
    expect(await page.getByLabel('Jobs at a time').inputValue()).toBe('4')
    await page.getByLabel('Jobs at a time').fill('3')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved.').waitFor()
    engine.setup.setFile({ revision: 'edited' })
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('config.toml has changed meanwhile').waitFor()
    await page.getByRole('link', { name: 'See changes' }).click()
    await page.getByRole('heading', { name: 'Changes of config.toml' }).waitFor()
    expect(app.complaints).toEqual([])
  })

  it('are saved with a mount that gives jobs much only once its path was typed and a reason given', async () => {
    await using app = await openRunner()
    const { page } = app
    const volumes = page.getByLabel('Volumes and mounts')
    await volumes.fill(`${await volumes.inputValue()}\n/var/run/docker.sock:/var/run/docker.sock`)
    await page.getByText('With it jobs can start containers').waitFor()
    const save = page.getByRole('button', { name: 'Save' })
    expect(await save.isDisabled()).toBe(true)
    await page.getByLabel('Type /var/run/docker.sock to agree').fill('/var/run/docker.sock')
    expect(await save.isDisabled()).toBe(true)
    await page.getByLabel('What it is needed for').fill('builds images')
    await save.click()
    await page.getByText('Saved.').waitFor()
    await page.getByText('Privileged containers').click()
    await page.getByText('Jobs of this runner can take over this computer').waitFor()
    expect(await violations(page)).toEqual([])
  })

  it('name an engine with its certificates, chosen without typing', async () => {
    await using app = await openRunner()
    const { page } = app
    await page.getByRole('button', { name: 'Use build-server (tcp://10.0.0.5:2376)' }).click()
    expect({
      host: await page.getByLabel('Address of the engine').inputValue(),
      isVerified: await page.getByRole('checkbox', { name: /Encrypted and verified/ }).isChecked(),
      folder: await page.getByLabel('Folder of the certificates').inputValue(),
    }).toEqual({
      host: 'tcp://10.0.0.5:2376',
      isVerified: true,
      folder: '/home/tangxin/.docker/contexts/tls/0f3a/docker',
    })
  })

  it('are gone with the runner', async () => {
    await using app = await openApp(browser)
    await app.page.goto(`${app.origin}/#/runners/nobody`)
    await app.page.getByText('This runner is not in the configuration any more.').waitFor()
  })
})

describe('changes of config.toml', () => {
  it('are listed with who made them, and each version can be brought back and that undone', async () => {
    await using app = await openApp(browser)
    const { page, engine } = app
    const form = await formOf(app)
    engine.setup.setFile({
      revision: 'r2',
      form: { ...form, image: 'debian:13' },
      toml: 'image = "debian:13"',
    })
    await page.goto(`${app.origin}/#/runners`)
    await page.getByRole('link', { name: 'Changes of config.toml' }).click()
    const rows = page.getByRole('option')
    await rows.nth(1).waitFor()
    expect(await rows.allInnerTexts()).toEqual([
      expect.stringMatching(/^tangxin: docker\.image\s+2h ago · outside of Drydock\s+Now$/),
      expect.stringMatching(/^As it was found\s+3h ago · outside of Drydock$/),
    ])
    await page.locator('.diff-new').getByText('debian:13').waitFor()
    await rows.nth(1).click()
    await page.getByRole('button', { name: 'Bring this version back' }).click()
    await page.getByText('Brought back.').waitFor()
    expect((await formOf(app)).image).toBe('debian:12-slim')
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('Undone.').waitFor()
    expect((await formOf(app)).image).toBe('debian:13')
    expect(await violations(page)).toEqual([])
    expect(app.complaints).toEqual([])
  })
})

it('removing a runner names what is running on it, and can be undone', async () => {
  await using app = await openRunner()
  const { page } = app
  await page.getByRole('button', { name: 'Remove runner' }).click()
  await page.getByText('2 jobs are running on it and will finish.').waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('2 jobs are running on it').waitFor({ state: 'detached' })
  await page.getByRole('link', { name: 'tangxin' }).waitFor()
})

it('what GitLab knows is read with a person’s token, and says what a shared runner exposes', async () => {
  await using app = await openRunner()
  const { page } = app
  await page.getByRole('tab', { name: 'In GitLab' }).click()
  await page.getByLabel('Personal access token').fill('glpat-canary')
  await page.getByRole('button', { name: 'Ask GitLab' }).click()
  await page.getByText('Everyone on the server whose jobs come here').waitFor()
  expect(await page.getByLabel('Tags', { exact: true }).inputValue()).toBe('docker, atlas500')
  await page.getByRole('tab', { name: 'Would this job come here?' }).click()
  await page.getByLabel('Tags of the job').fill('docker, $ARCH')
  await page.getByText('No: the runner lacks').waitFor({ state: 'detached' })
  await page.getByLabel('Variables in its tags').fill('ARCH=windows')
  await page.getByText('No: the runner lacks windows.').waitFor()
  await page.getByText('2 of 3 would still come.').waitFor()
  await page.getByLabel('Tags of the runner').fill('docker')
  await page.getByText('Also runs jobs without tags').click()
  await page.getByText('2 of 3 would still come.').waitFor()
  await page.getByRole('cell', { name: 'No: the runner lacks atlas500.' }).waitFor()
})

it('a person’s token that is remembered is not asked for again, until it is forgotten', async () => {
  await using app = await openRunner()
  const { page } = app
  await page.getByRole('tab', { name: 'In GitLab' }).click()
  await page.getByLabel('Personal access token').fill('glpat-canary')
  await page.getByText('Remember it in the keychain of this computer').click()
  await page.getByRole('button', { name: 'Ask GitLab' }).click()
  await page.getByRole('button', { name: 'Forget the token' }).waitFor()
  await page.reload()
  await page.getByRole('tab', { name: 'In GitLab' }).click()
  await page.getByRole('button', { name: 'Forget the token' }).click()
  await page.getByLabel('Personal access token').waitFor()
  expect(app.complaints).toEqual([])
})

it.each([
  [{ state: 'renewed', old: 'dead' }, 'GitLab refuses the old token from now on'],
  [{ state: 'renewed', old: 'alive' }, 'GitLab still takes the old token.'],
  [{ state: 'unproven' }, 'GitLab could not be asked about it yet'],
  [{ state: 'taken-back' }, 'The old one is back in the file.'],
  [{ state: 'refused', problem: 'Forbidden' }, 'Create the runner anew in GitLab'],
  [{ state: 'unavailable', problem: 'Bad Gateway' }, 'The old one still holds.'],
] as const)('a new token at once: %j', async (answer, says) => {
  await using app = await openRunner()
  const { page, engine } = app
  engine.setup.setRenewal(answer)
  await page.getByRole('tab', { name: 'In GitLab' }).click()
  await page.getByRole('button', { name: 'Renew token now' }).click()
  await page.getByRole('status').getByText(says).waitFor()
  expect(app.complaints).toEqual([])
})

it('a runner whose token cannot be renewed is created anew with an access token, after a moment to take it back', async () => {
  await using app = await openRunner()
  const { page, engine } = app
  const [runner] = await first(engine.api.watchRunners(undefined, new AbortController().signal))
  if (runner === undefined) throw new Error('The fake engine has no runner')
  engine.setRunners([
    {
      ...runner,
      renewalTrouble: {
        problem: '403 Forbidden',
        triedAt: Date.now() - 60_000,
        againAt: Date.now() + 3_600_000,
      },
    },
  ])
  await page.getByRole('tab', { name: 'In GitLab' }).click()
  await page.getByText('The renewal failed 1m ago. 403 Forbidden. It is tried again in 1h.').waitFor()
  await page.getByLabel('Personal access token').fill('glpat-canary')
  await page.getByRole('button', { name: 'Ask GitLab' }).click()
  await page.getByRole('button', { name: 'Delete in GitLab and create anew' }).click()
  await page.getByText('will be deleted in GitLab and created anew').waitFor()
  await page.getByText('The runner is number 31 in GitLab now').waitFor()
  await page.getByText('GitLab refuses the old token from now on').waitFor()
})

async function first<T>(values: AsyncIterable<T>): Promise<T> {
  for await (const value of values) return value
  throw new Error('Nothing came')
}

describe.each(['light', 'dark'] as const)('the page of a runner in %s', (theme) => {
  it.each(['en-US', 'zh-CN', 'ko-KR'])('is accessible in %s and violates no policy', async (locale) => {
    await using app = await openRunner({ theme, locale })
    const { page } = app
    const found = await violations(page)
    for (const tab of await page.getByRole('tab').all()) {
      await tab.click()
      found.push(...(await violations(page)))
    }
    await page.goto(`${app.origin}/#/import`)
    await page.locator('.import textarea').fill('[[runners]]')
    await page.locator('.import-keys').waitFor()
    found.push(...(await violations(page)))
    expect({ found, complaints: app.complaints }).toEqual({ found: [], complaints: [] })
  })
})

/** What the form shows now, of which a test changes a part. */
async function formOf({ engine }: OpenedApp) {
  const stop = new AbortController()
  for await (const { form } of engine.api.watchRunnerFile({ key: 'tangxin' }, stop.signal)) {
    stop.abort()
    return form
  }
  throw new Error('The fake engine shows no runner')
}
