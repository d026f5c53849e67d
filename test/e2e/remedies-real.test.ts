import { execFile } from 'node:child_process'
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'

import { enqueue, finished } from '../docker/run-job.ts'
import { launchChromium } from '../support/browser.ts'
import { openRealApp } from '../support/real-app.ts'
import { openWorkshop, type RealWorkshop } from '../support/real-workshop.ts'
import { addFolder } from './toolchain-steps.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser.close())

const patience = { timeout: 40_000 }

interface Workshop extends RealWorkshop {
  readonly toolchain: string
}

/** With a folder that has a program for glibc, which busybox's image has not. */
async function aWorkshop(runner = ''): Promise<Workshop> {
  const workshop = await openWorkshop(browser, { dockerHost: inject('dockerHost'), runner })
  const toolchain = join(workshop.folder, 'sdk-3.1')
  await mkdir(join(toolchain, 'bin'), { recursive: true })
  await copyFile('/usr/bin/env', join(toolchain, 'bin/sdk-tool'))
  return { ...workshop, toolchain }
}

/** Adds the folder to the library, and gives it to the runner. */
async function giveToRunner({ app: { page }, toolchain }: Workshop): Promise<void> {
  await addFolder(page, toolchain)
  await page.getByRole('button', { name: 'Add to a runner' }).click(patience)
  await page.getByRole('menuitem', { name: 'tangxin' }).click()
  await page.locator('.diff-new').first().waitFor(patience)
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByRole('link', { name: 'tangxin' }).waitFor(patience)
}

describe('a job that fails because its image does not suit its toolchain', () => {
  it('says so, and runs once the image is used that the page offers', async () => {
    await using workshop = await aWorkshop()
    const { app, gitlab } = workshop
    const { page } = app
    await giveToRunner(workshop)
    const { status } = await finished({ gitlab }, enqueue({ gitlab }, { script: ['sdk-tool true'] }))
    expect(status).toBe('failed')

    await page.getByRole('link', { name: 'Jobs', exact: true }).click()
    await page.locator('.job-row a').first().click(patience)
    const meaning = page.getByRole('region', { name: 'What this means' })
    await meaning.getByText('sdk-tool is in sdk 3.1, but is', { exact: false }).waitFor(patience)
    const offer = meaning.getByRole('button', { name: /^Use \S+:/ })
    const image = (await offer.innerText()).replace('Use ', '')
    await offer.click()
    await page.locator('.diff-new').getByText(`image = "${image}"`).waitFor(patience)
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached', ...patience })
    expect(await readFile(app.configFile, 'utf8')).toContain(`image = "${image}"`)
    const again = enqueue({ gitlab }, { script: ['sdk-tool true'], image })
    expect((await finished({ gitlab }, again)).status).toBe('success')
  })
})

describe('a trap the doctor names', () => {
  it('is mended by a button, and no longer there when it is looked for again', async () => {
    await using workshop = await aWorkshop('  environment = ["PATH=/opt/sdk/bin:$PATH"] # by hand\n')
    const { app } = workshop
    const { page } = app
    await giveToRunner(workshop)
    await page.getByRole('tab', { name: 'Doctor' }).click()
    await page.getByRole('button', { name: /^sdk@3.1, drydock-test\/debian:1: / }).click(patience)
    await page.getByRole('button', { name: 'Fix…' }).click(patience)
    await page.locator('.diff-gone').getByText('PATH=/opt/sdk/bin:$PATH').waitFor(patience)
    await page.getByRole('dialog').getByRole('button', { name: 'Mend' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached', ...patience })
    expect(await readFile(app.configFile, 'utf8')).not.toContain('PATH=/opt/sdk/bin:$PATH')
    await page.getByRole('button', { name: 'Fix…' }).waitFor({ state: 'detached', ...patience })
  })
})

it('a folder of the wizard becomes a toolchain there and then', async () => {
  await using app = await openRealApp(browser, { dockerHost: inject('dockerHost') })
  const { page } = app
  const folder = join(app.dataDir, '..', 'sdk-3.1')
  await mkdir(join(folder, 'bin'), { recursive: true })
  await writeFile(join(folder, 'bin/sdk-cc'), '#!/bin/sh\necho "sdk-cc 3.1"\n', { mode: 0o755 })
  await page.getByRole('button', { name: 'Try it without a server' }).click(patience)
  await page.getByRole('combobox', { name: 'Image' }).fill('drydock-test/busybox:1', patience)
  await page.keyboard.press('Tab')
  await page.getByRole('button', { name: 'Add a folder' }).click()
  await page.getByRole('textbox', { name: 'Folder here' }).fill(folder)
  await page.getByRole('textbox', { name: 'Where jobs see it' }).fill('/opt/sdk')
  await page.getByRole('button', { name: 'Look after it as a toolchain' }).click(patience)
  await page.getByRole('button', { name: 'Add toolchain' }).click()
  await page.locator('.job-picture').getByText('/opt/sdk/bin').waitFor(patience)
  await page.getByLabel('Program to try').fill('sdk-cc')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText('The test job passed').waitFor(patience)
  await page.getByRole('button', { name: 'Add runner' }).click()
  await page.getByRole('button', { name: 'Run the sample pipeline' }).waitFor(patience)
  expect({
    library: await readdir(join(app.dataDir, 'toolchains')),
    isAssigned: (await readFile(app.configFile, 'utf8')).includes('# >>> toolchain sdk@3.1'),
  }).toEqual({ library: ['sdk.current', 'sdk@3.1.json'], isAssigned: true })
})

it('an import that is stopped leaves no toolchain, and goes on where it ended', async () => {
  await using workshop = await aWorkshop()
  const { app, toolchain } = workshop
  const { page } = app
  const files = 400
  for (let file = 0; file < files; file++)
    await writeFile(join(toolchain, `part-${file}`), 'x'.repeat(500_000))
  const archive = `${toolchain}.tar.gz`
  await promisify(execFile)('tar', ['-czf', archive, '-C', join(toolchain, '..'), 'sdk-3.1'])
  await page.getByRole('link', { name: 'Toolchains', exact: true }).click()
  await page.getByRole('link', { name: 'Add a folder…' }).click()
  await page.getByText('In an archive').click()
  await page.getByRole('textbox', { name: 'Archive', exact: true }).fill(archive)
  await page.getByRole('textbox', { name: 'Name' }).fill('sdk')
  await page.getByRole('textbox', { name: 'Version' }).fill('3.1')
  await page.getByRole('textbox', { name: 'Where jobs see it' }).fill('/opt/sdk')
  await page.getByRole('button', { name: 'Import' }).click()
  await page.getByText(/MiB unpacked/).waitFor(patience)
  await page.getByRole('button', { name: 'Stop' }).click()
  const library = () => readdir(join(app.dataDir, 'toolchains')).catch(() => [])
  const between = await library()
  await page.getByRole('button', { name: 'Import' }).click()
  await page.getByText(`${files + 1} files`, { exact: false }).waitFor(patience)
  expect([between, await library()]).toEqual([[], ['sdk.current', 'sdk@3.1.json']])
})
