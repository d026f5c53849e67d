import { mkdirSync, readFileSync, realpathSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { createMountPolicy } from '../../../main/engine/setup/mount-policy.ts'
import { turnedClock } from '../../support/turned-clock.ts'
import { temporaryFolder } from '../config/temporary-folder.ts'

function here(platform: NodeJS.Platform = 'linux') {
  const folder = temporaryFolder()
  const path = realpathSync(folder.path)
  const at = (name: string) => join(path, name)
  for (const name of ['home/me/.ssh', 'home/me/sdk', 'data/toolchains/gcc', 'config', 'links'])
    mkdirSync(at(name), { recursive: true })
  symlinkSync(at('home/me/.ssh'), at('links/keys'))
  symlinkSync(at('home'), at('links/people'))
  const policy = createMountPolicy({
    root: at('data'),
    configFile: at('config/config.toml'),
    home: at('home/me'),
    clock: turnedClock(5000),
    platform,
  })
  return { at, policy, [Symbol.dispose]: () => folder[Symbol.dispose]() }
}

describe('a mount that gives jobs much', () => {
  it.each([
    { mount: '/', why: 'everything on this computer' },
    { mount: '/etc', why: 'how this computer works' },
    { mount: '/etc/../etc/', why: 'how this computer works' },
    { mount: '/proc', why: 'how this computer works' },
    { mount: '/var/run/docker.sock', why: 'take over this computer' },
    { mount: '/run/docker.sock', why: 'take over this computer' },
    { mount: '/run', why: 'take over this computer' },
    { mount: '@home/me', why: 'everything of yours' },
    { mount: '@home', why: 'everything of yours' },
    { mount: '@links/people', why: 'everything of yours' },
    { mount: '@home/me/.ssh', why: 'your private keys' },
    { mount: '@home/me/.ssh/id_ed25519', why: 'your private keys' },
    { mount: '@home/me/.gnupg', why: 'your private keys' },
    { mount: '@links/keys', why: 'your private keys' },
    { mount: '@links/keys/id_ed25519', why: 'your private keys' },
    { mount: '@data', why: 'the tokens of your runners' },
    { mount: '@data/history.db', why: 'the tokens of your runners' },
    { mount: '@config/config.toml', why: 'the tokens of your runners' },
  ])('is $mount: $why', async ({ mount, why }) => {
    using place = here()
    const source = mount.replace(/^@/, `${place.at('')}/`)
    expect(await place.policy.judge([source], [])).toEqual([
      { source, why: expect.stringContaining(why) as string, isInFile: false },
    ])
  })

  it.each(['/opt/sdk', '/etc/ssl/certs', '@home/me/sdk', '@data/toolchains/gcc', 'a-volume'])(
    'is not %s',
    async (mount) => {
      using place = here()
      expect(await place.policy.judge([mount.replace(/^@/, `${place.at('')}/`)], [])).toEqual([])
    },
  )

  it('is found in any case where the system knows no difference', async () => {
    using place = here('darwin')
    expect(await place.policy.judge(['/ETC'], [])).toHaveLength(1)
  })
})

describe('consent to such a mount', () => {
  const source = '/var/run/docker.sock'
  const consent = { source, typed: source, reason: ' builds images ' }

  it.each([
    { what: 'none', consents: [] },
    { what: 'another path', consents: [{ ...consent, typed: '/var/run' }] },
    { what: 'no reason', consents: [{ ...consent, reason: '  ' }] },
    { what: 'that for another mount', consents: [{ ...consent, source: '/etc', typed: '/etc' }] },
  ])('is not $what', async ({ consents }) => {
    using place = here()
    await expect(place.policy.require([source], [], consents)).rejects.toThrow(
      '/var/run/docker.sock is saved only after its path was typed once more',
    )
  })

  it('is the path typed and a reason, which is remembered for its owner alone', async () => {
    using place = here()
    await place.policy.require([source], [], [consent])
    expect(await place.policy.judge([source], [source])).toMatchObject([
      { isInFile: true, accepted: { reason: 'builds images', at: 5000 } },
    ])
    const file = place.at('data/accepted-mounts.json')
    expect([statSync(file).mode & 0o777, JSON.parse(readFileSync(file, 'utf8'))]).toEqual([
      0o600,
      { [source]: { reason: 'builds images', at: 5000 } },
    ])
  })

  it('is not asked for again for what stands in the file', async () => {
    using place = here()
    await place.policy.require([source], [source], [])
  })
})
