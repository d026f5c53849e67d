import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { DockerError } from '../../main/engine/docker/docker-error.ts'
import type { DockerEngine } from '../../main/engine/docker/port.ts'
import { anImage, images, onEngine, testEngine } from './kit.ts'

let engine: DockerEngine
beforeAll(async () => void (engine = await testEngine()))
afterAll(() => engine.close())

/** Docker Hub as far as its count goes; whoever logs in has another one. */
async function startHub() {
  const requests: string[] = []
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`)
    const { authorization = '' } = request.headers
    if (request.url?.startsWith('/token') === true) {
      response.end(JSON.stringify({ token: authorization.startsWith('Basic ') ? 'member' : 'anybody' }))
      return
    }
    response.writeHead(429, {
      'RateLimit-Limit': authorization === 'Bearer member' ? '200;w=21600' : '100;w=21600',
      'RateLimit-Remaining': '0;w=21600',
    })
    response.end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    hub: { login: url, registry: url, env: {} },
    requests,
    [Symbol.dispose]: () => void server.close(),
  }
}

/** No test may reach Docker Hub, so its refusal is told in its words. */
const refusing = (): DockerEngine => ({
  ...engine,
  pullImage: async () => {
    throw new DockerError('toomanyrequests: You have reached your pull rate limit.', { status: 429 })
  },
})

async function logOf(image: string, given: Parameters<typeof onEngine>[1]) {
  const { prepare, heard } = onEngine(refusing(), {
    ...given,
    docker: { pull_policy: [], helper_image: images.helper },
    job: { image: anImage(image) },
  })
  const failure = await prepare().then(
    async (environment) => environment[Symbol.asyncDispose](),
    (error: unknown) => error,
  )
  return { failure, lines: heard.text().split('\n') }
}

describe('a job that Docker Hub refuses a pull', () => {
  it('says what is left, and runs where the image is there', async () => {
    using server = await startHub()
    const { failure, lines } = await logOf(images.busybox, server)
    expect({ failure, lines }).toEqual({
      failure: undefined,
      lines: expect.arrayContaining([
        'info: Docker Hub counts 0 of 100 pulls in 6 h left for this address.',
        expect.stringMatching(/^warning: The registry limits pulls, so drydock-test\/busybox:1 is used/),
      ]),
    })
    expect(server.requests).toEqual([
      expect.stringMatching(/^GET \/token\?service=registry\.docker\.io&scope=repository/),
      'HEAD /v2/ratelimitpreview/test/manifests/latest',
    ])
  })

  it('says what is left of the account it pulled with', async () => {
    using server = await startHub()
    const auth = Buffer.from('me:secret').toString('base64')
    const variables = {
      DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { 'https://index.docker.io/v1/': { auth } } }),
    }
    const { lines } = await logOf(images.busybox, { ...server, variables })
    expect(lines).toContain('info: Docker Hub counts 0 of 200 pulls in 6 h left for this account.')
  })

  it('fails as ever where the hub does not tell and the image is not there', async () => {
    const hub = { login: 'http://127.0.0.1:1', registry: 'http://127.0.0.1:1', env: {} }
    const { failure, lines } = await logOf('drydock-test/not-here:1', { hub })
    expect(failure).toMatchObject({ reason: 'image_pull_failure' })
    expect(lines.join('\n')).not.toContain('Docker Hub counts')
  })

  it('does not ask the hub about another registry', async () => {
    using server = await startHub()
    await logOf('registry.example.com/tool:1', server)
    expect(server.requests).toEqual([])
  })
})
