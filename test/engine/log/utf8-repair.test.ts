import { describe, expect, it } from 'vitest'

import { createUtf8Repair } from '../../../main/engine/log/utf8-repair.ts'
import { cut, seeded } from './cuts.ts'

const repair = (...chunks: readonly number[][]) => {
  const filter = createUtf8Repair()
  return Buffer.concat([...chunks.map((chunk) => filter.push(Buffer.from(chunk))), filter.end()]).toString()
}

describe('UTF-8 repair', () => {
  it.each([
    { name: 'joins a character split over chunks', chunks: [[0xe2], [0x82], [0xac, 0x21]], shows: '€!' },
    {
      name: 'replaces each byte that is none',
      chunks: [[0xff, 0x41, 0xe2, 0x82, 0x42]],
      shows: '\uFFFDA\uFFFD\uFFFDB',
    },
    {
      name: 'replaces overlong forms',
      chunks: [[0xc0, 0xaf, 0xe0, 0x80]],
      shows: '\uFFFD\uFFFD\uFFFD\uFFFD',
    },
    { name: 'replaces surrogates', chunks: [[0xed, 0xa0], [0x80]], shows: '\uFFFD\uFFFD\uFFFD' },
    {
      name: 'replaces a character that never ends',
      chunks: [[0x41, 0xf0, 0x9f, 0x98]],
      shows: 'A\uFFFD\uFFFD\uFFFD',
    },
    {
      name: 'keeps four-byte characters',
      chunks: [
        [0xf0, 0x9f],
        [0x98, 0x80],
      ],
      shows: '😀',
    },
  ])('$name', ({ chunks, shows }) => {
    expect(repair(...chunks)).toBe(shows)
  })

  it('gives the same valid text however random bytes are cut, and leaves valid text alone', () => {
    const random = seeded(11)
    const alphabet = [0x41, 0x80, 0xa0, 0xbf, 0xc2, 0xe0, 0xe2, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0x0a]
    for (let round = 0; round < 20_000; round++) {
      const bytes = Buffer.from(Array.from({ length: random(12) }, () => alphabet[random(alphabet.length)]!))
      const filter = createUtf8Repair()
      const pieces = [...cut(bytes, random, 3)].map((chunk) => Buffer.from(filter.push(chunk)))
      const shown = Buffer.concat([...pieces, filter.end()])
      expect(shown.toString()).toBe(repair([...bytes]))
      expect(repair([...shown])).toBe(shown.toString())
    }
  })
})
