import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'

import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'

import { openShell } from '../../main/cli/shell/open-shell.ts'
import { systemClock } from '../../main/engine/clock.ts'
import { openHeldJobs } from '../../main/engine/docker/held-jobs.ts'
import type { DockerEngine } from '../../main/engine/docker/port.ts'
import { sweep } from '../../main/engine/docker/sweep.ts'
import { attach } from '../../main/loopback/attach.ts'
import { leftOnEngine } from '../support/left-on-engine.ts'
import { quietTerminal, startRunner } from '../support/runner-under-test.ts'
import { turnedClock } from '../support/turned-clock.ts'
import { aPreparedJob, aService, aSystemId, images, leftOf, testEngine } from './kit.ts'

let engine: DockerEngine
let folder: string
beforeAll(async () => {
  engine = await testEngine()
  folder = await mkdtemp(join(tmpdir(), 'drydock-hold-'))
  // Jobs with another user look into it.
  await chmod(folder, 0o777)
})
afterAll(async () => {
  engine.close()
  await rm(folder, { recursive: true, force: true })
})

let now = 1_000_000
const clock = { ...systemClock, now: () => now }
const heldJobs = (name: string) =>
  openHeldJobs(join(folder, name), { clock, settings: () => ({ onFailure: true, ms: 60_000 }) })

const given = (systemId: string, held: ReturnType<typeof heldJobs>) => ({
  systemId,
  sessionId: 'dead',
  held,
  job: { id: 77, services: [aService(images.busybox, { command: ['sleep', '60'] })] },
  docker: { volumes: ['/kept'], wait_for_services_timeout: -1 },
  variables: { GIT_STRATEGY: 'clone', FF_NETWORK_PER_BUILD: 'true' },
})

/** By the end of their names, which is what they are for. */
const kinds = (left: readonly string[]) => left.map((name) => name.replace(/(^\w+) .*?(\w+)$/, '$1 $2'))

describe('a job that has failed', () => {
  it('keeps all but its helper over a sweep and a restart, until its time is over', async () => {
    const systemId = aSystemId()
    const held = heldJobs('expires.json')
    const job = await aPreparedJob(given(systemId, held), engine)
    await job.run('touch /kept/file; exit 1').catch(() => undefined)
    job.environment.noteFailure?.()
    await job[Symbol.asyncDispose]()
    const kept = await leftOf(engine, systemId)
    expect(kinds(kept).filter((name) => name.startsWith('container'))).toEqual([
      'container build',
      'container 0',
    ])

    const restarted = heldJobs('expires.json')
    const isHeld = (name: string) => restarted.isHeld(name)
    expect(await sweep(engine, { systemId, sessionId: 'alive', isHeld })).toEqual([])
    await restarted.releaseExpired([engine])
    expect(await leftOf(engine, systemId)).toEqual(kept)
    now += 60_000
    await restarted.releaseExpired([engine])
    const cacheVolume = (await leftOf(engine, systemId)).filter((name) => !name.startsWith('volume runner-'))
    expect([cacheVolume, restarted.list()]).toEqual([[], []])
    for (const { name } of await engine.listVolumes([`com.drydock.system-id=${systemId}`]))
      await engine.removeVolume(name)
  })

  it('stays while its engine is away, also over its time, and goes once the engine is back', async () => {
    const systemId = aSystemId()
    const held = heldJobs('away.json')
    const job = await aPreparedJob(given(systemId, held), engine)
    job.environment.noteFailure?.()
    await job[Symbol.asyncDispose]()
    const containers = async () =>
      kinds(await leftOf(engine, systemId)).filter((name) => name.startsWith('container'))
    now += 60_000
    await held.releaseExpired([])
    await expect(held.release(77, [])).rejects.toThrow('No Docker engine answers')
    expect([await containers(), held.list().length]).toEqual([['container build', 'container 0'], 1])
    await held.releaseExpired([engine])
    expect([await containers(), held.list().length]).toEqual([[], 0])
    for (const { name } of await engine.listVolumes([`com.drydock.system-id=${systemId}`]))
      await engine.removeVolume(name)
  })

  it('is removed as ever where it succeeded, or nobody asked', async () => {
    const systemId = aSystemId()
    const job = await aPreparedJob(given(systemId, heldJobs('passed.json')), engine)
    await job.run('true')
    await job[Symbol.asyncDispose]()
    expect((await leftOf(engine, systemId)).filter((name) => !name.startsWith('volume'))).toEqual([])
    for (const { name } of await engine.listVolumes([`com.drydock.system-id=${systemId}`]))
      await engine.removeVolume(name)
  })
})

describe('drydock shell', () => {
  const plain = { json: false, keep: false, release: false }

  it('sees the variables, mounts, user and files of the failed job, and removes it when it ends', async () => {
    await using runner = await startRunner({
      dockerHost: inject('dockerHost'),
      gitlab: { longPollSeconds: 0 },
      docker: `    volumes = ["${folder}:/toolchain:ro"]\n    user = "1234"`,
    })
    const { gitlab, dataDir, configFile } = runner
    await writeFile(join(folder, 'tool'), 'a tool')
    await writeFile(join(dataDir, 'settings.json'), '{ "hold_on_failure": true }')
    const { id } = gitlab.enqueue({
      image: { name: images.debian },
      variables: [
        { key: 'GIT_STRATEGY', value: 'none', public: true, masked: false },
        { key: 'GREETING', value: 'hello there', public: true, masked: false },
      ],
      steps: [
        {
          name: 'script',
          script: ['echo made > /tmp/made', 'exit 3'],
          timeout: 3600,
          when: 'on_success',
          allow_failure: false,
        },
      ],
    })
    expect((await gitlab.waitForJob(id, 'finished')).exitCode).toBe(3)
    await using attached = await attach(runner.engine.url ?? '')
    await vi.waitFor(async () =>
      expect(await attached.api.listHeldJobs(undefined)).toMatchObject([{ gitlabId: id }]),
    )

    const stdin = new PassThrough()
    const stdout = new PassThrough()
    const stderr = new PassThrough()
    const [printed, said] = [text(stdout), text(stderr)]
    const status = openShell({
      ...plain,
      terminal: { ...quietTerminal(), stdin, stdout, stderr },
      configFile,
      dataDir,
      job: id,
    })
    stdin.write('id -u; echo "<$GREETING>"; cat /toolchain/tool; cat /tmp/made; touch /toolchain/x; exit 5\n')
    expect(await status).toBe(5)
    stdout.end()
    stderr.end()
    expect(await said).toMatch(
      new RegExp(
        `^A shell in job ${id}, .*, which is kept until \\d\\d:\\d\\d\\. "exit" ends it and removes the job\\.\\n$`,
      ),
    )
    const lines = (await printed).split(/\r?\n/)
    expect(lines).toEqual(expect.arrayContaining(['1234', '<hello there>', 'a toolmade']))
    expect(lines.join('\n')).toMatch(/Read-only file system/)
    expect(await attached.api.listHeldJobs(undefined)).toEqual([])
    expect(await leftOnEngine(inject('dockerHost'), runner)).toEqual([])
  })

  it('is warned before the time is over', async () => {
    await using runner = await startRunner({
      dockerHost: inject('dockerHost'),
      gitlab: { longPollSeconds: 0 },
    })
    const { gitlab, dataDir, configFile } = runner
    await writeFile(join(dataDir, 'settings.json'), '{ "hold_on_failure": true, "hold_minutes": 30 }')
    const { id } = gitlab.enqueue({
      image: { name: images.busybox },
      variables: [{ key: 'GIT_STRATEGY', value: 'none', public: true, masked: false }],
      steps: [
        { name: 'script', script: ['exit 3'], timeout: 3600, when: 'on_success', allow_failure: false },
      ],
    })
    await gitlab.waitForJob(id, 'finished')
    await using attached = await attach(runner.engine.url ?? '')
    await vi.waitFor(async () => expect(await attached.api.listHeldJobs(undefined)).toHaveLength(1))

    const clock = turnedClock(Date.now())
    const stdin = new PassThrough()
    const stderr = new PassThrough()
    let said = ''
    stderr.on('data', (chunk: Buffer) => void (said += chunk.toString()))
    const status = openShell({
      ...plain,
      terminal: { ...quietTerminal(), stdin, stderr, clock },
      configFile,
      dataDir,
      job: id,
    })
    await vi.waitFor(() => expect(clock.sleepers).toBe(1), { timeout: 10_000 })
    // The engine's own clock has gone on since.
    await clock.advance(25.5 * 60_000)
    await vi.waitFor(() =>
      expect(said).toMatch(
        new RegExp(
          `\\r\\nJob ${id} is removed at \\d\\d:\\d\\d, in 5 minutes, and this shell ends\\. To keep it longer, run "drydock shell ${id} --keep" in another terminal\\.\\r\\n$`,
        ),
      ),
    )
    stdin.write('exit 0\n')
    expect(await status).toBe(0)
    expect(await attached.api.listHeldJobs(undefined)).toEqual([])
  })

  it('says what to do where nothing is kept', async () => {
    await using runner = await startRunner({ dockerHost: inject('dockerHost') })
    const { configFile, dataDir } = runner
    const request = {
      ...plain,
      terminal: quietTerminal(),
      configFile,
      dataDir,
    }
    await expect(openShell(request)).rejects.toThrow(/No job is kept\. Set "hold_on_failure": true/)
  })
})
