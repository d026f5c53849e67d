import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { canUpdateItself } from '../../main/desktop/update-feed.ts'
import { fetchUpdates, isNewer, type UpdateFeed } from '../../main/desktop/updates.ts'
import { turnedClock } from '../support/turned-clock.ts'

describe('an update', () => {
  it('is fetched and told of, and never installed by itself', async () => {
    const feed = aFeed(['1.3.0'])
    expect(await fetched(feed)).toEqual(['check', 'download', 'ready 1.3.0'])
  })

  it.each(['1.2.0', '1.1.9', '0.9.0', '1.3.0-beta.1', '', 'latest'])('to %j is refused', async (offered) => {
    expect(await fetched(aFeed([offered]))).toEqual(['check', 'check'])
  })

  it('is looked for again after six hours, also when the feed cannot be read', async () => {
    expect(await fetched(aFeed([new Error('no network'), undefined, '2.0.0']), 3)).toEqual([
      'check',
      'problem: no network',
      'check',
      'check',
      'download',
      'ready 2.0.0',
    ])
  })

  it('is not told of when its file has been tampered with', async () => {
    const feed = aFeed(['1.3.0'])
    const refused = { ...feed, download: () => Promise.reject(new Error('sha512 checksum mismatch')) }
    expect(await fetched(refused)).toEqual([
      'check',
      'problem: sha512 checksum mismatch',
      'check',
      'problem: sha512 checksum mismatch',
    ])
  })

  it('is not looked for by someone who does not want it', async () => {
    expect(await fetched(aFeed(['9.0.0']), 2, false)).toEqual([])
  })

  it.each([
    ['1.10.0', '1.9.9', true],
    ['2.0.0', '1.99.99', true],
    ['1.2.3', '1.2.3', false],
    ['1.2.2', '1.2.3', false],
    ['1.2', '1.1.0', false],
  ])('%s is newer than %s: %s', (offered, current, newer) => expect(isNewer(offered, current)).toBe(newer))
})

describe('an installation replaces itself', () => {
  const appImage = { APPIMAGE: join(tmpdir(), 'Drydock.AppImage') }
  it.each([
    ['as an AppImage', { platform: 'linux', environment: appImage }, true],
    [
      'not in a folder that cannot be written',
      { platform: 'linux', environment: { APPIMAGE: '/nowhere/D' } },
      false,
    ],
    ['on macOS', { platform: 'darwin' }, true],
    ['not as a deb or rpm', { platform: 'linux' }, false],
    ['not from a checkout', { platform: 'darwin', isPackaged: false }, false],
    ['not where it is published nowhere', { platform: 'win32', published: false }, false],
  ] as const)('%s', (_, given, expected) => {
    const resources = mkdtempSync(join(tmpdir(), 'drydock-resources-'))
    try {
      const { published, ...others } = { published: true, ...given }
      if (published) writeFileSync(join(resources, 'app-update.yml'), '')
      expect(canUpdateItself({ isPackaged: true, environment: {}, resources, ...others })).toBe(expected)
    } finally {
      rmSync(resources, { recursive: true })
    }
  })
})

interface FeedDouble extends UpdateFeed {
  readonly did: string[]
}

/** Offers one after another, the last one for good. */
function aFeed(offers: readonly (string | Error | undefined)[]): FeedDouble {
  const did: string[] = []
  const left = [...offers]
  return {
    did,
    async check() {
      did.push('check')
      const offer = left.length > 1 ? left.shift() : left[0]
      if (offer instanceof Error) throw offer
      return offer
    },
    download: async () => void did.push('download'),
    restart: async () => void did.push('restart'),
  }
}

/** What happens in the first hours. */
async function fetched(feed: UpdateFeed & { did: string[] }, looks = 2, isWanted = true): Promise<string[]> {
  const clock = turnedClock()
  const stop = new AbortController()
  const fetching = fetchUpdates(
    {
      feed,
      currentVersion: '1.2.0',
      isWanted: () => isWanted,
      clock,
      onReady: (version) => feed.did.push(`ready ${version}`),
      onProblem: (error) => feed.did.push(`problem: ${(error as Error).message}`),
    },
    stop.signal,
  )
  await clock.advance((looks - 1) * 6 * 60 * 60 * 1000)
  stop.abort()
  await fetching
  return feed.did
}
