import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, it } from 'vitest'

const read = (file: string) => readFileSync(join(import.meta.dirname, '../..', file), 'utf8')
/** How to develop Drydock is told in English alone. */
const english = read('README.md').split('## Develop')[0] ?? ''

const blocksOf = (text: string) => [...text.matchAll(/^```\w+\n[^]*?^```$/gm)].map(([block]) => block)
const commandsOf = (text: string) =>
  [...text.matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, cell = '']) => cell.match(/`[^`]+`/g) ?? [])

it.each(['docs/README.zh-CN.md', 'docs/README.ko.md'])('%s shows the same examples and commands', (file) => {
  const text = read(file)
  expect([blocksOf(text), commandsOf(text)]).toEqual([blocksOf(english), commandsOf(english)])
})
