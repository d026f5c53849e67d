import { describe, expect, it } from 'vitest'

import {
  hasRunOut,
  loadNow,
  tightest,
  withoutNow,
  type JobResources,
} from '../../../main/contract/resources.ts'
import { readSample } from '../../../main/engine/docker/answers.ts'
import { DockerError } from '../../../main/engine/docker/docker-error.ts'
import { meterResources } from '../../../main/engine/docker/meter-resources.ts'
import type { ContainerSample } from '../../../main/engine/docker/port.ts'
import { turnedClock } from '../../support/turned-clock.ts'

const MiB = 1024 * 1024

/** An engine that tells what the table has for a container; an Error is thrown. */
function metered(tells: (id: string) => Omit<ContainerSample, 'at'> | Error | undefined) {
  const clock = turnedClock()
  const told: JobResources[] = []
  const asked: number[] = []
  const watched = { now: false }
  const meter = meterResources(
    {
      sampleContainer: async (id) => {
        asked.push(clock.monotonic() / 1000)
        const answer = tells(id)
        if (answer instanceof Error) throw answer
        return answer && { at: clock.now(), ...answer }
      },
      inspectContainer: async (id) => ({
        id,
        name: id,
        status: 'exited',
        running: false,
        outOfMemory: id === 'starved',
        exitCode: 2,
        addresses: [],
        ports: [],
        env: [],
      }),
    },
    clock,
    { measured: (resources) => void told.push(resources), isWatched: () => watched.now },
  )
  return { clock, told, asked, watched, meter }
}

describe('what the containers of a job use', () => {
  it('is added up over containers, with the most that was seen at one time', async () => {
    const use = {
      build: { memory: 100 * MiB, cpuSeconds: 1 },
      db: { memory: 50 * MiB, cpuSeconds: 0.5 },
    }
    const { clock, told, meter } = metered((id) => use[id as keyof typeof use])
    meter.follow({ id: 'build', role: 'build', memoryLimit: 512 * MiB, cpuLimit: 4 })
    meter.follow({ id: 'db', role: 'service', service: 'postgres' })
    await clock.advance(1000)
    use.build = { memory: 40 * MiB, cpuSeconds: 4 }
    use.db = { memory: 80 * MiB, cpuSeconds: 0.5 }
    await clock.advance(1000)
    expect(told.at(-1)).toEqual({
      peakMemory: 150 * MiB,
      cpuSeconds: 4.5,
      containers: [
        {
          role: 'build',
          peakMemory: 100 * MiB,
          memoryLimit: 512 * MiB,
          cpuSeconds: 4,
          cpuLimit: 4,
          now: { memory: 40 * MiB, cpus: 3 },
        },
        {
          role: 'service',
          service: 'postgres',
          peakMemory: 80 * MiB,
          cpuSeconds: 0.5,
          now: { memory: 80 * MiB, cpus: 0 },
        },
      ],
    })
    expect(loadNow(told.at(-1)!)).toEqual({ memory: 120 * MiB, cpus: 3 })
  })

  it('goes on where a container is started again, or another takes its place', async () => {
    const seconds = { first: [10, 2], second: [5] }
    const { clock, told, meter } = metered((id) => {
      const cpuSeconds = seconds[id as keyof typeof seconds].shift()
      return cpuSeconds === undefined ? undefined : { memory: MiB, cpuSeconds }
    })
    meter.follow({ id: 'first', role: 'build' })
    await clock.advance(2000)
    meter.follow({ id: 'second', role: 'build' })
    await clock.advance(2000)
    expect(told.map(({ cpuSeconds, containers }) => [cpuSeconds, containers.length])).toEqual([
      [10, 1],
      [12, 1],
      [17, 1],
      [17, 1],
    ])
    expect(loadNow(told.at(-1)!)).toBeUndefined()
  })

  it('is asked for every second at first and every five later, and every second while somebody looks', async () => {
    const { clock, asked, watched, meter } = metered(() => ({ memory: MiB, cpuSeconds: 0 }))
    meter.follow({ id: 'build', role: 'build' })
    await clock.advance(120_000)
    const gaps = (times: readonly number[]) => times.slice(1).map((time, at) => time - (times[at] ?? 0))
    const unwatched = gaps(asked)
    watched.now = true
    await clock.advance(5000)
    const before = asked.length
    await clock.advance(5000)
    expect({
      first: unwatched[0],
      last: unwatched.at(-1),
      count: unwatched.length,
      watched: asked.length - before,
    }).toEqual({ first: 1, last: 5, count: 39, watched: 5 })
    meter[Symbol.dispose]()
    await clock.advance(60_000)
    expect({ asked: asked.length - before - 5, sleepers: clock.sleepers }).toEqual({ asked: 0, sleepers: 0 })
  })

  it('is all that it may where memory has run out, also between two looks', async () => {
    const { told, meter } = metered(() => ({ memory: 3 * MiB, cpuSeconds: 1 }))
    meter.follow({ id: 'starved', role: 'build', memoryLimit: 48 * MiB })
    await meter.lookBack('starved')
    expect(told.at(-1)).toEqual({
      peakMemory: 48 * MiB,
      cpuSeconds: 0,
      containers: [
        { role: 'build', peakMemory: 48 * MiB, memoryLimit: 48 * MiB, ranOut: true, cpuSeconds: 0 },
      ],
    })
    expect([hasRunOut(told.at(-1)!), tightest(told.at(-1)!)?.role]).toEqual([true, 'build'])
  })

  it('is not more than was seen where something else has failed', async () => {
    const { told, meter, clock } = metered(() => ({ memory: 3 * MiB, cpuSeconds: 1 }))
    meter.follow({ id: 'build', role: 'build', memoryLimit: 48 * MiB })
    await clock.advance(1000)
    await meter.lookBack('build')
    expect([told.at(-1)?.peakMemory, hasRunOut(told.at(-1)!)]).toEqual([3 * MiB, false])
  })

  it('is not told, and soon not asked for, where the engine does not count', async () => {
    const problem = new DockerError('stats is not supported in rootless mode without cgroups v2', {
      status: 409,
    })
    const { clock, told, asked, meter } = metered(() => problem)
    meter.follow({ id: 'build', role: 'build' })
    await clock.advance(600_000)
    expect({ told, asked: asked.length }).toEqual({ told: [], asked: 5 })
  })

  it('is asked of no container that is gone', async () => {
    const gone = new DockerError('No such container: helper', { status: 404 })
    const { clock, asked, told, meter } = metered((id) =>
      id === 'helper' ? gone : { memory: MiB, cpuSeconds: 0 },
    )
    meter.follow({ id: 'helper', role: 'helper' })
    meter.follow({ id: 'build', role: 'build' })
    await clock.advance(3000)
    expect({
      asked: asked.length,
      told: told.map(({ containers }) => containers.map(({ role }) => role)),
    }).toEqual({
      asked: 4,
      told: [['build'], ['build'], ['build']],
    })
  })
})

describe('what is told of a job’s containers', () => {
  const containers: JobResources['containers'] = [
    { role: 'service', service: 'postgres', peakMemory: 90, memoryLimit: 1000, cpuSeconds: 1 },
    { role: 'build', peakMemory: 95, memoryLimit: 100, cpuSeconds: 1, now: { memory: 5 } },
    { role: 'helper', peakMemory: 5000, cpuSeconds: 1 },
  ]
  const resources = { peakMemory: 5000, cpuSeconds: 3, containers }

  it('names the one whose limit came nearest', () => {
    expect(tightest(resources)?.role).toBe('build')
    expect(tightest({ ...resources, containers: [] })).toBeUndefined()
  })

  it('has nothing of the moment once it is over', () => {
    expect(withoutNow(resources).containers.map((one) => 'now' in one)).toEqual([false, false, false])
  })
})

// Cut from answers of Docker 20.10 on cgroups v1 and v2, and of Podman 4.3.
describe('an engine’s numbers of a container', () => {
  const read = '2026-01-01T00:00:01.500Z'
  const at = Date.UTC(2026, 0, 1, 0, 0, 1, 500)
  const cpu_stats = { cpu_usage: { total_usage: 2_500_000_000 } }
  it.each([
    {
      engine: 'cgroups v1',
      answer: {
        read,
        cpu_stats,
        memory_stats: { usage: 900, stats: { inactive_file: 1, total_inactive_file: 300 } },
      },
      sample: { at, memory: 600, cpuSeconds: 2.5 },
    },
    {
      engine: 'cgroups v2',
      answer: { read, cpu_stats, memory_stats: { usage: 900, stats: { inactive_file: 200 } } },
      sample: { at, memory: 700, cpuSeconds: 2.5 },
    },
    {
      engine: 'Podman',
      answer: { read, cpu_stats, memory_stats: { usage: 900, stats: null } },
      sample: { at, memory: 900, cpuSeconds: 2.5 },
    },
    {
      engine: 'a container that does not run',
      answer: {
        read: '0001-01-01T00:00:00Z',
        cpu_stats: { cpu_usage: { total_usage: 0 } },
        memory_stats: {},
      },
      sample: undefined,
    },
    { engine: 'an engine that counts nothing', answer: { read }, sample: undefined },
  ])('are read from $engine', ({ answer, sample }) => {
    expect(readSample(answer)).toEqual(sample)
  })
})
