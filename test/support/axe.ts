import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

import type { Page } from 'playwright-core'

let source: Promise<string> | undefined

/**
 * What axe finds, each as `rule: element`. The page's policy stays in force: axe comes in as the debugger's words.
 *
 * @param rules to look for alone; absent: those that axe has on.
 */
export async function violations(page: Page, rules?: readonly string[]): Promise<string[]> {
  source ??= readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  await page.evaluate(await source)
  return page.evaluate(async (values) => {
    interface Axe {
      run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>
    }
    const { axe } = globalThis as typeof globalThis & { axe: Axe }
    const { violations } = await axe.run(values === undefined ? {} : { runOnly: { type: 'rule', values } })
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`))
  }, rules)
}
