import { readFileSync } from 'node:fs'

import type { SafeStorage } from 'electron'
import { z } from 'zod'

import { say } from '../contract/sentences/say.ts'
import { replaceFile } from '../engine/config/replace-file.ts'

/** How well the system keeps a secret. With `plain` anyone who reads the file can read it: the user is asked first. */
export type SecretProtection = 'keychain' | 'plain' | 'none'

type Storage = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'getSelectedStorageBackend' | 'encryptStringAsync' | 'decryptStringAsync'
>

export interface SecretStore {
  protection(): Promise<SecretProtection>
  /** @throws Error where protection is `none`, or `plain` without `acceptsPlain`. */
  keep(name: string, secret: string, acceptsPlain?: boolean): Promise<void>
  /** undefined when there is none, or the system can no longer read it. */
  recall(name: string): Promise<string | undefined>
  forget(name: string): Promise<void>
}

const sealedFile = z.record(z.string(), z.base64())

/**
 * Keeps secrets in a file, sealed by the system's keychain. To be used after the application is ready: before, the
 * system does not say how it seals.
 */
export function openSecrets(file: string, storage: Storage, platform: NodeJS.Platform): SecretStore {
  const protection = async (): Promise<SecretProtection> => {
    if (!(await storage.isAsyncEncryptionAvailable())) return 'none'
    if (platform !== 'linux') return 'keychain'
    const backend = storage.getSelectedStorageBackend()
    return backend === 'basic_text' || backend === 'unknown' ? 'plain' : 'keychain'
  }
  const write = (sealed: Record<string, string>) => replaceFile(file, `${JSON.stringify(sealed)}\n`)
  const seal = async (name: string, secret: string) => {
    const sealed = await storage.encryptStringAsync(secret)
    await write({ ...read(file), [name]: sealed.toString('base64') })
  }
  return {
    protection,
    async keep(name, secret, acceptsPlain = false) {
      const how = await protection()
      if (how === 'none') throw new Error(say('keychain-closed'))
      if (how === 'plain' && !acceptsPlain) throw new Error(say('keychain-none'))
      await seal(name, secret)
    },
    async recall(name) {
      const sealed = read(file)[name]
      if (sealed === undefined) return undefined
      try {
        const { result, shouldReEncrypt } = await storage.decryptStringAsync(Buffer.from(sealed, 'base64'))
        if (shouldReEncrypt) await seal(name, result)
        return result
      } catch {
        // Another user's keychain, or one that was made anew.
        return undefined
      }
    },
    async forget(name) {
      const { [name]: _, ...others } = read(file)
      await write(others)
    },
  }
}

function read(file: string): Record<string, string> {
  try {
    return sealedFile.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return {}
  }
}
