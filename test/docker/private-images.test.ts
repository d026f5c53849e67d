import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { systemClock } from '../../main/engine/clock.ts'
import { openUsageLog, type UsageLog } from '../../main/engine/disk/usage-log.ts'
import type { DockerEngine } from '../../main/engine/docker/port.ts'
import type { Usage } from '../../main/engine/docker/usage.ts'
import { busyboxImage } from '../support/busybox-image.ts'
import { type Registry, startRegistry } from '../support/registry.ts'
import { anImage, onEngine, testEngine } from './kit.ts'

let engine: DockerEngine
let folder: string
let registry: Registry
let usage: UsageLog
beforeAll(async () => {
  engine = await testEngine()
  folder = await mkdtemp(join(tmpdir(), 'drydock-private-'))
})
afterAll(async () => {
  engine.close()
  await rm(folder, { recursive: true, force: true })
})

let count = 0
beforeEach(async () => {
  usage = await openUsageLog(join(folder, `usage-${(count += 1)}.json`), systemClock)
})

/** As the job's project is the engine's only difference between jobs here, it stands where the project is told. */
const ofProject = (id: number): Usage => ({ begin: () => usage.begin({ id, path: `group/project-${id}` }) })

interface Asked {
  readonly project: number
  readonly password?: string
  readonly policy?: string
  readonly image?: string
}

/** How the image was had, and what the registry was asked for meanwhile. */
async function prepared({ project, password, policy = 'if-not-present', image = 'group/tool:1' }: Asked) {
  const { prepare, heard } = onEngine(engine, {
    usage: ofProject(project),
    docker: { pull_policy: policy },
    job: {
      image: anImage(image.startsWith('sha256:') ? image : `${registry.host}/${image}`),
      credentials: password === undefined ? [] : [{ url: registry.host, username: 'me', password }],
    },
  })
  const before = registry.requests.length
  const reason = await prepare().then(
    async (environment) => environment[Symbol.asyncDispose](),
    (error: unknown) => (error as { reason?: string }).reason,
  )
  const { id = '' } = (await engine.inspectImage(`${registry.host}/group/tool:1`)) ?? {}
  return {
    reason,
    lines: heard
      .text()
      .split('\n')
      .filter((line) => line.includes('/group/tool')),
    layers: registry.requests
      .slice(before)
      .filter((request) => request.includes('/blobs/') && !request.endsWith(id)),
    wasAsked: registry.requests.length > before,
  }
}

const runs = { reason: undefined }

describe('a private image that the engine has from one project', () => {
  it('is the same project’s without asking again, though the registry is away', async () => {
    await using away = await startRegistry(await busyboxImage(), { login: 'me:secret' })
    registry = away
    expect(await prepared({ project: 1, password: 'secret' })).toMatchObject({ ...runs, wasAsked: true })
    expect(await prepared({ project: 1 })).toMatchObject({ ...runs, wasAsked: false })
  })

  it('is another project’s once the registry lets that in, which fetches no layer', async () => {
    await using ours = await startRegistry(await busyboxImage(), { login: 'me:secret' })
    registry = ours
    await prepared({ project: 1, password: 'secret' })
    expect(await prepared({ project: 2, password: 'secret' })).toMatchObject({
      ...runs,
      wasAsked: true,
      layers: [],
      lines: expect.arrayContaining([
        expect.stringContaining('so the registry is asked whether this project may use it'),
      ]),
    })
    expect(await prepared({ project: 2 })).toMatchObject({ ...runs, wasAsked: false })
  })

  it.each([
    { name: 'other credentials', password: 'mistaken' },
    { name: 'none', password: undefined },
  ])('is refused to one that has $name', async ({ password }) => {
    await using ours = await startRegistry(await busyboxImage(), { login: 'me:secret' })
    registry = ours
    await prepared({ project: 1, password: 'secret' })
    const asked = { project: 2, ...(password !== undefined && { password }) }
    expect(await prepared(asked)).toMatchObject({ reason: 'runner_configuration_error' })
  })

  it('is pulled by a project that the registry lets in, where the registry has another one by now', async () => {
    const faults = { on: /manifests\/sha256/, status: 404, times: 0 }
    await using ours = await startRegistry(await busyboxImage(), { login: 'me:secret', faults })
    registry = ours
    await prepared({ project: 1, password: 'secret' })
    faults.times = 1
    expect(await prepared({ project: 2, password: 'secret' })).toMatchObject({
      ...runs,
      lines: expect.arrayContaining([expect.stringContaining('Pulling docker image')]),
    })
  })

  it('is kept from other projects while the registry is away', async () => {
    await using ours = await startRegistry(await busyboxImage(), { login: 'me:secret' })
    registry = ours
    await prepared({ project: 1, password: 'secret' })
    await ours[Symbol.asyncDispose]()
    expect(await prepared({ project: 2, password: 'secret' })).toMatchObject({
      reason: 'runner_external_dependency_failure',
    })
  })

  it('is refused under its id, too', async () => {
    await using ours = await startRegistry(await busyboxImage(), { login: 'me:secret' })
    registry = ours
    await prepared({ project: 1, password: 'secret' })
    const { id = '' } = (await engine.inspectImage(`${registry.host}/group/tool:1`)) ?? {}
    expect(await prepared({ project: 2, image: id, policy: 'always' })).toMatchObject({
      reason: 'runner_configuration_error',
    })
  })
})

describe('an image that is nobody’s secret', () => {
  it('is every project’s without asking', async () => {
    await using open = await startRegistry(await busyboxImage())
    registry = open
    await prepared({ project: 1 })
    expect(await prepared({ project: 2 })).toMatchObject({ ...runs, wasAsked: false })
  })

  it('stays so where it was there before a project pulled it with credentials', async () => {
    await using open = await startRegistry(await busyboxImage())
    registry = open
    await prepared({ project: 1 })
    await prepared({ project: 2, password: 'secret', policy: 'always' })
    expect(await prepared({ project: 3 })).toMatchObject({ ...runs, wasAsked: false })
  })
})
