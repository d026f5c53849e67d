import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import {
  forgetCredentials,
  keepCredentials,
  keptCredentials,
  readCredentials,
} from '../../../main/engine/history/credentials.ts'

const secret = { gitlabId: 900, url: 'https://gitlab.example.com', token: 'glcbt-64_abc' }

let root: string
let dir: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'drydock-running-'))
  dir = join(root, 'running')
})
afterEach(() => rm(root, { recursive: true }))

describe('the credentials of a running job', () => {
  it('can be read again, by their owner only, until they are forgotten', async () => {
    await keepCredentials(dir, 7, secret)
    await keepCredentials(dir, 7, { ...secret, token: 'newer' })
    const modes = [(await stat(dir)).mode & 0o777, (await stat(join(dir, '7.json'))).mode & 0o777]
    const kept = await readCredentials(dir, 7)
    await forgetCredentials(dir, 7)
    await forgetCredentials(dir, 7)
    expect({ modes, kept, after: await readCredentials(dir, 7), left: await readdir(dir) }).toEqual({
      modes: [0o700, 0o600],
      kept: { ...secret, token: 'newer' },
      after: undefined,
      left: [],
    })
  })

  it('are listed by job, so that a start can tidy up', async () => {
    await keepCredentials(dir, 12, secret)
    await keepCredentials(dir, 7, secret)
    await writeFile(join(dir, '9.json.part'), '{"gitla')
    await writeFile(join(dir, 'notes.txt'), 'not ours')
    expect(await keptCredentials(dir)).toEqual([7, 9, 12])
  })

  it('are none where nothing whole was kept', async () => {
    expect([await readCredentials(dir, 1), await keptCredentials(dir)]).toEqual([undefined, []])
    await keepCredentials(dir, 1, secret)
    await writeFile(join(dir, '1.json'), '{"gitlabId":900,"to')
    expect(await readCredentials(dir, 1)).toBeUndefined()
  })
})
