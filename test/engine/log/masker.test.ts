import { describe, expect, it } from 'vitest'

import { createMasker, preparePhrases } from '../../../main/engine/log/masker.ts'
import { cut, seeded, through } from './cuts.ts'

const masked = (input: string, secrets: readonly string[]) =>
  through(createMasker(preparePhrases(secrets)), input)

// In the input, ¦ is where one chunk ends and the next begins.
describe('the masker', () => {
  it.each([
    { input: 's¦ecrets', secrets: ['secrets'], shows: '[MASKED]' },
    { input: 'ssecrets', secrets: ['secrets'], shows: 's[MASKED]' },
    { input: 's¦secrets', secrets: ['secrets'], shows: 's[MASKED]' },
    { input: 'prefix_ma¦sk mas¦k', secrets: ['mask', 'prefix_mask'], shows: '[MASKED] [MASKED]' },
    { input: 'aa¦ab', secrets: ['aab'], shows: 'a[MASKED]' },
    { input: 'the longer: secret¦ary', secrets: ['secret', 'secretary'], shows: 'the longer: [MASKED]' },
    {
      input: 'the shorter: secret¦aire',
      secrets: ['secret', 'secretary'],
      shows: 'the shorter: [MASKED]aire',
    },
    { input: 'over: abc¦de', secrets: ['abc', 'bcde'], shows: 'over: [MASKED]' },
    { input: 'side by side: xyz¦xyz', secrets: ['xyz'], shows: 'side by side: [MASKED][MASKED]' },
    { input: 'inside: abxc', secrets: ['b', 'abc'], shows: 'inside: a[MASKED]xc' },
    { input: 'lines: one\n¦two!', secrets: ['one\ntwo'], shows: 'lines: [MASKED]!' },
    { input: 'nothing: se¦cre', secrets: ['secret'], shows: 'nothing: secre' },
    { input: 'trimmed: pass.', secrets: [' pass\n'], shows: 'trimmed: [MASKED].' },
    { input: 'empty', secrets: ['', '  '], shows: 'empty' },
    {
      input: 'this is the en¦ foobar',
      secrets: ['this is the end', 'en foobar', 'en'],
      shows: 'this is the [MASKED]',
    },
    { input: 'naïve: schlü¦ssel', secrets: ['schlüssel'], shows: 'naïve: [MASKED]' },
    { input: 'at buffer', secrets: ['at', 'buffer'], shows: '[MASKED] [MASKED]' },
    { input: 'MASKED', secrets: ['MASKED', 'A'], shows: '[MASKED]' },
  ])('$input of $secrets → $shows', ({ input, secrets, shows }) => {
    expect(masked(input, secrets)).toBe(shows)
  })

  it('holds back only what may still become a secret', () => {
    const masker = createMasker(preparePhrases(['secret', 'secretary']))
    const left = ['se', 'at, secret', 'arx', ' s'].map((chunk) => masker.push(Buffer.from(chunk)).toString())
    expect([...left, masker.end().toString()]).toEqual(['', 'seat, [MASKED]', 'arx', ' ', 's'])
  })

  it('keeps what it holds back when phrases are added', () => {
    const masker = createMasker(preparePhrases(['abcd']))
    const left = [
      masker.push(Buffer.from('x abc')),
      masker.use(preparePhrases(['abcd', 'bce'])),
      masker.push(Buffer.from('e abcd')),
      masker.end(),
    ]
    expect(left.map(String)).toEqual(['x ', '', 'a[MASKED] [MASKED]', ''])
  })

  it('agrees with a search of the whole text over a million random cuts', () => {
    const random = seeded(20)
    const word = (letters: string, longest: number) =>
      Array.from({ length: 1 + random(longest) }, () => letters[random(letters.length)]!).join('')
    let cuts = 0
    while (cuts < 1_000_000) {
      const letters = 'abcd\n'.slice(0, 2 + random(4))
      const secrets = Array.from({ length: random(5) }, () => word(letters, 7))
      const text = word(letters, 300)
      const masker = createMasker(preparePhrases(secrets))
      let shown = ''
      for (const chunk of cut(Buffer.from(text), random, 3)) {
        shown += masker.push(chunk).toString('latin1')
        chunk.fill(0)
        cuts++
      }
      shown += masker.end().toString('latin1')
      if (shown !== maskedAtOnce(text, secrets)) {
        expect({ text, secrets, shown }).toEqual({ text, secrets, shown: maskedAtOnce(text, secrets) })
      }
    }
    expect(cuts).toBeGreaterThanOrEqual(1_000_000)
  })
})

/** The rule in its plainest form: find every occurrence, join those that overlap, put the mask in their place. */
function maskedAtOnce(text: string, secrets: readonly string[]): string {
  const found = secrets
    .map((secret) => secret.trim())
    .filter((secret) => secret !== '')
    .flatMap((secret) =>
      [...Array(text.length).keys()]
        .filter((at) => text.startsWith(secret, at))
        .map((at) => ({ start: at, end: at + secret.length })),
    )
    .sort((a, b) => a.start - b.start || b.end - a.end)
  let shown = ''
  let done = 0
  for (const [index, { start, end }] of found.entries()) {
    if (index === 0 || start >= done) shown += `${text.slice(done, start)}[MASKED]`
    done = Math.max(done, end)
  }
  return shown + text.slice(done)
}
