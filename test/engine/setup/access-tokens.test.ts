import { describe, expect, it } from 'vitest'

import { AccessTokens, type SecretPlace } from '../../../main/engine/setup/access-tokens.ts'

const url = 'https://git.example.com'

describe('a token of a person', () => {
  it('is held for its server, and written nowhere by itself', async () => {
    const place = aPlace()
    const tokens = new AccessTokens(place)
    tokens.hold(url, 'glpat-canary')
    expect([await tokens.of(url), await tokens.of('https://other'), place.kept]).toEqual([
      'glpat-canary',
      undefined,
      new Map(),
    ])
  })

  it('that is remembered is there for the next program, until it is forgotten', async () => {
    const place = aPlace()
    const first = new AccessTokens(place)
    first.hold(url, 'glpat-canary')
    await first.remember(url)
    const second = new AccessTokens(place)
    const found = [await second.of(url), second.isRemembered(url)]
    await second.forget(url)
    expect([found, await second.of(url), place.kept.size]).toEqual([['glpat-canary', true], undefined, 0])
  })

  it('that is replaced is not remembered for that', async () => {
    const place = aPlace()
    const tokens = new AccessTokens(place)
    tokens.hold(url, 'glpat-old')
    await tokens.remember(url)
    tokens.hold(url, 'glpat-new')
    expect(tokens.isRemembered(url)).toBe(false)
  })

  it.each([
    ['keychain', 'keychain'],
    ['plain', 'plain'],
    ['none', undefined],
  ] as const)('where the system has %s is offered to be remembered by: %s', async (protection, offered) => {
    expect(await new AccessTokens(aPlace(protection)).offers()).toBe(offered)
  })

  it('is not offered to be remembered by a service without a desktop', async () => {
    expect(await new AccessTokens().offers()).toBeUndefined()
  })

  it('that could not be stored says why', async () => {
    const place = { ...aPlace(), keep: () => Promise.reject(new Error('The keychain is locked.')) }
    const tokens = new AccessTokens(place)
    tokens.hold(url, 'glpat-canary')
    await expect(tokens.remember(url)).rejects.toMatchObject({
      code: 'unavailable',
      message: 'The token could not be stored: The keychain is locked',
    })
  })
})

function aPlace(protection: 'keychain' | 'plain' | 'none' = 'keychain') {
  const kept = new Map<string, string>()
  const place: SecretPlace = {
    protection: async () => protection,
    keep: async (name, secret) => void kept.set(name, secret),
    recall: async (name) => kept.get(name),
    forget: async (name) => void kept.delete(name),
  }
  return { ...place, kept }
}
