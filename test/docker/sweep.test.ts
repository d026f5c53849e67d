import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { DockerEngine } from '../../main/engine/docker/port.ts'
import { sweep } from '../../main/engine/docker/sweep.ts'
import { aPreparedJob, aService, aSystemId, anImage, images, leftOf, testEngine } from './kit.ts'

let engine: DockerEngine
beforeAll(async () => void (engine = await testEngine()))
afterAll(() => engine.close())

describe('a sweep', () => {
  it('removes what dead sessions left, and nothing of anybody else', async () => {
    const systemId = aSystemId()
    const foreign = aSystemId()
    const job = {
      image: anImage(images.busybox),
      services: [aService(images.busybox, { command: ['sleep', '60'] })],
    }
    const docker = { volumes: ['/cache'], wait_for_services_timeout: -1 }
    const variables = { GIT_STRATEGY: 'clone', FF_NETWORK_PER_BUILD: 'true' }
    const given = { job, docker, variables }
    // Two jobs at once: the network's name carries the job's id.
    await using alive = await aPreparedJob(
      { ...given, job: { ...job, id: 1 }, systemId, sessionId: 'alive' },
      engine,
    )
    await using foreignJob = await aPreparedJob(
      { ...given, job: { ...job, id: 2 }, systemId: foreign, sessionId: 'dead' },
      engine,
    )
    await engine.createVolume({
      Name: `${systemId}-foreign`,
      Labels: { 'com.gitlab.gitlab-runner.managed': 'true' },
    })
    const before = { alive: await leftOf(engine, systemId), foreign: await leftOf(engine, foreign) }

    await using dead = await aPreparedJob(
      { ...given, job: { ...job, id: 3 }, systemId, sessionId: 'dead' },
      engine,
    )
    void [alive, foreignJob, dead]
    const ofDead = (await leftOf(engine, systemId)).filter((name) => !before.alive.includes(name))
    const removed = await sweep(engine, { systemId, sessionId: 'alive' })

    expect(removed.toSorted()).toEqual(ofDead.toSorted())
    expect({ alive: await leftOf(engine, systemId), foreign: await leftOf(engine, foreign) }).toEqual(before)
    const named = await engine.listVolumes(['com.gitlab.gitlab-runner.managed=true'])
    expect(named.map(({ name }) => name)).toContain(`${systemId}-foreign`)

    expect(await sweep(engine, { systemId, sessionId: 'alive' })).toEqual([])
    await removeVolumes(engine, systemId, foreign)
  })
})

/** Cache volumes outlive jobs; these projects will not come again. */
async function removeVolumes(engine: DockerEngine, systemId: string, foreign: string): Promise<void> {
  await engine.removeVolume(`${systemId}-foreign`)
  for (const id of [systemId, foreign]) {
    await sweep(engine, { systemId: id, sessionId: 'none' })
    for (const volume of await engine.listVolumes([`com.drydock.system-id=${id}`]))
      await engine.removeVolume(volume.id)
  }
}
