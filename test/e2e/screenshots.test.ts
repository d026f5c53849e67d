import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, it } from 'vitest'

import { launchChromium, openApp } from '../support/browser.ts'
import { keepPicture, looks, sizes } from './pictures.ts'

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
  browser = await launchChromium()
})
afterAll(() => browser.close())

describe.each(sizes)('pictures at %i × %i', (width, height) => {
  it.each([...looks, ['light', 'ko-KR'], ['dark', 'ko-KR']] as const)(
    'are kept of every page: %s, %s',
    async (theme, locale) => {
      await using app = await openApp(browser, { width, height, theme, locale })
      for (const [name, hash] of Object.entries(pages)) {
        await app.page.goto(`${app.origin}/${hash}`)
        await app.page
          .locator(hash.includes('/jobs/') ? '.log-row' : 'h2, .job-row, .disk-table, .finding')
          .first()
          .waitFor()
        await keepPicture(app.page, `${name}-${width}-${theme}-${locale}`)
      }
    },
  )
})
