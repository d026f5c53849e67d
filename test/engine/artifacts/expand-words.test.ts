import { describe, expect, it } from 'vitest'

import { expandWords } from '../../../main/engine/artifacts/expand-words.ts'

const environment = (name: string) => ({ A: 'one', EMPTY: '', FILE: 'lib/libz.so.1.2', REF: '$A' })[name]

describe('expanding a path as between double quotes', () => {
  it.each([
    ['$A/x', 'one/x'],
    ['${A}x', 'onex'],
    ['$AX/', '/'],
    ['$REF', '$A'],
    ['${NO:-d}', 'd'],
    ['${EMPTY:-d}', 'd'],
    ['${EMPTY-d}', ''],
    ['${NO:-$A-${NO-x}}', 'one-x'],
    ['${NO:=d}', 'd'],
    ['${A:+yes}${NO:+no}', 'yes'],
    ['${EMPTY+set}', 'set'],
    ['${#A}', '3'],
    ['${FILE%.*}', 'lib/libz.so.1'],
    ['${FILE%%.*}', 'lib/libz'],
    ['${FILE#*/}', 'libz.so.1.2'],
    ['${FILE##*.}', '2'],
    ['\\$A', '$A'],
    ['\\*.txt', '\\*.txt'],
    ['a\\\\b', 'a\\b'],
    ['100%', '100%'],
    ['cost $ 5', 'cost $ 5'],
    ['$', '$'],
    ['$1$@', ''],
    ["'$A'", "'one'"],
  ])('%s → %s', (text, expanded) => {
    expect(expandWords(text, environment)).toBe(expanded)
  })

  it.each(['$(id)', '`id`', '$((1+1))', '${A', '${}', '${A!}', '${NO:?must be set}', '${A:-$(id)}'])(
    'refuses %s',
    (text) => {
      expect(() => expandWords(text, environment)).toThrow(
        expect.objectContaining({ name: 'BadSubstitution' }),
      )
    },
  )
})
