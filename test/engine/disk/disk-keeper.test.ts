import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { parseConfig } from '../../../main/engine/config/parse-config.ts'
import { openDataDirs } from '../../../main/engine/data-dirs.ts'
import { createDiskKeeper, type DiskKeeper } from '../../../main/engine/disk/disk-keeper.ts'
import { openUsageLog, type UsageLog } from '../../../main/engine/disk/usage-log.ts'
import { openHistory } from '../../../main/engine/history/history.ts'
import type { PrunableHistory } from '../../../main/engine/history/port.ts'
import type { Settings } from '../../../main/engine/settings.ts'
import { turnedClock } from '../../support/turned-clock.ts'

const KiB = 1024
const day = 24 * 60 * 60_000
const clock = turnedClock()
const logger = pino({ level: 'silent' })
let folder: string
let history: PrunableHistory
let usage: UsageLog
let settings: Settings
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drydock-keeper-'))
  const dirs = openDataDirs(folder)
  history = openHistory({ path: dirs.history, logger })
  usage = await openUsageLog(dirs.usage, clock)
  settings = {
    disk: { budgetBytes: 0, reserveBytes: 0 },
    history: { days: 0, logBytes: 0 },
    sources: { shared: true },
    hold: { onFailure: false, ms: 1 },
  }
})
afterEach(async () => {
  history.close()
  await usage.saved()
  await rm(folder, { recursive: true, force: true })
})

function keeper(): DiskKeeper {
  const { config } = parseConfig('', { environment: {} })
  return createDiskKeeper({
    engines: async () => [],
    config: () => config!,
    settings: () => settings,
    usage,
    history,
    dirs: openDataDirs(folder),
    systemId: 's_test',
    sessionId: 'here.now',
    clock,
    logger,
  })
}

/** A cache as the store leaves it: 10 KiB and a few bytes. */
async function aCache(project: number, key: string, savedAt: number): Promise<void> {
  const cache = join(folder, 'caches', 'a-runner', String(project), 'unprotected', key)
  await mkdir(cache, { recursive: true })
  await writeFile(join(cache, 'cache-1.zip'), Buffer.alloc(10 * KiB))
  await writeFile(
    join(cache, 'metadata.json'),
    JSON.stringify({ cachekey: key, savedAt, archive: 'cache-1.zip' }),
  )
}

function aFinishedJob(gitlabId: number, finishedAt: number): number {
  const id = history.begin({
    gitlabId,
    gitlabUrl: 'https://gitlab.example.com',
    runnerKey: 'key',
    runner: 'runner',
    name: 'job',
    project: 'group/project',
    ref: 'main',
    sha: '',
    image: '',
    url: undefined,
    pipelineId: undefined,
    timeout: 1,
    acceptedAt: finishedAt,
    variableNames: [],
  })
  history.finished(id, { result: 'success' }, finishedAt, 5)
  return id
}

const namesOf = (items: readonly { readonly name: string }[]) => items.map(({ name }) => name)

describe('the keeper of the disk', () => {
  it('removes the oldest caches until the budget holds, and would have said so', async () => {
    const future = Date.now() + day
    await aCache(1, 'newest', future + 3)
    await aCache(1, 'oldest', future + 1)
    await aCache(2, 'middle', future + 2)
    settings = { ...settings, disk: { budgetBytes: 25 * KiB, reserveBytes: 0 } }
    const plan = await keeper().plan({})
    const pruned = await keeper().prune({})
    expect([namesOf(plan.items), pruned.items]).toEqual([['oldest'], plan.items])
    expect(namesOf((await keeper().read()).items).toSorted()).toEqual(['middle', 'newest'])
  })

  it('leaves caches of a project whose jobs run, whatever is asked', async () => {
    await aCache(1, 'of-running', 1)
    await aCache(2, 'idle', 1)
    using job = usage.begin({ id: 1, path: 'group/one' })
    await job.hold('caches 1')
    expect(namesOf((await keeper().prune({ downTo: 0 })).items)).toEqual(['idle'])
    expect((await keeper().read()).items).toMatchObject([
      { name: 'of-running', project: 'group/one', keptBecause: 'a running job of the project may use it' },
    ])
  })

  it('removes one thing alone, and nothing that a job uses or that is gone', async () => {
    await aCache(1, 'of-running', 1)
    await aCache(2, 'idle', 1)
    await aCache(3, 'other', 1)
    using job = usage.begin({ id: 1, path: 'group/one' })
    await job.hold('caches 1')
    const remove = (project: number, key: string) =>
      keeper().remove({ kind: 'cache', id: join('a-runner', String(project), 'unprotected', key) })
    await remove(2, 'idle')
    await expect(remove(2, 'idle')).rejects.toMatchObject({ code: 'not-found' })
    await expect(remove(1, 'of-running')).rejects.toMatchObject({
      code: 'conflict',
      message: 'of-running is kept: a running job of the project may use it',
    })
    await expect(keeper().remove({ kind: 'cache', id: '../..' })).rejects.toMatchObject({ code: 'not-found' })
    expect(namesOf((await keeper().read()).items).toSorted()).toEqual(['of-running', 'other'])
  })

  it('touches nothing in the folder of caches that the store did not put there', async () => {
    await writeFile(join(folder, 'caches', 'notes.txt'), 'mine')
    await mkdir(join(folder, 'caches', 'a', 'b'), { recursive: true })
    await writeFile(join(folder, 'caches', 'a', 'b', 'file'), 'mine')
    expect(await keeper().prune({ downTo: 0 })).toEqual({ items: [], bytes: 0, problems: [] })
    expect((await readdir(join(folder, 'caches'))).toSorted()).toEqual(['a', 'notes.txt'])
  })

  it('forgets jobs by age, and says how many before it does', async () => {
    const old = aFinishedJob(1, clock.now() - 10 * day)
    const young = aFinishedJob(2, clock.now() - day)
    await writeFile(join(folder, 'logs', `job-${old}.log`), 'hello')
    settings = { ...settings, history: { days: 5, logBytes: 0 } }
    const plan = await keeper().plan({})
    expect(plan).toEqual({
      items: [{ kind: 'logs', id: 'retention', name: '1 finished job and its log', bytes: 5 }],
      bytes: 5,
      problems: [],
    })
    expect(await keeper().prune({})).toEqual(plan)
    expect(history.finishedJobs().map(({ id }) => id)).toEqual([young])
  })

  it('frees what it can when others fill the disk, without a job of ours since', async () => {
    const heard: (string | undefined)[] = []
    const stop = new AbortController()
    await aCache(1, 'main', clock.now())
    const watching = keeper().watch((reason) => void heard.push(reason), stop.signal)
    const looked = async (times: number) => {
      while (heard.length < times) {
        await clock.advance(10_000)
        await new Promise(setImmediate)
      }
    }
    await looked(2)
    expect((await keeper().read()).items).toHaveLength(1)
    settings = { ...settings, disk: { budgetBytes: 0, reserveBytes: 2 ** 60 } }
    await looked(4)
    expect((await keeper().read()).items).toEqual([])
    stop.abort()
    await watching
  })

  it('hinders jobs below the reserve, and no longer when there is room', async () => {
    const heard: (string | undefined)[] = []
    const stop = new AbortController()
    settings = { ...settings, disk: { budgetBytes: 0, reserveBytes: 2 ** 60 } }
    const watching = keeper().watch((reason) => void heard.push(reason), stop.signal)
    while (heard.length === 0) await new Promise(setImmediate)
    settings = { ...settings, disk: { budgetBytes: 0, reserveBytes: 0 } }
    while (heard.length === 1) {
      await clock.advance(10_000)
      await new Promise(setImmediate)
    }
    stop.abort()
    await watching
    expect(heard.slice(0, 2)).toEqual([
      expect.stringMatching(/^Only .* are free on the disk of .* and 1048576 TiB/),
      undefined,
    ])
  })
})
