import { describe, expect, it } from 'vitest'

import type { LogFilter } from '../../../main/engine/log/filter.ts'
import { createTokenSanitizer, prepareTokenPrefixes } from '../../../main/engine/log/token-sanitizer.ts'
import { createUrlSanitizer } from '../../../main/engine/log/url-sanitizer.ts'
import { cut, seeded, through } from './cuts.ts'

const tokens = (fromServer: readonly string[] = [], allDefaults = true) =>
  createTokenSanitizer(prepareTokenPrefixes(fromServer, allDefaults))

// In the input, ¦ is where one chunk ends and the next begins.
describe('the URL sanitizer', () => {
  it.each([
    ['http://h/?a=1&x-amz-cre¦dential=abc end', 'http://h/?a=1&x-amz-credential=[MASKED] end'],
    [
      '?private_token=a¦bc&authenticity_token=d?rss_token=e',
      '?private_token=[MASKED]&authenticity_token=[MASKED]?rss_token=[MASKED]',
    ],
    [
      '?X-AMZ-Signature=abc\n?X-Amz-Security-Token=d\tx',
      '?X-AMZ-Signature=[MASKED]\n?X-Amz-Security-Token=[MASKED]\tx',
    ],
    ['?private_token=&b=1', '?private_token=[MASKED]&b=1'],
    ['?private_token=', '?private_token=[MASKED]'],
    ['?private_token¦=¦', '?private_token=[MASKED]'],
    ['private_token=shown', 'private_token=shown'],
    ['?private_tokens=shown&my_private_token=shown', '?private_tokens=shown&my_private_token=shown'],
    ['??&private_token=abc\u001B[0m', '??&private_token=[MASKED]\u001B[0m'],
    ['?a=b=c&&', '?a=b=c&&'],
  ])('%s → %s', (input, shows) => {
    expect(through(createUrlSanitizer(), input)).toBe(shows)
  })
})

describe('the token sanitizer', () => {
  it.each([
    ['gl¦pat-abc=_-. x', 'glpat-[MASKED] x'],
    ['glpat- glpat-', 'glpat- glpat-'],
    ['glpat-a¦bc,glrt-d', 'glpat-[MASKED],glrt-[MASKED]'],
    ['gglpat-abc', 'gglpat-[MASKED]'],
    ['glglrt-t1_abc\n', 'glglrt-[MASKED]\n'],
    ['_gitlab_session=0f¦1e; path=/', '_gitlab_session=[MASKED]; path=/'],
    ['glpat-[MASKED]', 'glpat-[MASKED]'],
    ['glpat', 'glpat'],
  ])('%s → %s', (input, shows) => {
    expect(through(tokens(), input)).toBe(shows)
  })

  it('masks the prefixes GitLab sends, and only glpat- of its own when told so', () => {
    expect(through(tokens(['acme-'], false), 'acme-1 glpat-2 glrt-3')).toBe(
      'acme-[MASKED] glpat-[MASKED] glrt-3',
    )
  })

  it('keeps the 15 shortest prefixes, so that a second one from GitLab pushes out the longest', () => {
    const input = 'a-1 b-2 _gitlab_session=3'
    expect([through(tokens(['a-']), input), through(tokens(['a-', 'b-']), input)]).toEqual([
      'a-[MASKED] b-2 _gitlab_session=[MASKED]',
      'a-[MASKED] b-[MASKED] _gitlab_session=3',
    ])
  })
})

describe('both sanitizers', () => {
  it('show the same however the text is cut', () => {
    const random = seeded(7)
    const pieces = [
      'glpat-',
      'gl',
      'gloas-',
      'x',
      '?',
      '&',
      'private_token',
      '=',
      'rss_token',
      ' ',
      '\n',
      'glrtr-',
      'g',
    ]
    for (let round = 0; round < 4000; round++) {
      const text = Array.from({ length: 1 + random(30) }, () => pieces[random(pieces.length)]!).join('')
      for (const filter of [createUrlSanitizer, tokens]) {
        expect(inPieces(filter(), text, random)).toBe(through(filter(), text))
      }
    }
  })
})

function inPieces(filter: LogFilter, text: string, random: (below: number) => number): string {
  const out = [...cut(Buffer.from(text), random, 4)].map((chunk) => filter.push(chunk))
  return Buffer.concat([...out, filter.end()]).toString()
}
