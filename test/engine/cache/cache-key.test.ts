import { describe, expect, it } from 'vitest'

import { isAllowedFallback, readCacheKey } from '../../../main/engine/cache/cache-key.ts'

describe('a cache key', () => {
  it.each([
    ['npm-main', 'npm-main'],
    ['a/b/c/../../d', 'a/d'],
    ['job\\name/git\\ref', 'job/name/git/ref'],
    ['some%2f../job/./x', 'job/x'],
    ['some%2F%2e%2E/x', 'x'],
    ['...', '...'],
    ['../foo', 'foo'],
    ['foo/ / /', 'foo'],
    [' foo / bar ', ' foo / bar'],
  ])('%j is stored as %j', (raw, stored) => {
    expect(readCacheKey(raw, false)).toEqual({
      kind: 'usable',
      key: { shown: stored, stored, other: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
      ...(raw !== stored && { warning: `cache key "${raw}" sanitized to "${stored}"` }),
    })
  })

  it.each(['..', '/', ' ', '%2e'])('%j is unusable', (raw) => {
    expect(readCacheKey(raw, false)).toEqual({
      kind: 'unusable',
      warning: `cache key "${raw}" could not be sanitized`,
    })
  })

  it('is stored by its digest where the flag asks for that', () => {
    expect(readCacheKey('npm-main', true)).toEqual({
      kind: 'usable',
      key: {
        shown: 'npm-main',
        stored: expect.stringMatching(/^db6619154d9f[0-9a-f]{52}$/) as string,
        other: 'npm-main',
      },
    })
  })

  it.each([
    ['main', true],
    ['main-non_protected', true],
    ['main-protected', false],
    ['main-protected. .', false],
    ['x/../main-protected', false],
    ['main%2d-protected', false],
  ])('%j as CACHE_FALLBACK_KEY: %s', (raw, allowed) => {
    expect(isAllowedFallback(raw)).toBe(allowed)
  })
})
