import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import path from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { DockerEngine } from '../../main/engine/docker/port.ts'
import { onEngine, testEngine } from './kit.ts'
import { specifyVolumes } from './specify-volumes.ts'

let engine: DockerEngine
let host: string
beforeAll(async () => {
  engine = await testEngine()
  host = await mkdtemp('/tmp/drydock-volumes-')
})
afterAll(async () => {
  engine.close()
  await rm(host, { recursive: true, force: true })
})

specifyVolumes(() => engine, it)

describe('before any stage, a job fails where', () => {
  const failing = async (volumes: readonly string[], docker = {}) => {
    const { prepare } = onEngine(engine, { docker: { volumes: [...volumes], ...docker } })
    return prepare().then(
      async (environment) => environment[Symbol.asyncDispose](),
      (error: unknown) => error,
    )
  }

  it.each([{ options: ':ro' }, { options: '' }, { options: ':ro,z' }])(
    'a host folder does not exist ($options), and it is not created',
    async ({ options }) => {
      const missing = path.join(host, 'missing')
      expect(await failing([`${missing}:/t${options}`])).toMatchObject({
        name: 'JobFailure',
        reason: 'runner_configuration_error',
        message: `The volume "${missing}:/t${options}" cannot be mounted: ${missing} does not exist on the machine of the Docker engine. Create it there, or correct the entry in volumes of [runners.docker].`,
      })
      expect(existsSync(missing)).toBe(false)
    },
  )

  it.each([
    { volumes: ['C:\\tools:/t'], says: 'a Windows path cannot be written here' },
    { volumes: ['/a:/'], says: "would be mounted over the container's root folder" },
    { volumes: ['/a:/t', '/b:/t/'], says: 'volume for container path "/t" is already defined' },
    { volumes: ['/cache'], docker: { cache_dir: 'relative' }, says: 'must be an absolute path' },
    { volumes: ['vol:/t:O'], says: 'does not know the volume mode' },
    { volumes: ['/cache'], docker: { tmpfs: { '/cache': 'rw' } }, says: 'have the destination /cache' },
  ])('$volumes: $says', async ({ volumes, says, docker }) => {
    expect(await failing(volumes, docker)).toMatchObject({
      reason: 'runner_configuration_error',
      message: expect.stringContaining(says),
    })
  })
})
