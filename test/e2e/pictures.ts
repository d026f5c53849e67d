import { mkdir, stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

import type { Page } from 'playwright-core'
import { expect } from 'vitest'

const folder = fileURLToPath(new URL('../../test-output/screens/', import.meta.url))

/** Width and height of windows that pictures are kept of. */
export const sizes = [
  [1280, 800],
  [1920, 1080],
] as const

export const looks = [
  ['light', 'en-US'],
  ['dark', 'en-US'],
  ['light', 'zh-CN'],
  ['dark', 'zh-CN'],
] as const

/** Keeps a picture of a page for people to look at; one with nothing on it fails. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const path = `${folder}${name}.png`
  await page.screenshot({ path })
  expect((await stat(path)).size).toBeGreaterThan(10_000)
}
