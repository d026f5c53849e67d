import { readFileSync } from 'node:fs'

import type { Page } from 'playwright-core'

import { launchChromium, openApp } from '../support/browser.ts'
import { LogWriter } from '../support/fake-log.ts'

/**
 * A log of a million lines in the real page, beside the same text in a plain `<pre>` of the same browser.
 * Prints milliseconds; targets: first lines below 500, jump to the end below 200, first search hit below 1000. The same
 * for a log of a few lines, so that a busy machine can be told from a slow page.
 */
const lines = 1_000_000

function manyLines(): string {
  const pieces: string[] = []
  for (let from = 0; from < lines; from += 10_000) {
    const log = new LogWriter(1.7e12 + from)
    for (let line = from + 1; line <= from + 10_000; line++) {
      log.out(
        line % 50 === 0
          ? `\x1b[35mwarning:\x1b[0m line ${line} is coloured`
          : `  CC  drivers/net/phy_${line}.o`,
      )
    }
    pieces.push(log.text)
  }
  return pieces.join('')
}

const browser = await launchChromium()

/** MiB that stay once garbage is collected: of the scripts' heap, and of the process that shows the page. */
async function memoryOf(page: Page): Promise<{ readonly heap: number; readonly process: number }> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  const whole = await browser.newBrowserCDPSession()
  const { processInfo } = await whole.send('SystemInfo.getProcessInfo')
  const sizes = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => residentMiB(id))
  return { heap: Math.round(usedSize / 1024 / 1024), process: Math.max(...sizes) }
}

function residentMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)
}
const results: Record<string, number> = {}

/** Milliseconds until `done` after `act`. */
async function measure(
  name: string,
  act: () => Promise<unknown>,
  done: () => Promise<unknown>,
): Promise<void> {
  const start = performance.now()
  await act()
  await done()
  results[name] = Math.round(performance.now() - start)
}

{
  await using app = await openApp(browser)
  const id = app.engine.accept({ name: 'a-million-lines' })
  app.engine.print(id, manyLines())
  app.engine.print(id, new LogWriter(1.7e12).out('needle in the last line').text)
  app.engine.finish(id, { result: 'success' })
  const { page, origin } = app
  const scroller = page.locator('.log-scroller')

  // The first page of a job that is shown has the page's code compiled.
  await page.goto(`${origin}/#/jobs/209`)
  await page.locator('.log-row').first().waitFor()
  await page.goto(`${origin}/#/settings`)
  await measure(
    'a short log: first lines shown',
    () => page.goto(`${origin}/#/jobs/210`),
    () => page.locator('.log-row').first().waitFor(),
  )
  await page.goto(`${origin}/#/settings`)

  await measure(
    'first lines shown',
    () => page.goto(`${origin}/#/jobs/${id}`),
    () => page.locator('.log-row').first().waitFor(),
  )
  await measure(
    'every line read',
    () => Promise.resolve(),
    () =>
      page.waitForFunction(
        (rows) => Number(document.querySelector('.log-row')?.getAttribute('aria-setsize') ?? 0) > rows,
        lines,
        { polling: 100, timeout: 120_000 },
      ),
  )
  await measure(
    'jump to the end',
    () => scroller.evaluate((element) => element.scrollTo(0, element.scrollHeight)),
    () => page.locator('.log-row', { hasText: 'needle in the last line' }).waitFor(),
  )
  await measure(
    'first search hit',
    () => page.getByRole('searchbox').fill('phy_777.o'),
    () => page.locator('.is-hit').waitFor(),
  )
  await measure(
    'search of everything',
    () => page.getByRole('searchbox').fill('needle in the last'),
    () => page.locator('.is-hit', { hasText: 'needle' }).waitFor({ timeout: 60_000 }),
  )
  const kept = await memoryOf(page)
  results['kept by the page, MiB: heap of scripts'] = kept.heap
  results['kept by the page, MiB: whole process'] = kept.process
}

{
  const page = await browser.newPage()
  await page.setContent('<pre></pre>')
  const text = manyLines()
  await measure(
    'plain <pre>: shown',
    () => page.evaluate((all) => void (document.querySelector('pre')!.textContent = all), text),
    () =>
      page.evaluate(
        () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
      ),
  )
}

await browser.close()
console.table(results)
