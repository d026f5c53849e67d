import type { Page } from 'playwright-core'

import { launchChromium, openApp } from '../support/browser.ts'
import { LogWriter } from '../support/fake-log.ts'

/**
 * A job that prints 200,000 lines a minute while somebody types into the log's search field, beside a quiet job.
 * Prints how long a key takes to show, in milliseconds; target: below 100.
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

function summary(delays: readonly number[]) {
  const sorted = delays.toSorted((a, b) => a - b)
  const at = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0)
  return { keys: sorted.length, median: at(0.5), '90 %': at(0.9), worst: at(1) }
}

const id = app.engine.accept({ name: 'flood' })
app.engine.print(id, piece(begunWith))
const results: Record<string, object> = {}
await app.page.goto(`${app.origin}/#/jobs/215`)
await app.page.locator('.log-row').first().waitFor()
results['a quiet job'] = summary(await keyDelays(app.page))

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
const flooded = await keyDelays(app.page)
clearInterval(flooding)
results[`${linesPerMinute.toLocaleString('en')} lines a minute`] = summary(flooded)
await browser.close()
console.table(results)
