import { execFile } from 'node:child_process'
import { appendFile, copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'

import { parseConfig } from '../../main/engine/config/parse-config.ts'
import { blogConfig } from '../engine/config/blog-config.ts'
import { launchChromium } from '../support/browser.ts'
import { openRealApp } from '../support/real-app.ts'
import { addFolder } from './toolchain-steps.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser.close())

const busybox = 'drydock-test/busybox:1'
const patience = { timeout: 25_000 }

const config = `# kept by hand
concurrent = 2

[[runners]]
  name = "tangxin" # the fast one
  url = "http://127.0.0.1:9"
  token = "glrt-canaryCanaryCanary"
  executor = "docker"
  [runners.docker]
    image = "${busybox}"
    volumes = [
      # the cache
      "/cache",
    ]
`

interface Place extends AsyncDisposable {
  /** Of the configuration and the data. */
  readonly folder: string
  readonly toolchain: string
}

/** A configuration, and a folder with a script and a program for glibc, which busybox's image has not. */
async function aPlace(text: string): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'drydock-app-'))
  const toolchain = join(folder, 'sdk-3.1')
  await writeFile(join(folder, 'config.toml'), text, { mode: 0o600 })
  await mkdir(join(toolchain, 'bin'), { recursive: true })
  await writeFile(join(toolchain, 'bin/sdk-cc'), '#!/bin/sh\necho "sdk-cc 3.1"\n', { mode: 0o755 })
  await copyFile('/usr/bin/env', join(toolchain, 'bin/sdk-tool'))
  return { folder, toolchain, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}

describe('a toolchain on a real engine', () => {
  it('is added, given to a runner, examined, and its drift accepted as a new version', async () => {
    await using place = await aPlace(config)
    const { folder, toolchain } = place
    await using app = await openRealApp(browser, { dockerHost: inject('dockerHost'), folder })
    const { page } = app

    await addFolder(page, toolchain)
    await page.getByText('As recorded', { exact: false }).first().waitFor(patience)
    await page.getByRole('button', { name: 'Add to a runner' }).click()
    await page.getByRole('menuitem', { name: 'tangxin' }).click()
    await page.locator('.diff-new').getByText(`"${toolchain}:/opt/sdk:ro",`).waitFor(patience)
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByRole('link', { name: 'tangxin' }).waitFor(patience)
    const assigned = await readFile(app.configFile, 'utf8')
    const before = config.split('\n')
    const after = assigned.split('\n')
    expect(before.filter((line) => !after.includes(line))).toEqual([])
    expect(after.filter((line) => !before.includes(line)).map((line) => line.trim())).toEqual([
      'pre_build_script = """',
      '# >>> toolchain sdk@3.1',
      `# belongs to it: volume ${toolchain}:/opt/sdk:ro`,
      '# belongs to it: exports PATH',
      '# belongs to it: made script',
      'export PATH="/opt/sdk/bin${PATH:+:$PATH}"',
      '# <<< toolchain sdk@3.1',
      '"""',
      `"${toolchain}:/opt/sdk:ro",`,
    ])

    await page.getByRole('tab', { name: 'Doctor' }).click()
    await page.getByRole('button', { name: `sdk@3.1, ${busybox}: Not checked` }).click(patience)
    await page.getByText('1 of 2 programs run').waitFor(patience)
    await page.getByRole('button', { name: 'Show it' }).click()
    expect(await page.locator('.program-list li').allInnerTexts()).toEqual(['/opt/sdk/bin/sdk-tool'])
    expect(await page.locator('.proof').allInnerTexts()).toEqual(['$ sdk-cc --version\n\nsdk-cc 3.1'])
    await page.getByRole('button', { name: `sdk@3.1, ${busybox}: Does not run` }).waitFor(patience)

    await appendFile(join(toolchain, 'bin/sdk-cc'), 'echo patched\n')
    await page.getByRole('tab', { name: 'Use' }).click()
    await page.getByRole('button', { name: 'Check again' }).click()
    await page.getByText('1 file is no longer what was recorded').waitFor(patience)
    expect(await page.locator('.drift-files li').allInnerTexts()).toEqual(['changed\nbin/sdk-cc'])
    await page.getByRole('textbox', { name: 'New version' }).fill('3.2')
    await page.getByRole('button', { name: 'Accept as new version' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Accept as new version' }).click()
    await page.getByRole('heading', { name: 'sdk 3.2', exact: true }).waitFor(patience)
    await page.getByRole('link', { name: 'tangxin' }).waitFor(patience)
    expect(await readFile(app.configFile, 'utf8')).toBe(assigned.replaceAll('sdk@3.1', 'sdk@3.2'))

    await page.getByRole('button', { name: 'Take it off tangxin' }).click()
    await page.getByRole('button', { name: 'Take off', exact: true }).click()
    await page.getByText('No runner has it.', { exact: false }).waitFor(patience)
    expect(await readFile(app.configFile, 'utf8')).toBe(config)

    await page.getByRole('button', { name: 'Remove', exact: true }).click()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('link', { name: 'sdk 3.2' }).click(patience)
    await page.getByRole('button', { name: 'Remove', exact: true }).click()
    await page.getByText('No toolchains yet.', { exact: false }).waitFor(patience)
    expect(await readdir(join(app.dataDir, 'toolchains'))).toEqual([])
  })

  it('is seen when the command line changes it, and a conflict in the file is shown', async () => {
    await using place = await aPlace(config)
    const { folder, toolchain } = place
    await using app = await openRealApp(browser, { dockerHost: inject('dockerHost'), folder })
    const { page } = app
    await addFolder(page, toolchain)
    await page.getByRole('button', { name: 'Add to a runner' }).click()
    await page.getByRole('menuitem', { name: 'tangxin' }).click()
    await page.locator('.diff-new').first().waitFor(patience)
    await writeFile(app.configFile, config.replace('concurrent = 2', 'concurrent = 3'))
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByText('has changed meanwhile').waitFor(patience)
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByRole('link', { name: 'tangxin' }).waitFor(patience)
    expect(await readFile(app.configFile, 'utf8')).toContain('concurrent = 3')
    await rm(join(app.dataDir, 'toolchains/sdk@3.1.json'))
    await page.getByText('This toolchain is not in the library any more.').waitFor(patience)
  })
})

it('a toolchain is copied into a volume of the engine, stopped and gone on with, and its runners get the volume', async () => {
  await using place = await aPlace(config)
  const { folder, toolchain } = place
  const volume = `drydock-test-${crypto.randomUUID().slice(0, 8)}`
  await using app = await openRealApp(browser, { dockerHost: inject('dockerHost'), folder })
  const { page } = app
  for (let index = 0; index < 300; index++)
    await writeFile(join(toolchain, `part-${index}`), 'x'.repeat(500_000))
  await addFolder(page, toolchain)
  await page.getByText('As recorded', { exact: false }).first().waitFor(patience)
  await page.getByRole('button', { name: 'Add to a runner' }).click()
  await page.getByRole('menuitem', { name: 'tangxin' }).click()
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByRole('link', { name: 'tangxin' }).waitFor(patience)
  const before = await readFile(app.configFile, 'utf8')
  const docker = async (...args: readonly string[]) =>
    (await promisify(execFile)('docker', ['--host', inject('dockerHost'), ...args])).stdout
  try {
    await page.getByLabel('Name of the volume').fill(volume)
    await page.getByRole('button', { name: 'Copy into the volume' }).click()
    await page.getByText(/ copied$/).waitFor(patience)
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.getByRole('button', { name: 'Copy into the volume' }).click()
    await page.getByText(`in the volume ${volume}, read back and compared.`).waitFor({ timeout: 60_000 })
    await page.getByRole('button', { name: 'Use the volume' }).click()
    await page.locator('.diff-new').getByText(`"${volume}:/opt/sdk:ro",`).waitFor(patience)
    await page.getByRole('dialog').getByRole('button', { name: 'Use the volume' }).click()
    await page.getByText(`Jobs get the copy in the volume ${volume}.`).waitFor(patience)
    // The library knows of it before the file does.
    await expect
      .poll(() => readFile(app.configFile, 'utf8'), patience)
      .toBe(before.replaceAll(`${toolchain}:/opt/sdk:ro`, `${volume}:/opt/sdk:ro`))
    expect(await docker('volume', 'ls', '--quiet')).toContain(volume)
  } finally {
    await docker('volume', 'rm', volume)
  }
})

it('an archive becomes a toolchain, and one that is not its vendor’s is refused untouched', async () => {
  await using place = await aPlace(config)
  const { folder } = place
  const archive = join(folder, 'sdk-3.1.tar.gz')
  await promisify(execFile)('tar', ['-czf', archive, '-C', folder, 'sdk-3.1'])
  await using app = await openRealApp(browser, { dockerHost: inject('dockerHost'), folder })
  const { page } = app
  await page.getByRole('link', { name: 'Toolchains', exact: true }).click()
  await page.getByRole('link', { name: 'Add a folder…' }).click()
  await page.getByText('In an archive').click()
  await page.getByRole('textbox', { name: 'Archive', exact: true }).fill(archive)
  await page.getByRole('textbox', { name: /^SHA-256/ }).fill('0'.repeat(64))
  await page.getByRole('textbox', { name: 'Name' }).fill('sdk')
  await page.getByRole('textbox', { name: 'Version' }).fill('3.1')
  await page.getByRole('textbox', { name: 'Where jobs see it' }).fill('/opt/sdk')
  await page.getByRole('button', { name: 'Import' }).click()
  await page.getByText(`The checksum of ${archive} is`, { exact: false }).waitFor(patience)
  await page.getByRole('button', { name: 'Back' }).click()
  await page.getByRole('textbox', { name: /^SHA-256/ }).fill('')
  await page.getByRole('button', { name: 'Import' }).click()
  await page.getByRole('link', { name: 'Open toolchain' }).click(patience)
  await page.getByRole('heading', { name: 'sdk 3.1' }).waitFor(patience)
  expect(await page.locator('.sees-path li').allInnerTexts()).toEqual([
    '/opt/sdk/bin',
    'then the image’s own',
  ])
})

describe('the configuration a team has written by hand', () => {
  it('is adopted and edited, and still runs with its comments in place', async () => {
    await using place = await aPlace('')
    const { folder } = place
    const atlas = join(folder, 'atlas500')
    await mkdir(join(atlas, 'host/bin'), { recursive: true })
    const text = blogConfig
      .replace('"/root/atlas500:/root/atlas500:ro"', `"${atlas}:/root/atlas500:ro"`)
      .replace('https://git.example.com', 'http://127.0.0.1:9')
    await writeFile(join(folder, 'config.toml'), text)
    await using app = await openRealApp(browser, { dockerHost: inject('dockerHost'), folder })
    const { page } = app
    await page.getByRole('link', { name: 'Toolchains', exact: true }).click()
    await page.getByText(`${atlas} is mounted by 1 runner. Look after it as a toolchain?`).waitFor(patience)
    await page.getByRole('button', { name: 'Look after it' }).click()
    await page.getByRole('textbox', { name: 'Version' }).fill('20.2')
    await page.getByRole('button', { name: 'Show what changes' }).click()
    await page.locator('.diff-new').first().waitFor(patience)
    expect(await page.locator('.diff-gone').count()).toBe(0)
    await page.getByRole('dialog').getByRole('button', { name: 'Look after it' }).click()
    await page.getByRole('link', { name: 'atlas500 20.2' }).click(patience)
    const ours = /toolchain atlas500|belongs to it/
    const written = await readFile(app.configFile, 'utf8')
    const without = (from: string) => from.split('\n').filter((line) => !ours.test(line))
    expect(without(written).join('\n')).toBe(text)

    await page.getByRole('tab', { name: 'Description' }).click()
    await page.getByRole('textbox', { name: 'Variables' }).fill('DDK_HOME=/root/atlas500\nDDK_LEVEL=2')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.locator('.diff-new').getByText('DDK_LEVEL=2').waitFor(patience)
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved.').waitFor(patience)

    const edited = await readFile(app.configFile, 'utf8')
    const comments = (from: string) => from.match(/#.*/g)?.filter((line) => !ours.test(line))
    expect(comments(edited)).toEqual(comments(text))
    const runner = parseConfig(edited, {}).config?.runners[0]
    expect(runner?.environment).toContain('DDK_LEVEL=2')
    expect(runner?.docker?.volumes).toEqual([`${atlas}:/root/atlas500:ro`])
    const { stdout } = await promisify(execFile)(
      'sh',
      ['-euc', `${runner?.pre_build_script}\necho "$PATH"`],
      { env: { PATH: '/usr/bin:/bin', LD_LIBRARY_PATH: '', DDK_HOME: '/root/atlas500' } },
    )
    expect(stdout.split(':')).toContain('/root/atlas500/host/bin')
  })
})

it('the wizard gives a new runner a toolchain of the library, and proves it in a container', async () => {
  await using place = await aPlace('')
  const { folder, toolchain } = place
  await using app = await openRealApp(browser, { dockerHost: inject('dockerHost'), folder })
  const { page } = app
  await page.goto(`${page.url().split('#')[0]}#/toolchains`)
  await page.getByRole('link', { name: 'Add a folder…' }).waitFor(patience)
  await addFolder(page, toolchain)
  await page.goto(`${page.url().split('#')[0]}#/setup`)
  await page.getByRole('button', { name: 'Try it without a server' }).click(patience)
  await page.getByRole('combobox', { name: 'Image' }).fill(busybox, patience)
  await page.keyboard.press('Tab')
  await page.getByText('sdk 3.1').click()
  await page.locator('.job-picture').getByText('/opt/sdk/bin').waitFor(patience)
  await page.getByLabel('Program to try').fill('sdk-cc')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText('The test job passed').waitFor(patience)
  expect(await page.locator('.findings li').allInnerTexts()).toEqual([
    '/opt/sdk is mounted',
    '/opt/sdk cannot be changed',
    '/opt/sdk/bin is in PATH',
    'sdk-cc runs · sdk-cc 3.1',
  ])
  await page.getByRole('button', { name: 'Add runner' }).click()
  await page.getByRole('button', { name: 'Run the sample pipeline' }).waitFor(patience)
  expect(await readFile(app.configFile, 'utf8')).toContain('# >>> toolchain sdk@3.1')
})
