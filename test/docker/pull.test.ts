import { request } from 'node:http'

import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'

import type { DockerEngine } from '../../main/engine/docker/port.ts'
import { busyboxImage } from '../support/busybox-image.ts'
import { type Registry, type RegistryOptions, startRegistry } from '../support/registry.ts'
import { type Given, anImage, onEngine, testEngine } from './kit.ts'

let engine: DockerEngine
const pulled: string[] = []
beforeAll(async () => void (engine = await testEngine()))
afterAll(() => engine.close())
afterEach(async () => {
  for (const image of pulled.splice(0)) await removeImage(image)
})

function removeImage(name: string): Promise<void> {
  const socketPath = inject('dockerHost').replace('unix://', '')
  return new Promise((resolve, reject) => {
    request(
      { socketPath, method: 'DELETE', path: `/images/${name}?force=1` },
      (answer) => void answer.resume().on('end', () => resolve()),
    )
      .on('error', reject)
      .end()
  })
}

const aRegistry = async (options: RegistryOptions = {}): Promise<Registry> =>
  startRegistry(await busyboxImage(), options)

/** What became of preparing a job with an image of the registry, and its log with changing parts named. */
async function prepareWith({ host }: Registry, tag: string, given: Given = {}) {
  const image = `${host}/group/tool:${tag}`
  pulled.push(image)
  const { prepare, heard } = onEngine(engine, {
    ...given,
    docker: { pull_policy: 'always', ...given.docker },
    job: { image: anImage(image, { pullPolicies: given.job?.image?.pullPolicies ?? [] }), ...given.job },
  })
  const failure = await prepare().then(
    async (environment) => environment[Symbol.asyncDispose](),
    (error: unknown) => error as Error,
  )
  const lines = heard
    .text()
    .replaceAll(image, 'IMAGE')
    .replace(/sha256:[0-9a-f]{64}/g, 'ID')
    .replaceAll(`${host}/group/tool`, 'REPOSITORY')
  return { failure, lines: lines.trimEnd().split('\n').slice(1) }
}

describe('pulling an image', () => {
  it('says what it does', async () => {
    await using registry = await aRegistry()
    expect(await prepareWith(registry, '1')).toEqual({
      failure: undefined,
      lines: [
        'plain: Using effective pull policy of [always] for container IMAGE',
        'plain: Pulling docker image IMAGE ...',
        'plain: Using docker image ID for IMAGE with digest REPOSITORY@ID ...',
      ],
    })
  })

  it('is spared by if-not-present once it is there', async () => {
    await using registry = await aRegistry()
    await prepareWith(registry, '1')
    const before = registry.requests.length
    const { failure, lines } = await prepareWith(registry, '1', { docker: { pull_policy: 'if-not-present' } })
    expect({ failure, requests: registry.requests.length - before, line: lines[1] }).toEqual({
      failure: undefined,
      requests: 0,
      line: 'plain: Using locally found image version due to "if-not-present" pull policy',
    })
  })

  it.each([
    {
      where: 'in DOCKER_AUTH_CONFIG',
      source: '$DOCKER_AUTH_CONFIG',
      given: (host: string): Given => ({
        variables: {
          DOCKER_AUTH_CONFIG: JSON.stringify({
            auths: { [host]: { auth: Buffer.from('me:secret').toString('base64') } },
          }),
        },
      }),
    },
    {
      where: 'from GitLab',
      source: 'job payload (GitLab Registry)',
      given: (host: string): Given => ({
        job: { credentials: [{ url: host, username: 'me', password: 'secret' }] },
      }),
    },
  ])('uses the credentials $where', async ({ given, source }) => {
    await using registry = await aRegistry({ login: 'me:secret' })
    const wanted = given(registry.host)
    const image = anImage(`${registry.host}/group/tool:1`)
    const { failure, lines } = await prepareWith(registry, '1', { ...wanted, job: { image, ...wanted.job } })
    expect({ failure, line: lines[1] }).toEqual({
      failure: undefined,
      line: `plain: Authenticating with credentials from ${source}`,
    })
  })

  it.each([
    {
      what: 'credentials are missing',
      options: { login: 'me:secret' },
      tag: '1',
      reason: 'runner_configuration_error',
      says: /Check the name of the image, and the credentials/,
    },
    {
      what: 'the tag does not exist',
      options: {},
      tag: 'missing',
      reason: 'runner_configuration_error',
      says: /Check name and tag/,
    },
    {
      what: 'the registry limits pulls',
      options: { faults: { on: /manifests/, status: 429, times: 99 } },
      tag: '1',
      reason: 'image_pull_failure',
      says: /log in with "docker login" or DOCKER_AUTH_CONFIG, .* or name a mirror/,
    },
    {
      what: 'the registry fails',
      options: { faults: { on: /manifests/, status: 500, times: 99 } },
      tag: '1',
      reason: 'image_pull_failure',
      says: /bad day|500/,
    },
  ])('fails with a reason where $what', async ({ options, tag, reason, says }) => {
    await using registry = await aRegistry(options)
    const { failure } = await prepareWith(registry, tag)
    expect(failure).toMatchObject({ name: 'JobFailure', reason, message: expect.stringMatching(says) })
  })

  const limited = () => ({ on: /manifests/, status: 429, times: 0 })

  it('goes on with the image that is there where the registry limits pulls, and says so', async () => {
    const faults = limited()
    await using registry = await aRegistry({ faults })
    await prepareWith(registry, '1')
    faults.times = 99
    const { failure, lines } = await prepareWith(registry, '1', { docker: { pull_policy: [] } })
    expect({ failure, lines: lines.slice(-2) }).toEqual({
      failure: undefined,
      lines: [
        'warning: The registry limits pulls, so IMAGE is used as it is on the engine, which may be an older one; pull_policy = "always" in [runners.docker] forbids that.',
        'plain: Using docker image ID for IMAGE with digest REPOSITORY@ID ...',
      ],
    })
  })

  it.each([
    { who: 'the runner', docker: { pull_policy: 'always' }, policies: [] },
    { who: 'the job', docker: { pull_policy: [] }, policies: ['always'] },
  ])('is not spared by a limit where $who says always', async ({ docker, policies }) => {
    const faults = limited()
    await using registry = await aRegistry({ faults })
    await prepareWith(registry, '1')
    faults.times = 99
    const image = anImage(`${registry.host}/group/tool:1`, { pullPolicies: policies })
    const { failure } = await prepareWith(registry, '1', { docker, job: { image } })
    expect(failure).toMatchObject({ name: 'JobFailure', reason: 'image_pull_failure' })
  })

  it('fails with a reason where the registry breaks off in the middle of a layer', async () => {
    await using registry = await aRegistry({ faults: { on: /blobs/, status: 404, times: 99 } })
    const { failure } = await prepareWith(registry, '1')
    expect(failure).toMatchObject({
      name: 'JobFailure',
      reason: expect.stringMatching(/image_pull_failure|runner_configuration_error/),
    })
  })

  it('tries each policy of the list in turn', async () => {
    await using registry = await aRegistry()
    const { failure, lines } = await prepareWith(registry, '1', {
      docker: { pull_policy: ['never', 'always'] },
    })
    expect({ failure, lines: lines.slice(0, 4) }).toEqual({
      failure: undefined,
      lines: [
        'plain: Using effective pull policy of [never always] for container IMAGE',
        expect.stringContaining(
          'warning: Failed to pull image with policy "never": The image IMAGE is not on the Docker engine',
        ),
        'info: Attempt #2: Trying "always" pull policy',
        'plain: Pulling docker image IMAGE ...',
      ],
    })
  })

  it('three times where the registry cannot be reached, then fails for the network', async () => {
    const registry = await aRegistry()
    await registry[Symbol.asyncDispose]()
    const { failure, lines } = await prepareWith(registry, '1')
    expect(failure).toMatchObject({ reason: 'runner_external_dependency_failure' })
    expect(lines.filter((line) => line.includes('retrying')).length).toBe(2)
  })

  it('names an image for another CPU', async () => {
    await using registry = await aRegistry({ architecture: 's390x' })
    const { lines } = await prepareWith(registry, 's390x')
    expect(lines.join('\n')).toContain(
      'warning: The image IMAGE is made for s390x, the engine runs on x86_64',
    )
  })

  it.each([
    { written: 'amd64', says: 'plain: Pulling docker image IMAGE for platform linux/amd64 ...' },
    { written: '$CPU', says: 'plain: Pulling docker image IMAGE for platform linux/amd64 ...' },
    { written: 'linux/amd64', says: 'plain: Pulling docker image IMAGE for platform linux/amd64 ...' },
    { written: '$NOTHING', says: 'plain: Pulling docker image IMAGE ...' },
    {
      written: 'freebsd/amd64',
      says: 'warning: There are no containers of freebsd, so linux/amd64 is taken.',
    },
  ])('for the platform $written', async ({ written, says }) => {
    await using registry = await aRegistry()
    const image = anImage(`${registry.host}/group/tool:1`, { platform: written })
    const variables = { CPU: 'linux/amd64' }
    const { failure, lines } = await prepareWith(registry, '1', { job: { image }, variables })
    expect({ failure, lines }).toEqual({ failure: undefined, lines: expect.arrayContaining([says]) })
  })

  it('for what is no platform fails before anything is pulled', async () => {
    await using registry = await aRegistry()
    const image = anImage(`${registry.host}/group/tool:1`, { platform: 'pdp11' })
    const { failure } = await prepareWith(registry, '1', { job: { image } })
    expect({ failure, requests: registry.requests }).toMatchObject({
      failure: {
        reason: 'runner_configuration_error',
        message:
          'image:docker:platform: "pdp11" is no platform; write it as linux/arm64, arm64 or linux/arm/v7.',
      },
      requests: [],
    })
  })

  it('asks for a policy that is not allowed: nothing is pulled', async () => {
    await using registry = await aRegistry()
    const image = anImage(`${registry.host}/group/tool:1`, { pullPolicies: ['if-not-present'] })
    const { failure } = await prepareWith(registry, '1', { job: { image } })
    expect({ failure, requests: registry.requests }).toMatchObject({
      failure: {
        reason: 'runner_configuration_error',
        message: expect.stringContaining('defined in GitLab pipeline config'),
      },
      requests: [],
    })
  })
})
