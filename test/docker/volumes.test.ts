import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { DockerEngine } from '../../main/engine/docker/port.ts'
import { type Given, aPreparedJob, aSystemId, anImage, images, onEngine, testEngine } from './kit.ts'

let engine: DockerEngine
let host: string
const systemId = aSystemId()

beforeAll(async () => {
  engine = await testEngine()
  // Below /tmp, which the engine of the tests sees as we do.
  host = await mkdtemp('/tmp/drydock-volumes-')
  await chmod(host, 0o755)
  await mkdir(path.join(host, 'with space'))
  await writeFile(path.join(host, 'with space/tool'), 'tool\n')
  await writeFile(path.join(host, 'tool'), 'tool\n')
})
afterAll(async () => {
  for (const { id } of await engine.listVolumes([`com.drydock.system-id=${systemId}`]))
    await engine.removeVolume(id)
  await engine.removeVolume('drydock-test-named')
  engine.close()
  await rm(host, { recursive: true, force: true })
})

const jobWith = (volumes: readonly string[], given: Given = {}) =>
  aPreparedJob({ systemId, ...given, docker: { volumes: [...volumes], ...given.docker } }, engine)

describe('what a job sees of', () => {
  it.each([
    { volume: ':/t', does: 'cat /t/tool; echo new > /t/new; cat /t/new', prints: 'tool\nnew\n' },
    { volume: ':/t:rw', does: 'touch /t/new; echo ok', prints: 'ok\n' },
    {
      volume: ':/t:ro',
      does: 'cat /t/tool; touch /t/x 2>&1 || echo refused',
      prints: 'tool\ntouch: /t/x: Read-only file system\nrefused\n',
    },
    { volume: ':/t:RO', does: 'touch /t/x 2>/dev/null || echo refused', prints: 'refused\n' },
    {
      volume: ':/t:ro,z',
      does: 'cat /t/tool; touch /t/x 2>/dev/null || echo refused',
      prints: 'tool\nrefused\n',
    },
    {
      volume: ':/t:ro,rprivate',
      does: 'cat /t/tool; touch /t/x 2>/dev/null || echo refused',
      prints: 'tool\nrefused\n',
    },
    { volume: '/with space:/t/a b:ro', does: 'cat "/t/a b/tool"', prints: 'tool\n' },
    { volume: ':/t/$CI_PROJECT_ID-x:ro', does: 'cat /t/7-x/tool', prints: 'tool\n' },
  ])('a host folder mounted as $volume', async ({ volume, does, prints }) => {
    await using job = await jobWith([`${host}${volume}`], { variables: { CI_PROJECT_ID: '7' } })
    expect(await job.run(does)).toBe(prints)
  })

  it('a read-only toolchain in build and helper alike', async () => {
    await using job = await jobWith([`${host}:/opt/tools:ro`])
    const look = 'cat /opt/tools/tool; touch /opt/tools/x 2>/dev/null || echo refused'
    await job.run('true', { in: 'helper' })
    expect([await job.run(look), await job.run(look, { in: 'helper' }), job.environment.mounts[0]]).toEqual([
      'tool\nrefused\n',
      'tool\nrefused\n',
      { source: host, target: '/opt/tools', readOnly: true },
    ])
  })

  it('a named volume: the same in the next job', async () => {
    await using first = await jobWith(['drydock-test-named:/data'])
    await first.run('echo kept > /data/file')
    await using second = await jobWith(['drydock-test-named:/data:ro'])
    expect(await second.run('cat /data/file; touch /data/x 2>/dev/null || echo refused')).toBe(
      'kept\nrefused\n',
    )
  })

  it('a cache volume: the same in the next job of project and slot, and writable for everybody', async () => {
    const user = { job: { image: anImage(images.debian, { user: '1000' }) } }
    await using first = await jobWith(['/cache'], user)
    await first.run('echo kept > /cache/file')
    await using second = await jobWith(['/cache:ro'], user)
    expect(await second.run('cat /cache/file; touch /cache/more; ls /cache')).toBe('kept\nfile\nmore\n')
    expect(second.text()).toContain('so it is a writable cache volume and ":ro" has no effect')
  })

  it('a cache volume of a protected ref: nothing in an unprotected one', async () => {
    const protectedRef = onEngine(engine, {}).context.job.git
    await using first = await jobWith(['/apart'], { job: { git: { ...protectedRef, protected: true } } })
    await first.run('echo secret > /apart/file')
    await using second = await jobWith(['/apart'])
    expect(await second.run('ls /apart')).toBe('')
  })

  it('a cache volume while caches are disabled: an empty one each time', async () => {
    const disabled = { docker: { disable_cache: true } }
    await using first = await jobWith(['/cache'], disabled)
    await first.run('touch /cache/file')
    await using second = await jobWith(['/cache'], disabled)
    expect(await second.run('ls /cache')).toBe('')
  })

  it('a cache volume kept in a folder of the host', async () => {
    const folder = path.join(host, 'caches')
    await using job = await jobWith(['/cache'], { docker: { cache_dir: folder } })
    await job.run('echo kept > /cache/file')
    expect(await readdir(folder)).toEqual([expect.stringMatching(/^runner-[0-9a-f]{32}$/)])
  })

  it('the builds folder: kept for fetch, fresh for clone', async () => {
    const seen: string[] = []
    for (const strategy of ['fetch', 'fetch', 'clone']) {
      await using job = await jobWith([], { variables: { GIT_STRATEGY: strategy } })
      seen.push(await job.run('ls /builds; touch /builds/was-here', { in: 'helper' }))
    }
    expect(seen).toEqual(['', 'was-here\n', ''])
  })

  it('its builds folder on the host', async () => {
    const builds = path.join(host, 'builds')
    await mkdir(builds)
    await using job = await jobWith([`${builds}:/builds`])
    await job.run('touch /builds/file')
    expect(await readdir(builds)).toEqual(['file'])
  })

  it('the helper, although a mount hides the programs of the image', async () => {
    await using job = await jobWith([`${host}:/usr/bin:ro`], { job: { image: anImage(images.busybox) } })
    expect(await job.run('git --version', { in: 'helper' })).toMatch(/^git version/)
    expect(job.text()).toContain(`"${host}:/usr/bin:ro" hides what the image has in /usr/bin`)
  })
})

describe('before any stage, a job fails where', () => {
  const failing = async (volumes: readonly string[], docker = {}) => {
    const { prepare } = onEngine(engine, { systemId, docker: { volumes: [...volumes], ...docker } })
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
