import { spawnSync } from 'node:child_process'

import { rm } from 'node:fs/promises'
import { join } from 'node:path'

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'

import { enqueue, finished } from '../docker/run-job.ts'
import { launchChromium } from '../support/browser.ts'
import { busyboxImage } from '../support/busybox-image.ts'
import { openWorkshop } from '../support/real-workshop.ts'
import { startRegistry } from '../support/registry.ts'
import { keepPicture } from './pictures.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser.close())

const patience = { timeout: 40_000 }
const MiB = 1024 * 1024

/** Lines of a script that holds so many MiB in memory, and then works for some seconds. */
const holding = (mebibytes: number, seconds: number) =>
  `awk 'BEGIN { s = "0123456789abcdef"; while (length(s) < ${mebibytes * MiB}) s = s s; t = systime(); while (systime() < t + ${seconds}) n++ }'`

describe('the page of a job on a real engine', () => {
  it('shows what it uses while it runs, what it moved, and how to make its container again', async () => {
    await using registry = await startRegistry(await busyboxImage(), { layers: [3 * MiB] })
    await using workshop = await openWorkshop(browser, {
      dockerHost: inject('dockerHost'),
      docker: '    memory = "256m"\n    cpus = "1.5"\n',
    })
    const { app, gitlab } = workshop
    const { page } = app
    const image = `${registry.host}/group/tool:1`
    const job = enqueue(workshop, {
      image,
      script: [holding(64, 8), 'echo done'],
      variables: { BOARD: 'atlas' },
    })
    await page.getByRole('link', { name: 'Jobs', exact: true }).click()
    await page.locator('.job-row a').first().click(patience)
    const facts = page.locator('.job-facts')
    await vi.waitFor(
      async () =>
        expect(await facts.innerText()).toMatch(/\d+ MiB of 256 MiB memory[^]*[01](\.\d)? of 1\.5 CPUs/),
      patience,
    )
    await keepPicture(page, 'job-real-running')
    await finished({ gitlab }, job)
    await facts.getByText('Passed').waitFor(patience)
    await facts.getByText(/^peak memory \d+ MiB$/).waitFor(patience)
    expect(await page.locator('.timeline').innerText()).toMatch(/executor[^]*s · [34](\.\d)? MiB/)
    await page.getByRole('tab', { name: 'Details' }).click()
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.getByRole('button', { name: 'Copy the command' }).click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    const command = await page.evaluate(() => navigator.clipboard.readText())
    await keepPicture(page, 'job-real-details')
    const again = spawnSync('sh', ['-c', command.replace(' -it', ' -i')], {
      input: 'echo "$BOARD in $(pwd)"\n',
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], BOARD: 'mine' },
    })
    // Somebody made room by hand.
    await rm(join(app.dataDir, 'logs'), { recursive: true })
    await page.reload()
    await page.getByText('The log cannot be read.').waitFor(patience)
    await page.getByText(/There is no log .*; it may have been removed to make room/).waitFor()
    await keepPicture(page, 'job-real-no-log')
    expect([again.stderr, again.stdout]).toEqual(['', expect.stringMatching(/^mine in \/builds\//)])
  })

  it('says how much memory there was where it ran out', async () => {
    await using workshop = await openWorkshop(browser, {
      dockerHost: inject('dockerHost'),
      docker: '    memory = "48m"\n    memory_swap = "48m"\n',
    })
    const { app } = workshop
    const { page } = app
    const job = enqueue(workshop, { script: ['sleep 2', holding(128, 1)] })
    expect((await finished(workshop, job)).status).toBe('failed')
    await page.getByRole('link', { name: 'Jobs', exact: true }).click()
    await page.locator('.job-row a').first().click(patience)
    const meaning = page.getByRole('region', { name: 'What this means' })
    await meaning
      .getByText('There was not enough memory. It may have 48 MiB, and has used all of it.')
      .waitFor(patience)
    await keepPicture(page, 'job-real-out-of-memory')
  })
})
