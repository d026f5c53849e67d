/**
 * The page of jobs over a history of 100,000 in SQLite: milliseconds from the deed to the frame that shows its result,
 * beside the same search without its index. Target: below 200 each. A page of few jobs tells what the machine costs.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import Database from 'better-sqlite3'
import type { Page } from 'playwright-core'

import { openHistory } from '../../main/engine/history/history.ts'
import { launchChromium, openApp } from '../support/browser.ts'
import { fillHistory } from './fill-history.ts'

const count = 100_000
const rounds = 5
const dir = mkdtempSync(join(tmpdir(), 'drydock-bench-'))
const path = join(dir, 'history.sqlite')

/** What is done in the page, and how many jobs it then says there are. */
interface Deed {
  readonly name: string
  readonly act: { readonly hash: string } | { readonly search: string } | { readonly click: string }
  readonly shows: string
}

/** Milliseconds until the count stands there and the frame after it is drawn, timed in the page itself. */
const timeIn = (page: Page, { act, shows }: Deed): Promise<number> =>
  page.evaluate(
    async ({ act, shows }) => {
      const begun = performance.now()
      if ('hash' in act) location.hash = act.hash
      else if ('click' in act) document.querySelector<HTMLElement>(act.click)?.click()
      else {
        const field = document.querySelector<HTMLInputElement>('main .search input')!
        // React hears of a value only if it is set past its own setter.
        Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!.call(field, act.search)
        field.dispatchEvent(new Event('input', { bubbles: true }))
      }
      const isThere = () =>
        document.querySelector('[data-page="jobs"]')?.textContent?.includes(shows) === true &&
        document.querySelector('.job-row') !== null
      while (!isThere()) {
        if (performance.now() - begun > 30_000) throw new Error(`"${shows}" is not shown`)
        await new Promise((resolve) => setTimeout(resolve))
      }
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
      return performance.now() - begun
    },
    { act, shows },
  )

const results: Record<string, { readonly median: number; readonly worst: number }> = {}
async function measure(name: string, once: () => Promise<number> | number): Promise<void> {
  const times: number[] = []
  for (let round = 0; round < rounds; round++) times.push(await once())
  const sorted = times.toSorted((a, b) => a - b)
  results[name] = { median: Math.round(sorted[rounds >> 1] ?? 0), worst: Math.round(sorted.at(-1) ?? 0) }
}

const browser = await launchChromium()
try {
  fillHistory(path, count)
  const history = openHistory({ path, logger: { info() {}, error() {} } })
  const jobs = (total: number) => `${total.toLocaleString('en')} jobs`
  const total = (text: string) => jobs(history.find({ limit: 1, text }).total)

  for (const [label, few] of [
    ['few jobs', true],
    [jobs(count), false],
  ] as const) {
    await using app = await openApp(browser)
    if (!few) {
      Object.assign(app.engine.api, {
        findJobs: (query: Parameters<typeof history.find>[0]) => history.find(query),
        listJobFacets: () => history.facets(),
      })
    }
    const all = few ? '216 jobs' : jobs(count)
    const list: Deed = { name: 'list', act: { hash: '#/jobs' }, shows: all }
    await measure(`${label}: list`, async () => {
      await app.page.goto(`${app.origin}/#/settings`)
      return timeIn(app.page, list)
    })
    if (few) continue
    for (const text of ['build arm', 'project-10', 'zz main', '9e37', 'main']) {
      const shows = total(text)
      if (shows === '0 jobs') continue
      await measure(`${label}: search ${text}`, async () => {
        await timeIn(app.page, { name: 'all', act: { search: '' }, shows: all })
        return timeIn(app.page, { name: text, act: { search: text }, shows })
      })
    }
    await timeIn(app.page, { name: 'all', act: { search: '' }, shows: all })
    const failed = jobs(history.find({ limit: 1, outcome: 'failed' }).total)
    await measure(`${label}: filter failed`, async () => {
      await app.page.getByRole('button', { name: 'Status' }).click()
      await app.page
        .getByRole('option', { name: 'Failed' })
        .evaluate((option) => option.classList.add('wanted'))
      const took = await timeIn(app.page, { name: 'failed', act: { click: '.wanted' }, shows: failed })
      await timeIn(app.page, { name: 'all', act: { click: '.filter-clear' }, shows: all })
      return took
    })
  }
  history.close()

  const plain = new Database(path, { readonly: true })
  const unindexed = plain.prepare(
    `SELECT count(*) FROM jobs WHERE lower(name || ' ' || project || ' ' || ref || ' ' || sha) LIKE ? AND lower(name || ' ' || project || ' ' || ref || ' ' || sha) LIKE ?`,
  )
  await measure('without an index: search build arm, in the engine alone', () => {
    const begun = performance.now()
    unindexed.get('%build%', '%arm%')
    return performance.now() - begun
  })
  plain.close()
} finally {
  await browser.close()
  rmSync(dir, { recursive: true })
}
console.table(results)
