import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { loadNow, type JobResources } from '../../main/contract/resources.ts'
import type { DockerEngine } from '../../main/engine/docker/port.ts'
import { aPreparedJob, aService, images, testEngine } from './kit.ts'

let engine: DockerEngine
beforeAll(async () => void (engine = await testEngine()))
afterAll(() => engine.close())

const MiB = 1024 * 1024

describe('what a job uses on a real engine', () => {
  it('is told while it runs: memory and processor time of its containers, and their limits', async () => {
    const told: JobResources[] = []
    await using job = await aPreparedJob(
      {
        docker: { memory: '256m', cpus: '1', service_memory: '64m' },
        job: { services: [aService(images.busybox, { command: ['sleep', '60'] })] },
        observer: { pulling: () => {}, measured: (one) => void told.push(one), isWatched: () => true },
      },
      engine,
    )
    // awk holds a string of 64 MiB, and then keeps a processor busy for some seconds.
    await job.run(
      String.raw`awk 'BEGIN { s = "0123456789abcdef"; while (length(s) < 67108864) s = s s; t = systime(); while (systime() < t + 5) n++ }'`,
    )
    const during = told.filter((one) => loadNow(one) !== undefined)
    const build = told.at(-1)?.containers.find(({ role }) => role === 'build')
    const service = told.at(-1)?.containers.find(({ role }) => role === 'service')
    expect({ build: build?.memoryLimit, cpus: build?.cpuLimit, service: service?.memoryLimit }).toEqual({
      build: 256 * MiB,
      cpus: 1,
      service: 64 * MiB,
    })
    expect(build!.peakMemory).toBeGreaterThan(60 * MiB)
    expect(build!.peakMemory).toBeLessThan(256 * MiB)
    expect(build!.cpuSeconds).toBeGreaterThan(1)
    const busiest = Math.max(...during.map((one) => loadNow(one)?.cpus ?? 0))
    expect(busiest).toBeGreaterThan(0.3)
    expect(busiest).toBeLessThan(1.5)
    expect(service!.peakMemory).toBeGreaterThan(0)
  })
})
