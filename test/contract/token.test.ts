import { describe, expect, it } from 'vitest'

import { shortToken, tokenKind } from '../../main/contract/token.ts'

describe('a token', () => {
  it.each([
    ['glrt-t1_AbCdEfGhIjKl', 'AbCdEfGhI'],
    ['glrt-t3_AbCdEfGhIjKl', 'AbCdEfGhI'],
    ['glrt-t4_AbCdEfGhIjKl', 't4_AbCdEf'],
    ['glrt-AbCdEfGhIjKl', 'AbCdEfGhI'],
    ['t2_AbCdEfGhIjKl', 'AbCdEfGhI'],
    ['glrtr-AbCdEfGhIjKl', 'AbCdEfGhI'],
    ['glcbt-64_AbCdEfGhIjKl', '64_AbCdEf'],
    ['GR1348941AbCdEfGhIjKl', 'AbCdEfGhI'],
    ['XXXXXXXXX', 'XXXXXXXXX'],
    ['short', 'short'],
    ['', ''],
  ])('%s is shown as %s', (token, short) => {
    expect(shortToken(token)).toBe(short)
  })

  it.each([
    ['glrt-t1_abc', 'runner'],
    ['glrtr-abc', 'legacy-runner'],
    ['GR1348941abc', 'registration'],
    ['glpat-abc', 'personal-access'],
    ['glcbt-64_abc', 'job'],
    ['gldt-abc', 'other-gitlab'],
    ['glptt-abc', 'other-gitlab'],
    ['abcdef', 'unknown'],
    ['', 'unknown'],
  ])('%s is of the kind %s', (token, kind) => {
    expect(tokenKind(token)).toBe(kind)
  })
})
