import type { Page } from 'playwright-core'

/** Every kind of page there is, by its address, over an engine in memory. */
export const allPages = [
  '#/',
  '#/jobs',
  '#/jobs/215',
  '#/jobs/210',
  '#/jobs/9999',
  '#/runners',
  '#/runners/tangxin',
  '#/toolchains',
  '#/toolchains/atlas500@20.2',
  '#/toolchains/+',
  '#/charts',
  '#/disk',
  '#/settings',
  '#/diagnostics',
  '#/setup',
  '#/import',
  '#/config',
] as const

/** Goes there, and waits until nothing is being loaded any more. */
export async function visit({ page, origin }: { page: Page; origin: string }, hash: string): Promise<void> {
  await page.goto(`${origin}/${hash}`)
  await page.waitForSelector('h1')
  await settled(page)
}

export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => !/(?:Loading|正在加载|불러오는)/.test(document.body.innerText))
  await page.locator('[aria-busy="true"]').waitFor({ state: 'detached' })
  await page.waitForTimeout(50)
}
