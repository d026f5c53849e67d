import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { DockerEngine } from '../../main/engine/docker/port.ts'
import { busyboxImage } from '../support/busybox-image.ts'
import { type Inspected, ask, containersOf, hostConfig } from './inspect.ts'
import {
  type Given,
  aPreparedJob,
  aService,
  aSystemId,
  anImage,
  images,
  onEngine,
  testEngine,
} from './kit.ts'
import { importOnce } from './toolchain-images.ts'

let engine: DockerEngine
beforeAll(async () => void (engine = await testEngine()))
afterAll(() => engine.close())

/** With an entrypoint of its own the build container is made, but starts only with its script. */
const unstarted: Given = {
  job: { image: anImage(images.busybox, { entrypoint: ['sh', '-c', 'exec "$@"', 'sh'] }) },
  variables: { GIT_STRATEGY: 'none' },
}
const buildOf = async (docker: NonNullable<Given['docker']>) =>
  hostConfig((await containersOf(engine, { ...unstarted, docker })).build)

describe('a key of [runners.docker] that this machine cannot start reaches the container:', () => {
  it.each([
    {
      gpus: 'all',
      request: { Driver: '', Count: -1, DeviceIDs: null, Capabilities: [['gpu']], Options: {} },
    },
    {
      gpus: '"device=0,GPU-1","capabilities=utility,compute",driver=nvidia',
      request: {
        Driver: 'nvidia',
        Count: 0,
        DeviceIDs: ['0', 'GPU-1'],
        Capabilities: [['utility', 'compute', 'gpu']],
        Options: {},
      },
    },
  ])('gpus = $gpus', async ({ gpus, request }) => {
    expect((await buildOf({ gpus }))['DeviceRequests']).toEqual([request])
  })

  it.each([
    { docker: { privileged: true }, privileged: true },
    { docker: { privileged: true, allowed_privileged_images: ['ruby:*'] }, privileged: false },
    { docker: { privileged: true, allowed_privileged_images: ['drydock-test/*:*'] }, privileged: true },
  ])('$docker', async ({ docker, privileged }) => {
    expect((await buildOf(docker))['Privileged']).toBe(privileged)
  })

  it('links', async () => {
    const systemId = aSystemId()
    const name = `${systemId}-db`
    const spec = { Image: images.busybox, Cmd: ['sleep', '60'], Labels: {}, HostConfig: {} }
    const other = await engine.createContainer({ name, spec })
    try {
      await engine.startContainer(other)
      const [link = ''] = (await buildOf({ links: [`${name}:db`] }))['Links'] as readonly string[]
      expect(link).toMatch(new RegExp(`^/${name}:/.*-build/db$`))
    } finally {
      await engine.removeContainer(other, { volumes: true })
    }
  })
})

describe('privilege reaches', () => {
  /** Which containers of a job are made privileged; one that is need not start on this machine. */
  async function privilegedOf(docker: NonNullable<Given['docker']>, services: boolean) {
    const made: Record<string, unknown> = {}
    const watched: DockerEngine = {
      ...engine,
      createContainer: async (request, signal) => {
        const id = await engine.createContainer(request, signal)
        const purpose = request.spec.Labels['com.drydock.purpose'] ?? ''
        made[purpose] = hostConfig(await ask(engine, `/containers/${id}/json`))['Privileged']
        return id
      },
    }
    const { prepare } = onEngine(watched, {
      docker: { wait_for_services_timeout: -1, ...docker },
      variables: { GIT_STRATEGY: 'clone' },
      job: {
        image: anImage(images.busybox),
        services: services ? [aService(images.busybox, { command: ['sleep', '9'] })] : [],
      },
    })
    await prepare().then(
      (environment) => environment[Symbol.asyncDispose](),
      () => undefined,
    )
    return made
  }

  it.each([
    { docker: { privileged: true }, service: true },
    { docker: { privileged: true, services_privileged: false }, service: false },
    { docker: { services_privileged: true }, service: true },
    { docker: { services_privileged: true, allowed_privileged_services: ['docker:*'] }, service: false },
    {
      docker: { services_privileged: true, allowed_privileged_services: ['drydock-test/*:*'] },
      service: true,
    },
    { docker: { privileged: true, allowed_privileged_images: ['docker:*'] }, service: true },
  ])('services with $docker: $service', async ({ docker, service }) => {
    expect(await privilegedOf(docker, true)).toMatchObject({ service })
  })

  it.each([
    { docker: { privileged: true }, helper: true },
    { docker: { services_privileged: true }, helper: false },
    { docker: { privileged: true, allowed_privileged_images: ['drydock-test/*:*'] }, helper: false },
    { docker: { privileged: true, allowed_privileged_images: ['**'] }, helper: true },
  ])('the helper with $docker: $helper', async ({ docker, helper }) => {
    expect(await privilegedOf(docker, false)).toMatchObject({ helper })
  })
})

describe('services that cannot start fail the job in words:', () => {
  it.each([
    { docker: { service_gpus: 'all' }, says: /start the service .*(gpu|GPU)/ },
    { docker: { services_devices: { '**': ['/dev/no-such'] } }, says: /start the service .*\/dev\/no-such/ },
  ])('$docker', async ({ docker, says }) => {
    const { prepare } = onEngine(engine, {
      docker,
      job: {
        image: anImage(images.busybox),
        services: [aService(images.busybox, { command: ['sleep', '9'] })],
      },
    })
    await expect(prepare()).rejects.toMatchObject({ message: expect.stringMatching(says) as string })
  })
})

describe("a job's own network", () => {
  const networkOf = async (docker: NonNullable<Given['docker']>): Promise<Inspected> => {
    const systemId = aSystemId()
    await using job = await aPreparedJob(
      { systemId, docker, variables: { FF_NETWORK_PER_BUILD: 'true' } },
      engine,
    )
    void job
    const [network] = await engine.listNetworks([`com.drydock.system-id=${systemId}`])
    return await ask(engine, `/networks/${network?.id}`)
  }

  it('has the MTU of network_mtu', async () => {
    expect((await networkOf({ network_mtu: 1360 }))['Options']).toEqual({
      'com.docker.network.driver.mtu': '1360',
    })
  })

  it.each([true, false])('has IPv6 where enable_ipv6 says so: %s', async (enable_ipv6) => {
    // Older engines have no addresses of their own for it.
    const answer = await networkOf({ enable_ipv6 }).catch((error: unknown) => error as Error)
    if (answer instanceof Error) expect(answer.message).toMatch(/IPv6/)
    else expect(answer['EnableIPv6']).toBe(enable_ipv6)
  })
})

describe('volumes', () => {
  it('of another container are seen in build and helper, as volumes_from says', async () => {
    const systemId = aSystemId()
    const volume = `${systemId}-data`
    await engine.createVolume({ Name: volume, Labels: {} })
    const other = await engine.createContainer({
      name: `${systemId}-holder`,
      spec: {
        Image: images.busybox,
        Cmd: ['true'],
        Labels: {},
        HostConfig: { Binds: [`${volume}:/shared`] },
      },
    })
    try {
      const seen = await seenOf([`${systemId}-holder:ro`])
      expect({ ...seen, isThere: (await engine.inspectContainer(other)) !== undefined }).toEqual({
        build: '/shared\nrefused\n',
        helper: '/shared\nrefused\n',
        isThere: true,
      })
    } finally {
      await engine.removeContainer(other, { volumes: false })
      await engine.removeVolume(volume)
    }
  })

  it('of the runner are made by volume_driver with volume_driver_ops', async () => {
    const systemId = aSystemId()
    const volume_driver_ops = { type: 'tmpfs', device: 'tmpfs', o: 'size=1m' }
    await using job = await aPreparedJob(
      { systemId, docker: { volumes: ['/cache'], volume_driver: 'local', volume_driver_ops } },
      engine,
    )
    void job
    const volumes = await engine.listVolumes([`com.drydock.system-id=${systemId}`])
    const made = await Promise.all(volumes.map(({ id }) => ask(engine, `/volumes/${id}`)))
    expect(made.map(({ Driver, Options }) => ({ Driver, Options }))).toEqual(
      made.map(() => ({ Driver: 'local', Options: volume_driver_ops })),
    )
    expect(await job.run('grep " /cache " /proc/mounts | cut -d" " -f3')).toBe('tmpfs\n')
  })

  it.each([
    { volume_keep: false, left: 0 },
    { volume_keep: true, left: 1 },
  ])('without a name stay where volume_keep is $volume_keep: $left', async ({ volume_keep, left }) => {
    const systemId = aSystemId()
    const job = await aPreparedJob(
      { systemId, docker: { volume_keep }, job: { image: anImage(await imageWithVolume()) } },
      engine,
    )
    const [build] = await engine.listContainers([`com.drydock.system-id=${systemId}`])
    const { Mounts } = await ask(engine, `/containers/${build?.id}/json`)
    const anonymous = (Mounts as readonly Inspected[]).find((mount) => mount['Destination'] === '/anonymous')
    const name = String(anonymous?.['Name'])
    await job[Symbol.asyncDispose]()
    const stayed = (await engine.listVolumes([])).filter((volume) => volume.name === name)
    await engine.removeVolume(name)
    expect(stayed).toHaveLength(left)
  })
})

async function seenOf(volumes_from: readonly string[]) {
  await using job = await aPreparedJob(
    { docker: { volumes_from: [...volumes_from] }, variables: { GIT_STRATEGY: 'none' } },
    engine,
  )
  const look = 'ls -d /shared; { echo > /shared/new; } 2>/dev/null && echo written || echo refused'
  return { build: await job.run(look), helper: await job.run(look, { in: 'helper' }) }
}

/** busybox with a `VOLUME`. */
async function imageWithVolume(): Promise<string> {
  const reference = 'drydock-test/with-volume:1'
  await importOnce(engine.about.endpoint, reference, busyboxImage, { changes: ['VOLUME /anonymous'] })
  return reference
}
