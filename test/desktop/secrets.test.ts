import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { openSecrets } from '../../main/desktop/secrets.ts'
import { tempDir } from '../support/temp-dir.ts'

type Backend = ReturnType<Electron.SafeStorage['getSelectedStorageBackend']>

describe('a secret', () => {
  it('is found again, and its file does not hold it', async () => {
    await using folder = await tempDir()
    const file = join(folder.path, 'secrets.json')
    await openSecrets(file, aKeychain(), 'linux').keep('gitlab.example.com', 'glpat-canary')
    const again = openSecrets(file, aKeychain(), 'linux')
    const text = await readFile(file, 'utf8')
    expect({
      recalled: await again.recall('gitlab.example.com'),
      other: await again.recall('other'),
      shown: text.includes('canary'),
      mode: (await stat(file)).mode & 0o777,
    }).toEqual({ recalled: 'glpat-canary', other: undefined, shown: false, mode: 0o600 })
    await again.forget('gitlab.example.com')
    expect(await again.recall('gitlab.example.com')).toBeUndefined()
  })

  it.each([
    ['linux', 'gnome_libsecret', true, 'keychain'],
    ['linux', 'basic_text', true, 'plain'],
    ['linux', 'unknown', true, 'plain'],
    ['linux', 'kwallet6', false, 'none'],
    ['darwin', 'unknown', true, 'keychain'],
  ] as const)(
    'on %s with %s, available: %s, is kept by %s',
    async (platform, backend, available, expected) => {
      expect(await openSecrets('/nowhere', aKeychain(backend, available), platform).protection()).toBe(
        expected,
      )
    },
  )

  it('is stored without a keychain only by someone who was asked', async () => {
    await using folder = await tempDir()
    const secrets = openSecrets(join(folder.path, 'secrets.json'), aKeychain('basic_text'), 'linux')
    await expect(secrets.keep('a', 'b')).rejects.toThrow('This desktop has no keychain')
    await secrets.keep('a', 'b', true)
    expect(await secrets.recall('a')).toBe('b')
  })

  it('is sealed anew when the system has a new key', async () => {
    await using folder = await tempDir()
    const file = join(folder.path, 'secrets.json')
    await openSecrets(file, aKeychain(), 'linux').keep('a', 'b')
    const rotated = {
      ...aKeychain(),
      encryptStringAsync: async (text: string) => Buffer.from(`new ${text}`),
      decryptStringAsync: async () => ({ result: 'b', shouldReEncrypt: true }),
    }
    const recalled = await openSecrets(file, rotated, 'linux').recall('a')
    expect([recalled, await readFile(file, 'utf8')]).toEqual([
      'b',
      `${JSON.stringify({ a: Buffer.from('new b').toString('base64') })}\n`,
    ])
  })

  it('that the system can no longer read is as if there were none', async () => {
    await using folder = await tempDir()
    const file = join(folder.path, 'secrets.json')
    await openSecrets(file, aKeychain(), 'linux').keep('a', 'b')
    const other = { ...aKeychain(), decryptStringAsync: () => Promise.reject(new Error('no key')) }
    expect(await openSecrets(file, other, 'linux').recall('a')).toBeUndefined()
  })
})

/** Seals by turning every bit over. */
function aKeychain(backend: Backend = 'gnome_libsecret', available = true) {
  const turn = (bytes: Buffer) => Buffer.from(bytes.map((byte) => byte ^ 0xff))
  return {
    isAsyncEncryptionAvailable: async () => available,
    getSelectedStorageBackend: () => backend,
    encryptStringAsync: async (text: string) => turn(Buffer.from(text)),
    decryptStringAsync: async (sealed: Buffer) => ({
      result: turn(sealed).toString(),
      shouldReEncrypt: false,
    }),
  }
}
