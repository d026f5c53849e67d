import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { aContext } from '../../support/job-context.ts'
import { runInShell, shellNames } from '../../support/shells.ts'
import { frame } from '../../../main/engine/script/frame.ts'
import { quote } from '../../../main/engine/script/quote.ts'

describe('quote', () => {
  it.each([
    ['', "''"],
    ['plain-Word_1@a,b./c', 'plain-Word_1@a,b./c'],
    ['two words', "'two words'"],
    ["it's", `'it'\\''s'`],
    ['$HOME `id` "x" \\n', `'$HOME \`id\` "x" \\n'`],
    ['a\0b', 'ab'],
  ])('%j is %s', (text, word) => expect(quote(text)).toBe(word))
})

// Every character below U+0250, which has every byte of UTF-8 but the first ones of long sequences; then those.
const everyCharacter = [
  Array.from({ length: 0x24f }, (_, index) => String.fromCodePoint(index + 1)),
  ['\u0800', '\u1fff', '\u2028', '\ud7ff', '\ue000', '\ufeff', '\uffff'],
  ['\u{10000}', '\u{1f600}', '\u{10ffff}'],
].flat()

const text = fc.oneof(
  fc.string({
    unit: fc.constantFrom("'", '"', '\\', '$', '`', '\n', '\r', '!', '~', '*', ' ', ';', '#', '-', 'é'),
  }),
  fc.string({ unit: 'binary' }).map((value) => value.replaceAll('\0', '').toWellFormed()),
  fc.string({ unit: 'grapheme' }).map((value) => value.replaceAll('\0', '')),
)

describe.each(shellNames)('%s', (shell) => {
  const readBack = async (values: readonly string[], wrap: (script: string) => string) => {
    // NUL ends each value, being the one byte no value has.
    const script = values.map((value) => `printf '%s\\0' ${quote(value)}`).join('\n')
    const { stdout } = await runInShell(shell, wrap(`${script}\n`))
    return stdout.split('\0').slice(0, -1)
  }
  const inFrame = (script: string) => frame(aContext(), [script])

  it('reads every character back', async () => {
    expect(await readBack(everyCharacter, (script) => script)).toEqual(everyCharacter)
    expect(await readBack([everyCharacter.join('')], inFrame)).toEqual([everyCharacter.join('')])
  })

  it('reads any text back, quoted once and inside a stage', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 100, maxLength: 200, size: 'max' }), async (values) => {
        expect(await readBack(values, (script) => script)).toEqual(values)
        expect(await readBack(values, inFrame)).toEqual(values)
      }),
      { numRuns: 15 },
    )
  })

  it('reads a value of a megabyte back', async () => {
    const long = `it's \\ $long\n`.repeat(80_000)
    expect((await readBack([long], inFrame))[0]).toBe(long)
  })
})
