import { mkdir, stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { launchChromium, openApp } from '../support/browser.ts'

const output = fileURLToPath(new URL('../../test-output/screens/', import.meta.url))

const pages = {
  overview: '#/',
  jobs: '#/jobs',
  'job-running': '#/jobs/215',
  'job-failed': '#/jobs/210',
  runners: '#/runners',
  charts: '#/charts',
  disk: '#/disk',
  settings: '#/settings',
  diagnostics: '#/diagnostics',
}

let browser: Browser
beforeAll(async () => {
  await mkdir(output, { recursive: true })
  browser = await launchChromium()
})
afterAll(() => browser.close())

describe.each([
  [1280, 800],
  [1920, 1080],
])('pictures at %i × %i', (width, height) => {
  it.each([
    ['light', 'en-US'],
    ['dark', 'en-US'],
    ['light', 'zh-CN'],
    ['dark', 'zh-CN'],
    ['light', 'ko-KR'],
    ['dark', 'ko-KR'],
  ] as const)('are kept of every page: %s, %s', async (theme, locale) => {
    await using app = await openApp(browser, { width, height, theme, locale })
    for (const [name, hash] of Object.entries(pages)) {
      await app.page.goto(`${app.origin}/${hash}`)
      await app.page
        .locator(hash.includes('/jobs/') ? '.log-row' : 'h2, .job-row, .disk-table, .finding')
        .first()
        .waitFor()
      const path = `${output}${name}-${width}-${theme}-${locale}.png`
      await app.page.screenshot({ path })
      expect((await stat(path)).size).toBeGreaterThan(10_000)
    }
  })
})
