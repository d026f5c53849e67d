import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { expand } from '../../../main/engine/variables/expand.ts'

const values: Readonly<Record<string, string>> = { NAME: 'value', N_1: 'one', B: '$C', 'X:-d': 'odd' }
const valueOf = (name: string) => values[name] ?? ''

describe('expansion', () => {
  it.each([
    ['$NAME', 'value'],
    ['${NAME}', 'value'],
    ['a${NAME}b$NAME/c', 'avaluebvalue/c'],
    ['${N_1}$N_1', 'oneone'],
    ['$UNKNOWN!', '!'],
    ['$B', '$C'],
    ['$$', '$'],
    ['$$NAME', '$NAME'],
    ['${$}', '$'],
    ['$*$#$@$!$?', ''],
    ['$0$1$9', ''],
    ['$12', '2'],
    ['${*}${1}', ''],
    ['$-', ''],
    ['$/x', '$/x'],
    ['$ x', '$ x'],
    ['end$', 'end$'],
    ['${X:-d}', 'odd'],
    ['${Y:-d}', ''],
    ['a${}b', 'ab'],
    ['a${b', 'ab'],
    ['$é', '$é'],
    ['%NAME%', '%NAME%'],
    ['', ''],
  ])('%j becomes %j', (text, result) => expect(expand(text, valueOf)).toBe(result))

  it('leaves text without a dollar alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(!text.includes('$'))
        expect(expand(text, valueOf)).toBe(text)
      }),
    )
  })

  it('gives back what was escaped by doubling dollars', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('$', '{', '}', 'N', '-', '1', ' ', 'é') }), (text) => {
        expect(expand(text.replaceAll('$', '$$$$'), () => 'unwanted')).toBe(text)
      }),
    )
  })

  it('inserts values as they are', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, value) => {
        fc.pre(!before.includes('$'))
        expect(expand(`${before}\${NAME}`, () => value)).toBe(before + value)
      }),
    )
  })
})
