import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, it } from 'vitest'

import { startPrivateEngine, type PrivateEngine } from '../../main/cli/demo/private-engine.ts'
import { importImages } from '../support/docker-engine.ts'
import { specifyRestart } from './specify-restart.ts'

let folder: string
let engine: PrivateEngine
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drydock-restart-'))
  engine = await startPrivateEngine(folder, () => {})
  await importImages(engine.host)
})
afterAll(async () => {
  await engine[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

describe('a Docker engine that is restarted in mid-job', () => {
  it('fails the job within 30 s with a reason to read, and serves the next one, with nothing left', () =>
    specifyRestart({
      host: engine.host,
      end: async () => engine[Symbol.asyncDispose](),
      begin: async () => void (engine = await startPrivateEngine(folder, () => {})),
    }))
})
