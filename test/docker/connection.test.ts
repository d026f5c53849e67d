import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { describe, expect, inject, it } from 'vitest'

import { connectDocker } from '../../main/engine/docker/connect.ts'

const around = (env: Readonly<Record<string, string>>) => ({
  env,
  platform: process.platform,
  home: '/nonexistent',
})

describe('an engine is spoken to', () => {
  it.each([
    { pinned: '1.41', host: 'config', spoken: '1.41' },
    { pinned: '1.40', host: 'config', spoken: '1.40' },
    { pinned: 'v1.41', host: 'config', spoken: '1.41' },
    { pinned: '1.41', host: 'environment', spoken: '1.41' },
  ])('with the API of DOCKER_API_VERSION = $pinned ($host)', async ({ pinned, host, spoken }) => {
    const address = inject('dockerHost')
    const env = {
      DOCKER_API_VERSION: pinned,
      DOCKER_HOST: host === 'environment' ? address : 'tcp://127.0.0.1:1',
    }
    const engine = await connectDocker({ host: host === 'config' ? address : '' }, around(env))
    const images = await engine.listImages()
    engine.close()
    expect([engine.about.apiVersion, images.length > 0]).toEqual([spoken, true])
  })

  it('not with a DOCKER_API_VERSION that is none', async () => {
    const env = { DOCKER_API_VERSION: 'latest' }
    await expect(connectDocker({ host: inject('dockerHost') }, around(env))).rejects.toMatchObject({
      name: 'EngineUnreachable',
      problem: 'DOCKER_API_VERSION is "latest", which is no version of the Docker API',
    })
  })

  it.each(['/elsewhere', 'ftp://127.0.0.1/'])('and is not left for %s, where it sends to', async (place) => {
    const asked: string[] = []
    const server = createServer((request, response) => {
      asked.push(request.url ?? '')
      response.writeHead(307, { Location: place }).end()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const host = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`
    await expect(connectDocker({ host }, around({}))).rejects.toMatchObject({
      name: 'EngineUnreachable',
      problem: `What answers at ${host} sends its callers elsewhere, which no Docker engine does`,
    })
    server.close()
    expect(asked).toEqual(['/version?'])
  })
})
