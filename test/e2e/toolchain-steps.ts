import { basename } from 'node:path'

import type { Page } from 'playwright-core'

const patience = { timeout: 25_000 }

/** Adds a folder `NAME-VERSION` with programs to the library; ends at the new toolchain's page. */
export async function addFolder(page: Page, folder: string): Promise<void> {
  await page.getByRole('link', { name: 'Toolchains', exact: true }).click()
  await page.getByRole('link', { name: 'Add a folder…' }).click()
  await page.getByRole('combobox', { name: 'Folder' }).fill(folder)
  await page.getByText('1 folder of programs found.').waitFor(patience)
  await page.keyboard.press('Tab')
  await page.getByRole('button', { name: 'Add toolchain' }).click()
  await page.getByRole('heading', { name: basename(folder).replace('-', ' ') }).waitFor(patience)
}
