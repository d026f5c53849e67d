import { readFileSync } from 'node:fs'

import type { Page } from 'playwright-core'

import { launchChromium, openApp } from '../support/browser.ts'
import { LogWriter } from '../support/fake-log.ts'

/**
 * A job that prints 200,000 lines a minute while somebody types into the log's search field, beside a quiet job.
 * Prints how long a key takes to show, in milliseconds; target: below 100. Beside it the processor time that the page's
 * main thread takes meanwhile, which a busy machine does not change much.
 */
const linesPerMinute = 200_000
const beats = 20 // a second, as the engine hands chunks on
const begunWith = 200_000
const typed = 'phy_12345 error in the middle of it'

const browser = await launchChromium()
await using app = await openApp(browser)

let line = 0
function piece(count: number): string {
  const log = new LogWriter(Date.now())
  for (const end = line + count; line < end; line++) {
    log.out(line % 40 === 0 ? `\x1b[35mwarning:\x1b[0m line ${line}` : `  CC  drivers/net/phy_${line}.o`)
  }
  return log.text
}

/** Milliseconds of processor time that the main threads of pages have taken. */
async function threadTime(): Promise<number> {
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  const ticks = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => readFileSync(`/proc/${id}/task/${id}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [])
    .map((fields) => Number(fields[11]) + Number(fields[12]))
  return ticks.reduce((sum, each) => sum + each, 0) * 10
}

/** Milliseconds from each key to the frame that shows it. */
async function keyDelays(page: Page): Promise<number[]> {
  await page.getByRole('searchbox', { name: 'Search the log' }).fill('')
  await page.evaluate(() => {
    const delays: number[] = []
    Object.assign(globalThis, { delays })
    const field = document.querySelector<HTMLInputElement>('.log-toolbar input')!
    field.focus()
    field.addEventListener('input', ({ timeStamp }) =>
      requestAnimationFrame(() => setTimeout(() => delays.push(performance.now() - timeStamp))),
    )
  })
  for (const letter of typed) await page.keyboard.type(letter, { delay: 90 })
  return page.evaluate(() => (globalThis as typeof globalThis & { delays: number[] }).delays)
}

async function summaryOf(page: Page) {
  const before = await threadTime()
  const begun = performance.now()
  const delays = await keyDelays(page)
  const busy = (await threadTime()) - before
  const sorted = delays.toSorted((a, b) => a - b)
  const at = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0)
  return {
    keys: sorted.length,
    median: at(0.5),
    '90 %': at(0.9),
    '95 %': at(0.95),
    worst: at(1),
    'thread, ms a key': Math.round(busy / sorted.length),
    'ms a key': Math.round((performance.now() - begun) / sorted.length),
  }
}

const id = app.engine.accept({ name: 'flood' })
app.engine.print(id, piece(begunWith))
const results: Record<string, object> = {}
await app.page.goto(`${app.origin}/#/jobs/215`)
await app.page.locator('.log-row').first().waitFor()
results['a quiet job'] = await summaryOf(app.page)

await app.page.goto(`${app.origin}/#/jobs/${id}`)
await app.page.waitForFunction(
  (rows) => Number(document.querySelector('.log-row')?.getAttribute('aria-setsize') ?? 0) >= rows,
  begunWith,
  { polling: 100, timeout: 120_000 },
)
const flooding = setInterval(
  () => app.engine.print(id, piece(Math.round(linesPerMinute / 60 / beats))),
  1000 / beats,
)
const flooded = await summaryOf(app.page)
clearInterval(flooding)
results[`${linesPerMinute.toLocaleString('en')} lines a minute`] = flooded
await browser.close()
console.table(results)
