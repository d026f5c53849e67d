import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { runInstalledHelper } from '../../../main/engine/docker/docker-auth.ts'
import { tempDir } from '../../support/temp-dir.ts'

let bin: Awaited<ReturnType<typeof tempDir>>
beforeEach(async () => {
  bin = await tempDir()
  vi.stubEnv('PATH', `${bin.path}:${process.env['PATH'] ?? ''}`)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await bin[Symbol.asyncDispose]()
})

async function install(name: string, ...lines: readonly string[]) {
  const file = join(bin.path, `docker-credential-${name}`)
  await writeFile(file, ['#!/bin/sh', ...lines, ''].join('\n'))
  await chmod(file, 0o755)
}

describe('a credential helper', () => {
  it('is asked as Docker asks it', async () => {
    await install('echo', 'echo "$1: $(cat)"')
    expect(await runInstalledHelper('echo', 'get', 'r.example.com')).toBe('get: r.example.com\n')
  })

  it('that refuses is quoted', async () => {
    await install('empty', 'echo credentials not found in native keychain', 'exit 1')
    await expect(runInstalledHelper('empty', 'get', 'x')).rejects.toThrow(
      /^docker-credential-empty get failed with exit code 1: credentials not found in native keychain$/,
    )
  })

  it('that is missing is named', async () => {
    await expect(runInstalledHelper('no-such', 'list', '')).rejects.toThrow(
      /^docker-credential-no-such is not installed, or not in the PATH of Drydock$/,
    )
  })
})
