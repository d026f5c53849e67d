import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest'

import type { DiskItem } from '../../main/contract/disk.ts'
import { systemClock } from '../../main/engine/clock.ts'
import { parseConfig } from '../../main/engine/config/parse-config.ts'
import { openDataDirs } from '../../main/engine/data-dirs.ts'
import { createDiskKeeper } from '../../main/engine/disk/disk-keeper.ts'
import { openUsageLog, type UsageLog } from '../../main/engine/disk/usage-log.ts'
import type { DockerEngine } from '../../main/engine/docker/port.ts'
import { openHistory } from '../../main/engine/history/history.ts'
import { notAsking } from '../../main/engine/pool.ts'
import { openSettings } from '../../main/engine/settings.ts'
import { attach } from '../../main/loopback/attach.ts'
import { busyboxImage } from '../support/busybox-image.ts'
import { startRegistry } from '../support/registry.ts'
import { configText, quietLogger, startRunner } from '../support/runner-under-test.ts'
import { aPreparedJob, aSystemId, anImage, images, testEngine } from './kit.ts'

let folder: string
let engine: DockerEngine
let usage: UsageLog
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drydock-disk-'))
  engine = await testEngine()
  usage = await openUsageLog(join(folder, 'usage.json'), systemClock)
})
afterEach(async () => {
  engine.close()
  await usage.saved()
  await rm(folder, { recursive: true, force: true })
})

function keeperOf(systemId: string, volumes = '[]') {
  const text = configText({
    url: 'https://gitlab.example.com',
    token: 'glrt-x',
    dockerHost: inject('dockerHost'),
    docker: `    volumes = ${volumes}`,
  })
  const { config } = parseConfig(text, { environment: {} })
  const dirs = openDataDirs(folder)
  const history = openHistory({ path: dirs.history, logger: quietLogger })
  const keeper = createDiskKeeper({
    engines: async () => [engine],
    config: () => config!,
    settings: openSettings(folder, quietLogger),
    usage,
    history,
    dirs,
    systemId,
    sessionId: 'later-session',
    clock: systemClock,
    logger: quietLogger,
  })
  return { keeper, [Symbol.dispose]: () => history.close() }
}

const volumesIn = (items: readonly DiskItem[]) =>
  items
    .filter(({ kind }) => kind === 'volume')
    .map(({ name, project, bytes, keptBecause }) => ({
      name: name.replace(/ \(.*/, ''),
      project,
      isLarge: bytes > 1_000_000,
      keptBecause,
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))

describe('the disk', () => {
  it('shows the volumes of jobs with project and size, keeps what runs, and removes the rest when asked', async () => {
    const systemId = aSystemId()
    const foreign = `${systemId}-foreign`
    await engine.createVolume({ Name: foreign, Labels: { 'com.gitlab.gitlab-runner.managed': 'true' } })
    using disk = keeperOf(systemId)
    const { keeper } = disk
    const given = { systemId, usage, docker: { volumes: ['/kept'] }, variables: { GIT_STRATEGY: 'fetch' } }
    {
      await using job = await aPreparedJob(given, engine)
      await job.run('head -c 2000000 /dev/zero > /kept/large')
      const { items } = await keeper.read()
      expect(volumesIn(items)).toEqual(
        ['/builds', '/kept'].map((name) => ({
          name,
          project: expect.any(String) as string,
          isLarge: name === '/kept',
          keptBecause: 'a running job uses it',
        })),
      )
      expect(await keeper.prune({ downTo: 0 })).toEqual({ items: [], bytes: 0, problems: [] })
    }
    const plan = await keeper.plan({ downTo: 0 })
    const pruned = await keeper.prune({ downTo: 0 })
    expect(pruned).toEqual(plan)
    expect(volumesIn(pruned.items).map(({ name }) => name)).toEqual(['/builds', '/kept'])
    expect((await engine.listVolumes([`com.drydock.system-id=${systemId}`])).length).toBe(0)
    expect(
      (await engine.listVolumes(['com.gitlab.gitlab-runner.managed=true'])).map(({ name }) => name),
    ).toContain(foreign)
    await engine.removeVolume(foreign)
  })

  it('lists images that jobs use, and leaves those it did not pull', async () => {
    using disk = keeperOf(aSystemId())
    {
      await using job = await aPreparedJob({ usage, job: { image: undefined } }, engine)
      void job
    }
    const { items } = await disk.keeper.read()
    expect(items.filter(({ kind }) => kind === 'image')).toMatchObject([
      { name: images.busybox, keptBecause: 'Drydock did not pull it' },
    ])
  })
})

describe('an image that a job pulled', () => {
  it('goes when asked, unless somebody else had it before', async () => {
    await using registry = await startRegistry(await busyboxImage())
    const [ours, theirs] = ['ours', 'theirs'].map((tag) => `${registry.host}/group/tool:${tag}`) as [
      string,
      string,
    ]
    const pull = (tag: string) =>
      engine.pullImage({ repository: `${registry.host}/group/tool`, tag }, () => {})
    const isThere = async (name: string) => (await engine.inspectImage(name)) !== undefined
    using disk = keeperOf(aSystemId())
    const use = async (name: string) => {
      await using job = await aPreparedJob(
        { usage, job: { image: anImage(name) }, docker: { pull_policy: 'always' } },
        engine,
      )
      void job
    }
    await use(ours)
    expect(await disk.keeper.prune({ downTo: 0 })).toMatchObject({ items: [{ name: ours }], problems: [] })
    expect(await isThere(ours)).toBe(false)

    await pull('theirs')
    await use(theirs)
    expect(await disk.keeper.prune({ downTo: 0 })).toMatchObject({ items: [] })
    expect(await isThere(theirs)).toBe(true)
    await engine.removeImage(theirs)
  })
})

describe('a disk below its reserve', () => {
  it('keeps jobs from being asked for, says why, and goes on when there is room', async () => {
    const waits = Promise.withResolvers<void>()
    await using runner = await startRunner({
      dockerHost: inject('dockerHost'),
      gitlab: { longPollSeconds: 0 },
      onLogged: (message) => message === notAsking && waits.resolve(),
    })
    const settings = join(runner.dataDir, 'settings.json')
    await using attached = await attach(runner.engine.url ?? '')
    const stop = new AbortController()
    let hindrance: string | undefined
    const watching = (async () => {
      for await (const status of attached.api.watchStatus(undefined, stop.signal))
        hindrance = status.hindrance
    })()
    await writeFile(settings, '{ "free_space_reserve_gib": 1000000 }')
    await vi.waitFor(
      () => expect(hindrance).toMatch(/^Only .* GiB are free on the disk of .*settings\.json$/),
      60_000,
    )
    await waits.promise
    const { id } = runner.gitlab.enqueue()
    expect(runner.gitlab.job(id).status).toBe('pending')
    await rm(settings)
    const job = await runner.gitlab.waitForJob(id, 'finished')
    expect([job.status, hindrance]).toEqual(['success', undefined])
    stop.abort()
    await watching
  })
})
