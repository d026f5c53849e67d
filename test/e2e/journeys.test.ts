import { readFile } from 'node:fs/promises'

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { launchChromium, openApp } from '../support/browser.ts'
import { LogWriter } from '../support/fake-log.ts'
import { preparing, somePulls } from '../support/fake-pulls.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser.close())

describe('someone who looks in', () => {
  it('sees what runs, opens it, and watches its log grow', async () => {
    await using app = await openApp(browser)
    await app.page
      .getByRole('link', { name: /build:arm64 .*firmware\/boot/ })
      .first()
      .click()
    await app.page.getByRole('heading', { name: 'build:arm64' }).waitFor()
    app.engine.print(215, new LogWriter(Date.now()).out('a line nobody has seen before').text)
    await app.page.getByText('a line nobody has seen before').waitFor()
    app.engine.finish(215, { result: 'success' })
    await app.page.locator('.job-headline').getByText('Passed').waitFor()
    expect(app.complaints).toEqual([])
  })

  it('sees how far what is on its way is', async () => {
    await using app = await openApp(browser)
    await app.page.goto(`${app.origin}/#/jobs/215`)
    const cache = app.page.locator('.progress-row', { hasText: 'Downloading cache' })
    await cache.waitFor()
    expect(await cache.textContent()).toBe('Downloading cache92.3 MiB of 324.2 MiB · 23.1 MiB/s')
    const bar = cache.getByRole('progressbar')
    expect(Number(await bar.getAttribute('value')) / Number(await bar.getAttribute('max'))).toBeCloseTo(
      0.28,
      2,
    )
  })

  it('sees a job that begins now, without asking', async () => {
    await using app = await openApp(browser)
    app.engine.accept({ name: 'deploy:staging' })
    await app.page.getByText('deploy:staging').first().waitFor()
    await app.page.getByText('3 of 4 running').waitFor()
  })

  it('sees how far the images are that a job waits for', async () => {
    await using app = await openApp(browser)
    const id = app.engine.accept({ name: 'build:arm64', ...preparing })
    app.engine.pulling(id, somePulls)
    await app.page.goto(`${app.origin}/#/jobs/${id}`)
    const pulls = app.page.getByRole('list', { name: 'Images being pulled' }).getByRole('listitem')
    await pulls.first().waitFor()
    const [first = '', second = ''] = await pulls.allInnerTexts()
    expect([first.split('\n'), second.split('\n')]).toEqual([
      [
        'registry.example.com/firmware/atlas-sdk:2.4',
        '1 of 3 layers · 320 MiB of 640 MiB · 20 MiB/s · 16 s left',
      ],
      [
        'postgres:17',
        '0 of 2 layers · 12 MiB of 48 MiB or more',
        'The registry broke off; the engine tries again.',
      ],
    ])
    expect(await pulls.getByRole('progressbar').first().getAttribute('value')).toBe('0.5')
    app.engine.pulling(id, [])
    app.engine.move(id, { phase: 'running', stage: 'step_script' })
    await pulls.first().waitFor({ state: 'detached' })
    expect(app.complaints).toEqual([])
  })

  it('takes a cancellation back, by button or key, and the job runs on', async () => {
    await using app = await openApp(browser)
    await app.page.goto(`${app.origin}/#/jobs/215`)
    await app.page.getByRole('button', { name: 'Cancel job' }).click()
    await app.page.getByRole('button', { name: 'Undo' }).click()
    await app.page.getByRole('button', { name: 'Cancel job' }).click()
    await app.page.keyboard.press('Control+z')
    await app.page.getByText('build:arm64 will be canceled.').waitFor({ state: 'detached' })
    await app.page.getByRole('button', { name: 'Cancel job' }).waitFor()
    expect(await app.page.locator('.job-headline').innerText()).toContain('Running')
  })

  it('has a job kept, and is told how to look into it', async () => {
    await using app = await openApp(browser)
    await app.page.goto(`${app.origin}/#/jobs/215`)
    await app.page.getByRole('button', { name: 'Keep container' }).click()
    await app.page.getByText('Its container will be kept when the job ends.').waitFor()
    app.engine.finish(215, {
      result: 'failed',
      reason: 'script_failure',
      message: 'exit code 2',
      exitCode: 2,
    })
    await app.page.getByText('They are removed in').waitFor()
    await app.page.getByRole('button', { name: 'Open a shell' }).click()
    await app.page.getByText('drydock shell 40215').waitFor()
    await app.page.keyboard.press('Escape')
    await app.page.getByRole('button', { name: 'Remove now' }).click()
    await app.page.getByText('They are removed in').waitFor({ state: 'detached' })
  })

  it('cancels a job and sees it canceled', async () => {
    await using app = await openApp(browser)
    await app.page.goto(`${app.origin}/#/jobs/215`)
    await app.page.getByRole('button', { name: 'Cancel job' }).click()
    await app.page.locator('.job-headline').getByText('Canceled').waitFor()
    expect(await app.page.locator('.job-headline').innerText()).toContain('here')
  })

  it('is not led to pages that the practice GitLab does not have', async () => {
    await using app = await openApp(browser)
    await app.page.goto(`${app.origin}/#/jobs/210`)
    await app.page.getByRole('link', { name: 'Open in GitLab' }).waitFor()
    app.engine.setStatus({ practiceUrl: 'https://git.example.com' })
    await app.page.getByRole('link', { name: 'Open in GitLab' }).waitFor({ state: 'detached' })
  })

  it('pauses and resumes from the foot of the sidebar', async () => {
    await using app = await openApp(browser)
    await app.page.getByRole('button', { name: '2 of 4 running' }).click()
    await app.page.getByRole('button', { name: 'Pause' }).click()
    await app.page.getByRole('button', { name: 'Resume' }).click()
    await app.page.getByRole('button', { name: 'Pause' }).waitFor()
  })

  it('is told why Docker is unreachable and what to do', async () => {
    await using app = await openApp(browser)
    app.engine.setStatus({
      docker: {
        state: 'unreachable',
        endpoint: 'unix:///x',
        problem: 'Docker does not answer',
        remedy: 'Start Docker',
      },
    })
    await app.page.locator('.overview-side').getByText('Docker does not answer. Start Docker').waitFor()
  })
})

describe('someone who searches the history', () => {
  it('finds as they type, filters, and gets everything back', async () => {
    await using app = await openApp(browser)
    await app.page.getByRole('heading', { name: 'Overview' }).waitFor()
    await app.page.keyboard.press('g')
    await app.page.keyboard.press('j')
    await app.page.getByRole('heading', { name: 'Jobs' }).waitFor()
    await app.page.keyboard.press('/')
    await app.page.waitForFunction(() => document.activeElement?.tagName === 'INPUT')
    await app.page.keyboard.type('radio lint')
    const { total } = await app.engine.api.findJobs({ text: 'radio lint', limit: 1 })
    await app.page.getByText(`${total} jobs`).waitFor()
    await app.page.getByRole('button', { name: 'Status' }).click()
    await app.page.getByRole('option', { name: 'Failed' }).click()
    const rows = app.page.locator('.job-row')
    await app.page.waitForFunction(() => document.querySelectorAll('.job-row').length < 10)
    expect(new Set(await rows.locator('.status').allInnerTexts())).toEqual(new Set(['Failed']))
    await app.page.getByRole('searchbox').fill('nothing is called this')
    await app.page.locator('.notice').getByRole('button', { name: 'Show all jobs' }).click()
    await app.page.getByText('216 jobs').waitFor()
  })

  it('keeps filters as a view, shows it again from the palette, and forgets it', async () => {
    await using app = await openApp(browser)
    const { page } = app
    await page.goto(`${app.origin}/#/jobs`)
    await page.getByRole('button', { name: 'Branch' }).click()
    await page.getByRole('option', { name: 'main' }).click()
    await page.getByRole('button', { name: 'Views', exact: true }).click()
    await page.getByLabel('Name of this view').fill('Main alone')
    await page.getByRole('button', { name: 'Keep view' }).click()
    await page.getByRole('button', { name: 'Views: Main alone' }).waitFor()
    await page.getByRole('button', { name: 'Show all jobs' }).click()
    await page.reload()
    await page.getByRole('heading', { name: 'Jobs' }).waitFor()
    await page.keyboard.press('Control+k')
    await page.keyboard.type('main alone')
    await page.getByRole('option', { name: 'Main alone Views' }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Views: Main alone' }).click()
    await page.getByRole('button', { name: 'Forget the view Main alone' }).click()
    await page.getByText('The view Main alone will be forgotten.').waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('button', { name: 'Views: Main alone' }).click()
    await page.getByRole('button', { name: 'Forget the view Main alone' }).waitFor()
    expect(app.complaints).toEqual([])
  })

  it('filters by branch, and removes the filter again', async () => {
    await using app = await openApp(browser)
    await app.page.goto(`${app.origin}/#/jobs`)
    await app.page.getByRole('button', { name: 'Branch' }).click()
    await app.page.getByRole('option', { name: 'fix-7' }).click()
    await app.page.getByRole('button', { name: 'Branch: fix-7' }).waitFor()
    const { total } = await app.engine.api.findJobs({ branch: 'fix-7', limit: 1 })
    await app.page.getByText(`${total} jobs`).waitFor()
    await app.page.getByRole('button', { name: 'Remove the filter Branch' }).click()
    await app.page.getByText('216 jobs').waitFor()
    expect(app.complaints).toEqual([])
  })

  it('puts the longest first, and the shortest', async () => {
    await using app = await openApp(browser)
    await app.page.goto(`${app.origin}/#/jobs`)
    const longest = await app.engine.api.findJobs({ sort: 'duration', order: 'desc', limit: 1 })
    const shown = () => app.page.locator('.job-row a').first().getAttribute('href')
    await app.page.getByRole('button', { name: 'Duration' }).click()
    await app.page.locator('[aria-sort="descending"]', { hasText: 'Duration' }).waitFor()
    await expect.poll(() => shown()).toBe(`#/jobs/${longest.jobs[0]?.id}`)
    await app.page.getByRole('button', { name: 'Duration' }).click()
    await expect.poll(() => shown()).not.toBe(`#/jobs/${longest.jobs[0]?.id}`)
  })

  it('walks through the list with the keyboard alone and opens a job', async () => {
    await using app = await openApp(browser)
    await app.page.goto(`${app.origin}/#/jobs`)
    await app.page.locator('.job-row a').first().focus()
    const focused = () => app.page.evaluate(() => document.activeElement?.getAttribute('href'))
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowUp']) {
      const before = await focused()
      await app.page.keyboard.press(key)
      await expect.poll(focused).not.toBe(before)
    }
    await app.page.keyboard.press('Enter')
    await app.page.waitForFunction(() => window.location.hash === '#/jobs/214')
  })

  it('reaches the oldest of ten thousand jobs, of which few are drawn', async () => {
    await using app = await openApp(browser, { remembers: 10_000 })
    await app.page.goto(`${app.origin}/#/jobs`)
    await app.page.getByText('10,002 jobs').waitFor()
    const drawn = await app.page.locator('.job-row').count()
    await app.page.locator('.job-row a').first().focus()
    const last = async () =>
      Number((await app.page.locator('.job-place').last().getAttribute('aria-rowindex')) ?? 0)
    // Each end is the end of what has been read, until more of it is.
    for (let reached = 0; reached < 300; reached = await last()) {
      await app.page.keyboard.press('End')
      await expect.poll(last).toBeGreaterThan(reached)
    }
    expect(drawn).toBeLessThan(60)
  })
})

describe('someone who takes jobs along', () => {
  it('saves those that the filter shows, all of them, as a file for a spreadsheet', async () => {
    await using app = await openApp(browser, { remembers: 5000 })
    await app.page.goto(`${app.origin}/#/jobs`)
    await app.page.getByRole('searchbox', { name: 'Search jobs' }).fill('flash-station')
    const count = app.page.locator('.jobs-found [aria-live]')
    await vi.waitFor(async () => expect(await count.innerText()).toMatch(/^1,\d{3} jobs$/))
    const found = Number((await count.innerText()).replaceAll(/\D/g, ''))
    const saved = app.page.waitForEvent('download')
    await app.page.getByRole('button', { name: 'Export these jobs' }).click()
    await app.page.getByRole('menuitem', { name: 'Export as CSV' }).click()
    const download = await saved
    const text = await readFile(await download.path(), 'utf8')
    const rows = text.trimEnd().split('\r\n').slice(1)
    expect({
      name: download.suggestedFilename(),
      rows: rows.length,
      others: rows.filter((row) => !row.includes('tools/flash-station')),
      complaints: app.complaints,
    }).toEqual({
      name: expect.stringMatching(/^drydock-jobs-\d{4}-\d\d-\d\d\.csv$/),
      rows: found,
      others: [],
      complaints: [],
    })
    await app.page.getByRole('button', { name: 'Export these jobs' }).waitFor()
  })
})

describe('someone who reads a log', () => {
  it('searches it, walks through the hits, and folds a section', async () => {
    await using app = await openApp(browser)
    await app.page.goto(`${app.origin}/#/jobs/210`)
    await app.page.getByRole('searchbox', { name: 'Search the log' }).fill('WARNING')
    await app.page.getByText('1 of 3').waitFor()
    await app.page.keyboard.press('Enter')
    await app.page.getByText('2 of 3').waitFor()
    await app.page.getByRole('button', { name: 'Fold all' }).click()
    await app.page.locator('.log-scroller').evaluate((element) => element.scrollTo(0, 0))
    await app.page.getByRole('button', { name: /^Unfold Getting source/ }).click()
    await app.page.getByText('Initialized empty Git repository').waitFor()
    expect(app.complaints).toEqual([])
  })

  it('finds in a line that is drawn over what it says now, and keeps its place', async () => {
    await using app = await openApp(browser)
    await app.page.goto(`${app.origin}/#/jobs/215`)
    const hits = app.page.locator('.log-hits')
    const says = (text: string) => vi.waitFor(async () => expect(await hits.innerText()).toBe(text))
    const print = (write: (log: LogWriter) => LogWriter) =>
      app.engine.print(215, write(new LogWriter(Date.now())).text)
    print((log) => log.out('flash: begin', '').bar('flash: 10%', 'flash: 50%'))
    await app.page.getByRole('searchbox', { name: 'Search the log' }).fill('flash: ')
    await says('1 of 2')
    await app.page.keyboard.press('Enter')
    await says('2 of 2')
    print((log) =>
      log.bar(...Array.from({ length: 20_000 }, (_, step) => `flash: 5${step % 10}%`), 'verified'),
    )
    await says('1 of 1')
    print((log) => log.bar('flash: 100%'))
    await says('2 of 2')
    expect(await app.page.locator('.log-row', { hasText: 'flash: 100%' }).count()).toBe(1)
    expect(app.complaints).toEqual([])
  })

  it('sees the end of a failed job first, and the beginning of one that passed', async () => {
    await using app = await openApp(browser)
    await app.page.goto(`${app.origin}/#/jobs/210`)
    await app.page.getByText('ERROR: Job failed').waitFor()
    await app.page.goto(`${app.origin}/#/jobs/209`)
    await app.page.getByText('Running with drydock').waitFor()
  })

  it('goes to the first error of a failed job', async () => {
    await using app = await openApp(browser)
    await app.page.goto(`${app.origin}/#/jobs/210`)
    await app.page.getByRole('button', { name: 'First error' }).click()
    await app.page.locator('.is-target', { hasText: 'implicit declaration' }).waitFor()
  })

  it('is led there from a notification, and to a line far down in a long log', async () => {
    await using app = await openApp(browser)
    await app.page.goto(`${app.origin}/#/jobs/210#error`)
    await app.page.locator('.is-target', { hasText: 'implicit declaration' }).waitFor()
    const log = new LogWriter(Date.now())
    for (let line = 1; line <= 30_000; line++) log.out(`CC drivers/part_${line}.o`)
    app.engine.print(209, log.text)
    await app.page.goto(`${app.origin}/#/jobs/209#L29000`)
    await app.page.locator('.is-target:visible').waitFor()
    expect(app.complaints).toEqual([])
  })

  it('sees its last line also beside what is about to happen', async () => {
    await using app = await openApp(browser)
    await app.page.goto(`${app.origin}/#/jobs/215`)
    app.engine.print(
      215,
      new LogWriter(Date.now()).out(...Array.from({ length: 60 }, () => 'CC'), 'the last').text,
    )
    const last = app.page.locator('.log-row', { hasText: 'the last' })
    await last.waitFor()
    await app.page.getByRole('button', { name: 'Cancel job' }).click()
    const toast = app.page.locator('.grace')
    await toast.waitFor()
    const bottomOf = async (what: typeof last) => {
      const box = await what.boundingBox()
      return { top: box?.y ?? 0, bottom: (box?.y ?? 0) + (box?.height ?? 0) }
    }
    await vi.waitFor(async () =>
      expect((await bottomOf(last)).bottom).toBeLessThanOrEqual((await bottomOf(toast)).top),
    )
  })

  it('is told what a failure means, and where it is said', async () => {
    await using app = await openApp(browser)
    await app.page.goto(`${app.origin}/#/jobs/210`)
    const means = app.page.locator('.explanation')
    await means.getByText('Either /root/atlas500/bin/aarch64-linux-gnu-strip is not there').waitFor()
    await means.getByRole('link', { name: 'Show the line' }).click()
    await app.page.locator('.is-target', { hasText: 'strip: not found' }).waitFor()
  })

  it('reads long lines whole where they are wrapped, and is led to any of them', async () => {
    await using app = await openApp(browser)
    await app.page.goto(`${app.origin}/#/jobs/215`)
    const log = new LogWriter(Date.now())
    for (let line = 0; line < 60; line++)
      log.out(`${line} ${'words and 字 '.repeat(line % 20)}end of ${line}.`)
    app.engine.print(215, log.text)
    await app.page.getByRole('button', { name: 'Wrap' }).click()
    await app.page.getByText('end of 59.').waitFor()
    const boxes = await app.page.locator('.log-row').evaluateAll((rows) =>
      rows.map((row) => {
        const text = row.querySelector('.log-text')!.getBoundingClientRect()
        const { top, bottom } = row.getBoundingClientRect()
        return { top, bottom, fits: text.bottom <= bottom + 1 && text.right <= window.innerWidth }
      }),
    )
    const sorted = boxes.toSorted((a, b) => a.top - b.top)
    expect({
      fit: boxes.every(({ fits }) => fits),
      apart: sorted.every(({ top }, at) => at === 0 || top >= (sorted[at - 1]?.bottom ?? 0) - 1),
    }).toEqual({ fit: true, apart: true })
  })

  it('searches with the keys of an editor', async () => {
    await using app = await openApp(browser)
    await app.page.goto(`${app.origin}/#/jobs/210`)
    await app.page.getByText('ERROR: Job failed').waitFor()
    await app.page.keyboard.press('Control+f')
    await app.page.keyboard.type('WARNING')
    await app.page.getByText('1 of 3').waitFor()
    await app.page.keyboard.press('F3')
    await app.page.getByText('2 of 3').waitFor()
    await app.page.keyboard.press('Shift+F3')
    await app.page.getByText('1 of 3').waitFor()
  })

  it('stays at a hit while the word for it grows', async () => {
    await using app = await openApp(browser)
    await app.page.goto(`${app.origin}/#/jobs/210`)
    const field = app.page.getByRole('searchbox', { name: 'Search the log' })
    await field.fill('warn')
    await app.page.getByText('1 of 3').waitFor()
    await app.page.keyboard.press('F3')
    await app.page.getByText('2 of 3').waitFor()
    await field.press('i')
    await app.page.locator('.is-target mark', { hasText: /^warni$/ }).waitFor()
    await app.page.getByText('2 of 3').waitFor()
  })

  it('follows a link to a line', async () => {
    await using app = await openApp(browser)
    await app.page.goto(`${app.origin}/#/jobs/210#L30`)
    await app.page.locator('.is-target', { hasText: /^30/ }).waitFor()
  })

  it('saves it byte for byte', async () => {
    await using app = await openApp(browser)
    await app.page.goto(`${app.origin}/#/jobs/210`)
    await app.page.getByText('ERROR: Job failed').waitFor()
    const saving = app.page.waitForEvent('download')
    await app.page.getByRole('button', { name: 'Download log' }).click()
    const file = await (await saving).path()
    const { logSize } = await app.engine.api.readJob({ id: 210 })
    expect((await readFile(file)).length).toBe(logSize)
  })

  it('is shown hostile text as text', async () => {
    await using app = await openApp(browser)
    await app.page.goto(`${app.origin}/#/jobs/215`)
    const hostile = [
      '<img src=x onerror="document.title=1"><script>document.title=2</script>',
      '\x1b]8;;javascript:alert(1)\x07a link\x1b]8;;\x07',
      '\x1b]0;a title\x07\x1b]52;c;aGk=\x07\x1b[2J\x1b[999;999Hafter tricks',
      '\x1b[38;2;1;2;3;4;999999999999m\x1b[38;5;300mmany numbers',
    ]
    app.engine.print(215, new LogWriter(Date.now()).out(...hostile).text)
    await app.page.getByText('many numbers').waitFor()
    const rows = await app.page.locator('.log-row .log-text').allInnerTexts()
    expect({
      rows: rows.slice(-4),
      elements: await app.page.locator('.log-text :is(a, img, script)').count(),
      title: await app.page.title(),
    }).toEqual({
      rows: [hostile[0], 'a link', 'after tricks', 'many numbers'],
      elements: 0,
      title: '#215 · Drydock',
    })
  })
})

describe('someone who looks after this computer', () => {
  it('changes how many jobs run at once, and takes it back', async () => {
    await using app = await openApp(browser)
    await app.page.goto(`${app.origin}/#/settings`)
    const field = app.page.getByRole('textbox', { name: 'Jobs at the same time' })
    await field.fill('6')
    await field.press('Enter')
    await app.page.getByRole('button', { name: 'Undo' }).click()
    await expect.poll(() => field.inputValue()).toBe('4')
    expect(app.complaints).toEqual([])
  })

  it('reads the report before saving it', async () => {
    await using app = await openApp(browser)
    await app.page.goto(`${app.origin}/#/diagnostics`)
    await app.page.getByText('Check that https://gitlab.example.org can be reached').waitFor()
    await app.page.getByRole('button', { name: 'Show report' }).click()
    const shown = await app.page.locator('pre').innerText()
    const saving = app.page.waitForEvent('download')
    await app.page.getByRole('button', { name: 'Save report' }).click()
    expect(await readFile(await (await saving).path(), 'utf8')).toBe(shown)
  })

  it('finds a job from anywhere by parts of its name and project', async () => {
    await using app = await openApp(browser)
    await app.page.getByRole('heading', { name: 'Overview' }).waitFor()
    await app.page.keyboard.press('Control+k')
    await app.page.keyboard.type('boot arm64')
    await app.page.keyboard.press('Enter')
    await app.page.getByRole('heading', { name: 'build:arm64' }).waitFor()
    expect(app.complaints).toEqual([])
  })

  it('removes one image alone, and takes it back in time', async () => {
    await using app = await openApp(browser)
    const { page } = app
    await page.goto(`${app.origin}/#/disk`)
    const names = () => page.locator('.disk-name.mono').allTextContents()
    const press = () => page.getByRole('button', { name: 'Remove debian:12-slim' }).click()
    await press()
    await page.getByText('debian:12-slim will be removed (74.4 MiB).').waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    const before = await names()
    await press()
    await expect.poll(names).toEqual(before.filter((name) => name !== 'debian:12-slim'))
    const offered = await page.getByRole('button', { name: /^Remove / }).count()
    // The volume a job uses and the logs, for which there are rules, stay.
    expect([before.length, offered, app.complaints]).toEqual([4, 1, []])
  })

  it('sees what would go to make room before it goes', async () => {
    await using app = await openApp(browser)
    const { page } = app
    await page.goto(`${app.origin}/#/disk`)
    await page.getByRole('button', { name: 'Make room…' }).click()
    const marked = page.getByRole('row').filter({ hasText: 'will be removed' })
    await expect
      .poll(() => marked.locator('.mono').allTextContents())
      .toEqual(['default-protected', 'debian:12-slim'])
    await page.getByRole('button', { name: 'Remove 2 and free 562.7 MiB' }).click()
    await page.getByText('562.7 MiB freed.').waitFor()
    await page.getByRole('button', { name: 'Make room…' }).click()
    await page.getByText('There is nothing that may go.').waitFor()
    expect(app.complaints).toEqual([])
  })

  it('sees the numbers of a chart as a table', async () => {
    await using app = await openApp(browser)
    await app.page.goto(`${app.origin}/#/charts`)
    await app.page.getByRole('button', { name: 'Table' }).first().click()
    const rows = await app.page.locator('.chart-table').first().locator('tbody tr').count()
    expect(rows).toBe(30)
  })

  it.each(['Time by project', 'Time by runner', 'Time by toolchain'])(
    'sees each stage in the table of: %s',
    async (title) => {
      await using app = await openApp(browser)
      await app.page.goto(`${app.origin}/#/charts`)
      const chart = app.page.getByRole('region', { name: title })
      const [head, legend] = [chart.locator('.chart-head'), chart.locator('.chart-legend')]
      await head.waitFor()
      const heights = await Promise.all([head, legend].map(async (one) => (await one.boundingBox())?.height))
      await chart.getByRole('button', { name: 'Table' }).click()
      const columns = await chart.locator('thead th').allTextContents()
      expect({ columns, isOneLine: heights.every((height) => height !== undefined && height <= 32) }).toEqual(
        {
          columns: ['Name', 'executor', 'sources', 'script', 'artifacts'],
          isOneLine: true,
        },
      )
    },
  )

  it('sees the numbers of one toolchain', async () => {
    await using app = await openApp(browser)
    await app.page.goto(`${app.origin}/#/charts`)
    const counted = (title: string) =>
      app.page
        .locator('.chart', { has: app.page.getByRole('heading', { name: title, exact: true }) })
        .locator('tbody tr')
        .evaluateAll((rows) =>
          rows.map((row) => [...row.children].slice(0, 2).map((cell) => cell.textContent)),
        )
    await app.page.getByRole('heading', { name: 'By toolchain', exact: true }).waitFor()
    const [toolchain = []] = await counted('By toolchain')
    await app.page.getByRole('button', { name: 'Toolchain', exact: true }).click()
    await app.page.getByRole('option', { name: 'atlas500 20.2' }).click()
    await app.page.getByRole('button', { name: 'Toolchain: atlas500 20.2' }).waitFor()
    await expect
      .poll(async () => {
        const projects = await counted('By project')
        return projects.reduce((sum, [, jobs]) => sum + Number(jobs), 0)
      })
      .toBe(Number(toolchain[1]))
    expect(toolchain[0]).toBe('atlas500 20.2')
  })
})

describe('a page that loses the engine', () => {
  it('says so, tries again, and goes on where it was', async () => {
    await using app = await openApp(browser)
    await app.page.goto(`${app.origin}/#/jobs/215`)
    await app.page.getByText('statically linked').waitFor()
    const before = await app.page.locator('.log-row').count()
    await app.loseConnections()
    app.engine.print(215, new LogWriter(Date.now()).out('said after the loss').text)
    await app.page.getByText('said after the loss').waitFor()
    const lines = await app.page.locator('.log-row').allInnerTexts()
    expect({
      grown: (await app.page.locator('.log-row').count()) - before <= 1,
      once: lines.filter((line) => line.includes('statically linked')).length,
    }).toEqual({ grown: true, once: 1 })
  })
})

describe('the choice of language and appearance', () => {
  it('is remembered', async () => {
    await using app = await openApp(browser)
    await app.page.getByRole('button', { name: 'Appearance and language' }).click()
    await app.page.getByRole('menuitemradio', { name: '简体中文' }).click()
    await app.page.getByRole('heading', { name: '概览' }).waitFor({ state: 'attached' })
    await app.page.reload()
    await app.page.getByRole('heading', { name: '概览' }).waitFor()
    expect(await app.page.getAttribute('html', 'lang')).toBe('zh-CN')
  })
})
