import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'

import { sumUp } from '../../main/contract/image-pull.ts'
import type { ImagePull } from '../../main/contract/job.ts'
import type { DockerEngine } from '../../main/engine/docker/port.ts'
import { busyboxImage } from '../support/busybox-image.ts'
import { type RegistryOptions, startRegistry } from '../support/registry.ts'
import { startRunner } from '../support/runner-under-test.ts'
import { type Given, anImage, onEngine, testEngine } from './kit.ts'

let engine: DockerEngine
beforeAll(async () => void (engine = await testEngine()))
afterAll(() => engine.close())

const MiB = 1024 * 1024

/** Prepares a job with an image of a registry. @returns everything that was told about the pull. */
async function pullFrom(options: RegistryOptions, given: (host: string) => Given = () => ({})) {
  await using registry = await startRegistry(await busyboxImage(), options)
  const image = `${registry.host}/group/tool:1`
  const told: (readonly ImagePull[])[] = []
  const { prepare, heard } = onEngine(engine, {
    docker: { pull_policy: 'always' },
    observer: { pulling: (pulls) => void told.push(pulls) },
    job: { image: anImage(image), ...given(registry.host).job },
  })
  const failure = await prepare().then(
    async (environment) => environment[Symbol.asyncDispose](),
    (error: unknown) => error as Error,
  )
  await engine.removeImage(image)
  return { image, failure, told: told.map(([pull]) => pull), text: heard.text() }
}

describe('the pull of an image is told layer by layer', () => {
  it.each([
    { registry: 'anybody may read', login: undefined },
    { registry: 'wants a password', login: 'me:secret' },
  ])('from a registry that $registry', async ({ login }) => {
    const { image, failure, told, text } = await pullFrom(
      { layers: [2 * MiB, 3 * MiB], bytesPerSecond: 2 * MiB, ...(login !== undefined && { login }) },
      (host) => ({
        job: {
          image: anImage(`${host}/group/tool:1`),
          credentials: login === undefined ? [] : [{ url: host, username: 'me', password: 'secret' }],
        },
      }),
    )
    expect(failure).toBeUndefined()
    expect(told.at(-1)).toBeUndefined()
    const during = told.filter((pull) => pull !== undefined)
    const last = sumUp(during.at(-1)!)
    expect({ image: during[0]?.image, layers: last.layers, isWhole: last.isWhole }).toEqual({
      image,
      layers: 3,
      isWhole: true,
    })
    expect(last.total).toBeGreaterThan(5 * MiB)
    const bytes = during.map((pull) => sumUp(pull).bytes)
    expect(bytes).toEqual(bytes.toSorted((a, b) => a - b))
    expect(during.some(({ bytesPerSecond }) => bytesPerSecond > 0)).toBe(true)
    // Short: the log stays quiet.
    expect(text).not.toContain('Pulling 127')
  })

  it('and in the log where it takes long', async () => {
    const { image, text } = await pullFrom({ layers: [6 * MiB], bytesPerSecond: MiB / 2 })
    expect(text).toMatch(
      new RegExp(
        `plain: Pulling ${image}: \\d of 2 layers, \\d\\.\\d MiB of \\d\\.\\d MiB, \\d+(\\.\\d)? [KM]iB/s, \\d+ s left\n`,
      ),
    )
  })

  it('where the registry breaks off in the middle of a layer, which is tried again', async () => {
    const { failure, told } = await pullFrom({
      layers: [3 * MiB],
      bytesPerSecond: 4 * MiB,
      faults: { on: /blobs/, status: 0, where: 'middle', times: 2 },
    })
    expect(failure).toBeUndefined()
    expect(told.at(-1)).toBeUndefined()
    expect(told.some((pull) => pull?.layers.some(({ state }) => state === 'retrying'))).toBe(true)
  })

  it.each([
    { fault: 'answers 401', status: 401 },
    { fault: 'answers 404', status: 404 },
  ])('until it fails inside the stream: the registry $fault for a layer', async ({ status }) => {
    const { failure, told } = await pullFrom({
      layers: [MiB],
      faults: { on: /blobs/, status, times: 99 },
    })
    expect(failure).toMatchObject({ name: 'JobFailure', reason: 'image_pull_failure' })
    expect(told.at(-1)).toBeUndefined()
  })

  it('to whoever watches the job, until it is there', async () => {
    await using registry = await startRegistry(await busyboxImage(), {
      layers: [2 * MiB],
      bytesPerSecond: MiB,
    })
    const image = `${registry.host}/group/watched:1`
    await using runner = await startRunner({
      dockerHost: inject('dockerHost'),
      gitlab: { longPollSeconds: 0 },
    })
    const { gitlab, engine: app } = runner
    const finished = gitlab.waitForJob(gitlab.enqueue({ image: { name: image } }).id, 'finished')
    const told: (readonly ImagePull[] | undefined)[] = []
    const stop = new AbortController()
    for await (const event of app.api.watchJobs(undefined, stop.signal)) {
      if (event.type === 'job-changed') {
        for await (const { pulls, state } of app.api.watchJob({ id: event.job.id }, stop.signal)) {
          told.push(pulls)
          if (state.phase === 'finished') break
        }
        break
      }
    }
    stop.abort()
    await finished
    // Its containers go after its outcome is told.
    await vi.waitFor(() => engine.removeImage(image), 30_000)
    const sizes = told.flatMap((pulls) => pulls?.map((pull) => [pull.image, sumUp(pull).total > MiB])) ?? []
    expect(sizes).toContainEqual([image, true])
    expect(told.at(-1)).toBeUndefined()
  })
})
