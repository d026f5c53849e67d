import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { isErrorLine } from '../../renderer/log/error-lines.ts'
import { foldsOf } from '../../renderer/log/folds.ts'
import { LineStore } from '../../renderer/log/line-store.ts'
import { wrappedLayout } from '../../renderer/log/row-layout.ts'
import { textWidth } from '../../renderer/log/text-width.ts'

describe('the store of lines', () => {
  it('keeps every line, whichever is changed afterwards', () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replaceAll('\n', ' '))
    const changes = fc.array(fc.tuple(fc.nat(4999), line), { maxLength: 30 })
    fc.assert(
      fc.property(changes, (changed) => {
        const store = new LineStore()
        const plain: string[] = []
        const put = (index: number, text: string) => {
          store.set(index, text)
          plain[index] = text
        }
        for (let index = 0; index < 5000; index++) put(index, `line ${index} ⚓`)
        for (const [index, text] of changed) put(index, text)
        expect(store.length).toBe(5000)
        for (const index of [0, 1023, 1024, 2048, 4999, ...changed.map(([at]) => at)]) {
          expect(store.at(index)).toBe(plain[index])
        }
      }),
      { numRuns: 30 },
    )
  })
})

it('a layout of wrapped lines puts each row below the one before it', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 60 }), (heights) => {
      const layout = wrappedLayout(foldsOf(heights.length, [], new Set()), (line) => heights[line] ?? 1)
      const owners = heights.flatMap((height, row) => Array<number>(height).fill(row))
      expect(layout.height).toBe(owners.length)
      expect(owners.map((_, top) => layout.rowAt(top))).toEqual(owners)
      expect(heights.map((_, row) => layout.heightOf(row))).toEqual(heights)
    }),
  )
})

it.each([
  ['make all', 8, false],
  ['编译完成', 8, true],
  ['a\tb', 10, true],
  ['빌드 ok', 7, true],
] as const)('%s takes %i columns', (line, columns, isRagged) => {
  expect(textWidth(line)).toEqual({ columns, isRagged })
})

it.each([
  ['main.c:3:1: error: expected ;', true],
  ['\u001B[31;1mERROR: Job failed\u001B[0m', true],
  ['fatal: not a git repository', true],
  ['sh: gcc: not found', true],
  ['x.o: undefined reference to `main’', true],
  ['0 errors, 3 warnings', false],
  ['  CC  lib/error.o', false],
  ['gcc -Werror -c main.c', false],
  ['all 12 tests passed', false],
])('%j speaks of an error: %s', (line, is) => expect(isErrorLine(line)).toBe(is))
