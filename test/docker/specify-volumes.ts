import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { afterAll, beforeAll, describe, expect, type it as plainIt } from 'vitest'

import type { DockerEngine } from '../../main/engine/docker/port.ts'
import { type Given, aPreparedJob, aSystemId, anImage, images, onEngine } from './kit.ts'

const named = 'drydock-test-named'

/** Every form of a volume, and what a job on the engine sees of it. `it` may skip where there is no such engine. */
export function specifyVolumes(
  engineOf: () => DockerEngine | undefined,
  it: ReturnType<typeof plainIt.skipIf>,
): void {
  const systemId = aSystemId()
  let engine: DockerEngine
  let host: string

  beforeAll(async () => {
    const found = engineOf()
    if (found === undefined) return
    engine = found
    // Below /tmp, which the engine of the tests sees as we do.
    host = await mkdtemp('/tmp/drydock-volumes-')
    await chmod(host, 0o755)
    await mkdir(path.join(host, 'with space'))
    await writeFile(path.join(host, 'with space/tool'), 'tool\n')
    await writeFile(path.join(host, 'tool'), 'tool\n')
  })
  afterAll(async () => {
    if (engineOf() === undefined) return
    for (const { id } of await engine.listVolumes([`com.drydock.system-id=${systemId}`]))
      await engine.removeVolume(id)
    await engine.removeVolume(named)
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
      expect([await job.run(look), await job.run(look, { in: 'helper' }), job.environment.mounts[0]]).toEqual(
        ['tool\nrefused\n', 'tool\nrefused\n', { source: host, target: '/opt/tools', readOnly: true }],
      )
    })

    it('a named volume: the same in the next job', async () => {
      await using first = await jobWith([`${named}:/data`])
      await first.run('echo kept > /data/file')
      await using second = await jobWith([`${named}:/data:ro`])
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
}
