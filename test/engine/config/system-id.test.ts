import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { readSystemId } from '../../../main/engine/config/system-id.ts'
import { temporaryFolder } from './temporary-folder.ts'

function aMachine(machineId: string | undefined) {
  const folder = temporaryFolder()
  const machineFile = join(folder.path, 'machine-id')
  if (machineId !== undefined) writeFileSync(machineFile, `${machineId}\n`)
  const warnings: string[] = []
  return {
    file: join(folder.path, 'etc', '.runner_system_id'),
    warnings,
    read: () =>
      readSystemId({
        configFile: join(folder.path, 'etc', 'config.toml'),
        machineIdFiles: [join(folder.path, 'nowhere'), machineFile],
        onWarning: (message) => void warnings.push(message),
      }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  }
}

describe('the system id', () => {
  it("comes from the machine's id and is kept without a line end, for the owner alone", async () => {
    using machine = aMachine('0123456789abcdef0123456789abcdef')
    // printf gitlab-runner | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef
    expect(await machine.read()).toBe('s_ee3af03959fe')
    expect([readFileSync(machine.file, 'utf8'), statSync(machine.file).mode & 0o777]).toEqual([
      's_ee3af03959fe',
      0o600,
    ])
  })

  it('is random where the machine has none, and then stays', async () => {
    using machine = aMachine(undefined)
    const id = await machine.read()
    expect([id, await machine.read()]).toEqual([expect.stringMatching(/^r_[0-9a-zA-Z]{12}$/), id])
  })

  it.each(['r_AbCdEfGh1234\n', ' s_0123456789ab'])('is taken from the file: %j', async (stored) => {
    using machine = aMachine('x')
    mkdirSync(join(machine.file, '..'))
    writeFileSync(machine.file, stored)
    expect(await machine.read()).toBe(stored.trim())
  })

  it.each(['', 's_short', 'x_0123456789ab', 's_0123456789abc'])(
    'is made anew where the file says %j',
    async (stored) => {
      using machine = aMachine('x')
      mkdirSync(join(machine.file, '..'))
      writeFileSync(machine.file, stored)
      const id = await machine.read()
      expect([id, readFileSync(machine.file, 'utf8')]).toEqual([
        expect.stringMatching(/^s_[0-9a-f]{12}$/),
        id,
      ])
    },
  )

  it('holds for this run only where it cannot be kept, with a warning', async () => {
    using machine = aMachine('x')
    // A file where the folder should be: nothing can be written below it, also not by root.
    writeFileSync(join(machine.file, '..'), '')
    expect([await machine.read(), machine.warnings.length]).toEqual([expect.stringMatching(/^s_/), 1])
  })

  it('fails where the file is there and cannot be read', async () => {
    using machine = aMachine('x')
    mkdirSync(machine.file, { recursive: true })
    await expect(machine.read()).rejects.toThrow('Cannot read')
  })
})
