import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'

import { launchChromium } from '../support/browser.ts'
import { openRealApp } from '../support/real-app.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser.close())

const patience = { timeout: 25_000 }
const mostInputs = 12

describe('a first run on a real engine', () => {
  it('comes to a green job of the practice GitLab in a handful of inputs', async () => {
    await using app = await openRealApp(browser, { dockerHost: inject('dockerHost') })
    const { page } = app
    const startedAt = performance.now()
    let inputs = 0
    const press = async (name: string) => {
      await page.getByRole('button', { name, exact: true }).click(patience)
      inputs++
    }
    await press('Try it without a server')
    await page.getByRole('heading', { name: 'What should jobs find?' }).waitFor(patience)
    await press('Continue')
    await page.getByText('The test job passed').waitFor(patience)
    await press('Add runner')
    await press('Run the sample pipeline')
    await page.getByRole('heading', { name: 'Overview' }).waitFor(patience)
    await page.locator('.latest-jobs').getByText('build:firmware').waitFor(patience)
    await page.locator('.latest-jobs').getByText('Passed').nth(1).waitFor(patience)
    const seconds = (performance.now() - startedAt) / 1000
    console.log(`First run to a green job: ${inputs} inputs, ${seconds.toFixed(1)} s`)
    expect(inputs).toBeLessThanOrEqual(mostInputs)
    const config = await readFile(app.configFile, 'utf8')
    expect(config).toMatch(/^\[\[runners\]\]\n {2}name = "practice"\n {2}url = "http:/m)
  })

  it('proves a toolchain before GitLab sends anything, is interrupted, and goes on in another window', async () => {
    await using toolchain = await aToolchain()
    await using app = await openRealApp(browser, { dockerHost: inject('dockerHost') })
    const { page } = app
    await page.getByRole('button', { name: 'Try it without a server' }).click(patience)
    await page.getByRole('combobox', { name: 'Image' }).fill('drydock-test/busybox:1', patience)
    await page.keyboard.press('Tab')
    await page.getByRole('button', { name: 'Add a folder' }).click()
    await page.getByRole('textbox', { name: 'Folder here' }).fill(toolchain.folder)
    await page.getByRole('textbox', { name: 'Where jobs see it' }).fill('/opt/sdk')
    await page.getByRole('button', { name: 'Add a variable' }).click()
    await page.getByRole('textbox', { name: 'Name=Value' }).fill('SDK_HOME=/opt/sdk')
    await page.getByRole('button', { name: 'Add to PATH' }).click()
    await page.getByRole('textbox', { name: 'Folder', exact: true }).fill('/opt/sdk/bin')
    await page.getByLabel('Program to try').fill('sdk-cc')
    const kept = () => readFile(join(app.dataDir, 'setup.json'), 'utf8').catch(() => '')
    await expect.poll(kept, patience).toContain('sdk-cc')
    await page.close()

    const again = await app.openWindow()
    await again.getByRole('heading', { name: 'What should jobs find?' }).waitFor(patience)
    expect(await again.getByRole('textbox', { name: 'Folder here' }).inputValue()).toBe(toolchain.folder)
    await again.getByRole('button', { name: 'Continue' }).click()
    await again.getByText('The test job passed').waitFor(patience)
    expect(await again.locator('.findings li').allInnerTexts()).toEqual([
      '/opt/sdk is mounted',
      '/opt/sdk cannot be changed',
      'SDK_HOME is set',
      '/opt/sdk/bin is in PATH',
      'sdk-cc runs · sdk-cc (practice) 6.3.0',
    ])
  })

  it('says what does not hold', async () => {
    await using app = await openRealApp(browser, { dockerHost: inject('dockerHost') })
    const { page } = app
    await page.getByRole('button', { name: 'Try it without a server' }).click(patience)
    await page.getByLabel('Program to try').fill('no-such-gcc', patience)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('status').getByText('The test job failed.').waitFor(patience)
    await page.locator('.findings li', { hasText: 'no-such-gcc does not run' }).waitFor()
    await page.getByRole('button', { name: 'Add runner anyway' }).waitFor()
  })
})

const file = `# kept by hand
concurrent = 2

[[runners]]
  name = "by hand" # whose it is
  url = "http://127.0.0.1:9"
  token = "glrt-canaryCanaryCanary"
  executor = "docker"
  [runners.docker]
    image = "debian:12"
    volumes = [
      # the toolchain
      "/opt/sdk:/opt/sdk:ro",
      "/cache",
    ]
`

describe('the form and the file', () => {
  it('are one: an edit in either arrives in the other, and comments stay', async () => {
    await using folder = await aFolderWith(file)
    await using app = await openRealApp(browser, { dockerHost: inject('dockerHost'), folder: folder.path })
    const { page } = app
    await openRunner(page)
    await page.getByLabel('Jobs at a time').fill('3')
    await page.getByLabel('Volumes and mounts').fill('/data:/data\n/opt/sdk:/opt/sdk:ro\n/cache')
    await page.locator('.diff-new').getByText('/data:/data').waitFor()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved.').waitFor()
    const written = await readFile(app.configFile, 'utf8')
    expect(written).toBe(
      file
        .replace('      # the toolchain', '      "/data:/data",\n      # the toolchain')
        .replace('  executor = "docker"\n', '  limit = 3\n  executor = "docker"\n'),
    )

    await writeFile(app.configFile, written.replace('debian:12', 'debian:13'))
    await page.waitForFunction(
      () => [...document.querySelectorAll('input')].some(({ value }) => value === 'debian:13'),
      undefined,
      { timeout: 20_000 },
    )
  })

  it('do not overwrite each other: a conflict is shown, and what was typed is kept', async () => {
    await using folder = await aFolderWith(file)
    await using app = await openRealApp(browser, { dockerHost: inject('dockerHost'), folder: folder.path })
    const { page } = app
    await openRunner(page)
    await page.getByLabel('Jobs at a time').fill('3')
    await writeFile(app.configFile, file.replace('debian:12', 'debian:13'))
    await page.getByText('The file has changed meanwhile.').waitFor({ timeout: 20_000 })
    await page.getByRole('button', { name: 'Keep mine' }).click()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved.').waitFor()
    const written = await readFile(app.configFile, 'utf8')
    expect({ image: written.includes('debian:13'), limit: written.includes('limit = 3') }).toEqual({
      image: true,
      limit: true,
    })
  })
})

async function openRunner(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Runners', exact: true }).click()
  await page.getByRole('link', { name: 'by hand' }).click()
  await page.locator('.runner-toml .code-block').waitFor()
}

async function aFolderWith(config: string): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'drydock-app-'))
  await writeFile(join(path, 'config.toml'), config, { mode: 0o600 })
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** A folder with a program that calls itself a compiler. */
async function aToolchain(): Promise<AsyncDisposable & { readonly folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'drydock-sdk-'))
  await mkdir(join(folder, 'bin'))
  await writeFile(join(folder, 'bin/sdk-cc'), '#!/bin/sh\necho "sdk-cc (practice) 6.3.0"\necho more\n', {
    mode: 0o755,
  })
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}
