import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { DockerEngine } from '../../main/engine/docker/port.ts'
import { sweep } from '../../main/engine/docker/sweep.ts'
import { takeFingerprint } from '../../main/engine/toolchain/fingerprint/fingerprint.ts'
import { aPreparedJob, aService, aSystemId, anImage, images, leftOf, onEngine, testEngine } from './kit.ts'

let engine: DockerEngine
let folder: string
let volumes: readonly string[]

beforeAll(async () => {
  engine = await testEngine()
  folder = await mkdtemp(join(tmpdir(), 'drydock-layer-'))
  await chmod(folder, 0o755)
  await mkdir(join(folder, 'bin'))
  await writeFile(join(folder, 'bin/tool'), 'tool\n', { mode: 0o755 })
  await writeFile(join(folder, 'bin/old'), 'old\n')
  await symlink('tool', join(folder, 'bin/link'))
  volumes = [`${folder}:/opt/tools:O`]
})
afterAll(async () => {
  engine.close()
  await rm(folder, { recursive: true, force: true })
})

const spoil = [
  'echo mine >> /opt/tools/bin/tool',
  'echo new > /opt/tools/bin/new',
  'rm /opt/tools/bin/old',
  'chmod 777 /opt/tools/bin/link',
  'mkdir /opt/tools/cache',
].join('\n')

describe('a host folder with a private layer', () => {
  it('is written to by the job, and is afterwards what it was, content, names, modes and times', async () => {
    const before = await takeFingerprint(folder)
    const systemId = aSystemId()
    {
      await using job = await aPreparedJob({ docker: { volumes: [...volumes] }, systemId }, engine)
      await job.run(spoil)
      expect(await job.run('cat /opt/tools/bin/tool; ls /opt/tools /opt/tools/bin')).toBe(
        'tool\nmine\n/opt/tools:\nbin\ncache\n\n/opt/tools/bin:\nlink\nnew\ntool\n',
      )
    }
    expect(await takeFingerprint(folder)).toEqual(before)
    expect(await leftOf(engine, systemId)).toEqual([])
  })

  it('is one for all containers of a job, and another one for the next job and for one beside it', async () => {
    const given = { docker: { volumes: [...volumes] }, variables: { GIT_STRATEGY: 'clone' } }
    await using one = await aPreparedJob({ ...given, job: { id: 1 } }, engine)
    await using two = await aPreparedJob({ ...given, job: { id: 2 } }, engine)
    await one.run('echo one > /opt/tools/bin/mine')
    expect([
      await one.run('cat /opt/tools/bin/mine', { in: 'helper' }),
      await two.run('ls /opt/tools/bin'),
    ]).toEqual(['one\n', 'link\nold\ntool\n'])
  })

  it('can be written to at its root by a user who is not root; below it, permissions are the folder’s', async () => {
    const image = anImage(images.busybox, { user: '1000' })
    await using job = await aPreparedJob({ job: { image }, docker: { volumes: [...volumes] } }, engine)
    expect(await job.run('echo x > /opt/tools/lock; cat /opt/tools/lock')).toBe('x\n')
    expect(await job.run('(echo x > /opt/tools/bin/lock) 2>&1 || true')).toContain('Permission denied')
  })

  it('is there for services, too', async () => {
    const services = [aService(images.busybox, { command: ['sleep', '60'] })]
    const docker = { volumes: [...volumes], wait_for_services_timeout: -1 }
    await using job = await aPreparedJob({ job: { services }, docker }, engine)
    expect(await job.run('echo seen > /opt/tools/a; cat /opt/tools/a')).toBe('seen\n')
  })

  it('goes with the next sweep when Drydock was killed', async () => {
    const systemId = aSystemId()
    const given = { docker: { volumes: [...volumes] }, systemId, sessionId: 'dead' }
    await using dead = await aPreparedJob(given, engine)
    await dead.run('echo x > /opt/tools/bin/x')
    const left = await leftOf(engine, systemId)
    expect(await sweep(engine, { systemId, sessionId: 'alive' })).toHaveLength(left.length)
    expect(await leftOf(engine, systemId)).toEqual([])
  })

  it.each([
    ['/nowhere/at/all:/opt/tools:O', 'does not exist on the machine of the Docker engine'],
    ['/tmp/a,b:/opt/tools:O', 'rename /tmp/a,b'],
  ])('is refused with a reason, and nothing is left or made: %s', async (entry, reason) => {
    const systemId = aSystemId()
    await expect(onEngine(engine, { docker: { volumes: [entry] }, systemId }).prepare()).rejects.toThrow(
      reason,
    )
    expect(await leftOf(engine, systemId)).toEqual([])
  })
})
