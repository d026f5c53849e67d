import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import type { DockerEngine } from '../../main/engine/docker/port.ts'
import {
  type Given,
  aPreparedJob,
  aService,
  aSystemId,
  anImage,
  images,
  leftOf,
  onEngine,
  testEngine,
} from './kit.ts'

let engine: DockerEngine
beforeAll(async () => void (engine = await testEngine()))
afterAll(() => engine.close())

const env = (values: Record<string, string>) =>
  Object.entries(values).map(([key, value]) => ({
    key,
    value,
    public: true,
    masked: false,
    file: false,
    raw: false,
  }))

// Not nc, which hangs up on a client that has nothing to say before its own answer has reached it.
const server = (port: number, given = {}) =>
  aService(images.busybox, {
    alias: 'web',
    command: [
      'sh',
      '-c',
      `sleep 1; mkdir /w; echo hello > /w/index.html; echo serving; exec httpd -f -p ${port} -h /w`,
    ],
    variables: env({ HEALTHCHECK_TCP_PORT: String(port) }),
    ...given,
  })

const withServices = (services: readonly ReturnType<typeof aService>[], given: Given = {}) =>
  aPreparedJob({ ...given, job: { image: anImage(images.busybox), services, ...given.job } }, engine)

describe('a service', () => {
  it.each([{ perBuild: 'false' }, { perBuild: 'true' }])(
    'is up when the script begins, and is found by its names (own network: $perBuild)',
    async ({ perBuild }) => {
      await using job = await withServices([server(8080)], { variables: { FF_NETWORK_PER_BUILD: perBuild } })
      expect(
        await job.run('for name in web drydock-test-busybox; do wget -q -O - http://$name:8080/; done'),
      ).toBe('hello\nhello\n')
      expect(job.text()).toContain('plain: Starting service drydock-test/busybox:1...\n')
      expect(job.text()).toContain(
        'plain: Waiting for services to be up and running (timeout 30 seconds)...\n',
      )
      expect(job.text()).not.toContain("probably didn't start")
    },
  )

  it('that does not listen is shown with its log, and the job goes on', async () => {
    const silent = server(8080, { command: ['sh', '-c', 'echo cannot start; sleep 60'] })
    await using job = await withServices([silent], { docker: { wait_for_services_timeout: 1 } })
    expect(await job.run('echo still here')).toBe('still here\n')
    expect(job.text()).toMatch(
      /\*\*\* WARNING: Service drydock-test\/busybox probably didn't start properly\.\n\nHealth check error:\nservice "drydock-test\/busybox" timeout\n\nService container logs:\n\S+ cannot start\n\n\*{9}/,
    )
  })

  it('has every character of its log shown whole', async () => {
    const line = '도구 모음이 준비되었습니다 工具链已就绪 '.repeat(20)
    const printing = aService(images.busybox, {
      command: ['sh', '-c', `i=0; while [ $i -lt 3000 ]; do echo "${line}"; i=$((i+1)); done; echo finished`],
    })
    await using job = await withServices([printing], {
      variables: { CI_DEBUG_SERVICES: 'true' },
      docker: { wait_for_services_timeout: -1 },
    })
    await vi.waitFor(() => expect(job.text()).toContain(' finished\n'), { timeout: 20_000 })
    expect(job.text()).not.toContain('\uFFFD')
  })

  it('that ends is not waited for', async () => {
    const begun = performance.now()
    await using job = await withServices([server(8080, { command: ['sh', '-c', 'exit 7'] })])
    expect(job.text()).toContain('service "drydock-test/busybox" exited with 7')
    expect(performance.now() - begun).toBeLessThan(15_000)
  })

  it('gets public variables and its own, not the secrets of the job', async () => {
    const printing = aService(images.busybox, {
      command: ['sh', '-c', 'echo "[$OPEN][$SECRET][$OWN]"; sleep 60'],
      variables: env({ OWN: 'own $SECRET' }),
    })
    const secret = { key: 'SECRET', value: 's3cret', public: false, masked: true, file: false, raw: false }
    await using job = await withServices([printing], {
      variables: { OPEN: 'open', CI_DEBUG_SERVICES: 'true' },
      job: { variables: [secret], image: anImage(images.busybox), services: [printing] },
      docker: { wait_for_services_timeout: -1 },
    })
    await job.run('sleep 1')
    expect(job.text()).toMatch(/service O: \[service:\S*busybox\S*\] \S+ \[open\]\[\]\[own s3cret\]/)
  })

  it('without a name of its own does not start', async () => {
    const sleeping = aService(images.busybox, { command: ['sleep', '60'] })
    const systemId = aSystemId()
    await using job = await withServices([sleeping, sleeping], {
      systemId,
      docker: { wait_for_services_timeout: -1 },
    })
    expect(
      await engine.listContainers([`com.drydock.system-id=${systemId}`, 'com.drydock.purpose=service']),
    ).toHaveLength(1)
    expect(job.text()).toContain('is taken by an earlier service')
  })

  it('shares a network with its job alone', async () => {
    await using job = await withServices([server(8080)])
    await using other = await withServices([server(8080)], { job: { id: 7032 } })
    const address = (await job.run('awk \'$2 == "web" { print $1; exit }\' /etc/hosts')).trim()
    const fetch = `(timeout 3 wget -q -O - http://${address}:8080/ || echo no way) 2>/dev/null`
    expect([await job.run(fetch), await other.run(fetch)]).toEqual(['hello\n', 'no way\n'])
  })

  it('is reached over the default bridge where the engine has no addresses for another network', async () => {
    const taken: string[] = []
    try {
      for (let at = 0; at < 64; at++)
        taken.push(await engine.createNetwork({ Name: `taken-${at}`, Labels: {}, EnableIPv6: false }))
    } catch {
      // None is left.
    }
    try {
      await using job = await withServices([server(8080)])
      expect(await job.run('wget -q -O - http://web:8080/')).toBe('hello\n')
      expect(job.text()).toContain('its containers use the default bridge')
    } finally {
      for (const id of taken) await engine.removeNetwork(id)
    }
  })

  it('and its network are gone with the job', async () => {
    const systemId = aSystemId()
    const job = await withServices([server(8080)], { systemId })
    const during = (await leftOf(engine, systemId)).map((name) => name.split(' ')[0])
    await job[Symbol.asyncDispose]()
    expect({ during: during.includes('network'), after: await leftOf(engine, systemId) }).toEqual({
      during: true,
      after: [],
    })
  })

  it.each([
    { docker: { services_limit: 0 }, says: 'too many services requested: 1, only 0 allowed' },
    { docker: { allowed_services: ['redis:*'] }, says: 'is not in allowed_services' },
  ])('is refused: $says', async ({ docker, says }) => {
    const { prepare } = onEngine(engine, {
      docker,
      job: { image: anImage(images.busybox), services: [server(80)] },
    })
    await expect(prepare()).rejects.toMatchObject({
      reason: 'runner_configuration_error',
      message: expect.stringContaining(says),
    })
  })
})
