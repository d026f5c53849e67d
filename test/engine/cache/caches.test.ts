import { randomBytes } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { mkdir, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { localCacheStore, scopeOf, type CacheStore } from '../../../main/engine/cache/cache-store.ts'
import { restoreCaches } from '../../../main/engine/cache/restore-caches.ts'
import { saveCaches } from '../../../main/engine/cache/save-caches.ts'
import type { Job, JobCache } from '../../../main/engine/job/job.ts'
import { hostEnvironment } from '../../support/host-environment.ts'
import { aContext, variables as variablesOf, type GivenParts } from '../../support/job-context.ts'
import { keptOutput } from '../../support/kept-output.ts'
import { canMount, smallDisk } from '../../support/small-disk.ts'
import { tempDir } from '../../support/temp-dir.ts'

const signal = new AbortController().signal
const clock = { now: () => Date.UTC(2026, 4, 17, 8) }

const aCache = (given: Partial<JobCache> = {}): JobCache => ({
  key: 'npm-main',
  fallbackKeys: [],
  policy: '',
  when: 'on_success',
  paths: ['modules'],
  untracked: false,
  ...given,
})

let place: Awaited<ReturnType<typeof tempDir>>
let store: CacheStore
beforeEach(async () => {
  place = await tempDir()
  store = localCacheStore(join(place.path, 'store'))
})
afterEach(() => place[Symbol.asyncDispose]())

interface Given {
  readonly job?: Partial<Job>
  readonly values?: Readonly<Record<string, string>>
  readonly runner?: GivenParts['runner']
}

/** A job in a project folder of its own, as each concurrent slot has one. */
async function aJob(slot: string, cache: JobCache, { job, values = {}, runner }: Given = {}) {
  const project = join(place.path, slot)
  await mkdir(project, { recursive: true })
  const given = aContext({
    job: { ...job, caches: [cache], variables: variablesOf(values) },
    ...(runner && { runner }),
  })
  const context = { ...given, dirs: { ...given.dirs, project, tmp: `${project}.tmp` } }
  const lines = async (work: (output: ReturnType<typeof keptOutput>) => Promise<void>) => {
    const output = keptOutput()
    await work(output)
    return output.lines()
  }
  return {
    project,
    context,
    save: (result: 'success' | 'failure' = 'success') =>
      lines((output) => saveCaches(context, hostEnvironment(), output, store, result, signal, clock)),
    restore: () => lines((output) => restoreCaches(context, hostEnvironment(), output, store, signal)),
  }
}

async function fill(project: string, content = 'module.exports = 1\n') {
  await mkdir(join(project, 'modules'), { recursive: true })
  await writeFile(join(project, 'modules/index.js'), content)
}

const noUrl =
  'No URL provided, cache will not be downloaded from shared cache server. Instead a local version of cache will be extracted.'
const onlyLocal =
  'No URL provided, cache will not be uploaded to shared cache server. Cache will be stored only locally.'
const found = 'modules: found 2 matching artifact files and directories'

const withoutSize = (lines: readonly string[]) => lines.map((line) => line.replace(/bytes=\d+/, 'bytes=N'))

describe('a cache', () => {
  it('saved by one slot is found by another, and the log says from whom', async () => {
    const first = await aJob('slot-0', aCache())
    await fill(first.project)
    const second = await aJob('slot-1', aCache())
    expect({ saved: await first.save(), restored: withoutSize(await second.restore()) }).toEqual({
      saved: ['Creating cache npm-main...', found, onlyLocal, 'Created cache'],
      restored: [
        'Checking cache for npm-main...',
        noUrl,
        'Local cache found  bytes=N job=7031 saved=2026-05-17T08:00:00.000Z',
        'Successfully extracted cache',
      ],
    })
    expect(await readFile(join(second.project, 'modules/index.js'), 'utf8')).toBe('module.exports = 1\n')
  })

  it('that was never saved is a miss with its reason, and fallback keys are tried in order', async () => {
    const older = await aJob('slot-0', aCache({ key: 'npm-old' }))
    await fill(older.project)
    await older.save()
    const cache = aCache({ key: 'npm-$BRANCH', fallbackKeys: ['npm-none'] })
    const job = await aJob('slot-1', cache, { values: { BRANCH: 'main', CACHE_FALLBACK_KEY: 'npm-old' } })
    expect(withoutSize(await job.restore())).toEqual([
      'Checking cache for npm-main...',
      noUrl,
      'WARNING: Cache file does not exist  reason=none was saved under this key',
      'Failed to extract cache',
      'Checking cache for npm-none...',
      noUrl,
      'WARNING: Cache file does not exist  reason=none was saved under this key',
      'Failed to extract cache',
      'Checking cache for npm-old...',
      noUrl,
      'Local cache found  bytes=N job=7031 saved=2026-05-17T08:00:00.000Z',
      'Successfully extracted cache',
    ])
  })

  it.each<{ readonly what: string; readonly first: Given; readonly second: Given }>([
    {
      what: 'protected and unprotected refs',
      first: {},
      second: { job: { git: { ...aContext().job.git, protected: true } } },
    },
    { what: 'projects', first: {}, second: { job: { info: { ...aContext().job.info, projectId: 43 } } } },
    { what: 'runners', first: {}, second: { runner: { token: 'glrt-other' } } },
  ])('is not shared between $what', async ({ first, second }) => {
    const saver = await aJob('slot-0', aCache(), first)
    await fill(saver.project)
    await saver.save()
    const reader = await aJob('slot-1', aCache(), second)
    expect(await reader.restore()).toContain(
      'WARNING: Cache file does not exist  reason=none was saved under this key',
    )
  })

  it.each([
    {
      policy: 'pull',
      save: ['Not uploading cache npm-main due to policy'],
      restore: 'Checking cache for npm-main...',
    },
    {
      policy: '$P',
      save: ['Not uploading cache npm-main due to policy'],
      restore: 'Checking cache for npm-main...',
    },
    { policy: 'push', save: undefined, restore: 'Not downloading cache npm-main due to policy' },
  ])('of policy $policy', async ({ policy, save, restore }) => {
    const job = await aJob('slot-0', aCache({ policy }), { values: { P: 'pull' } })
    await fill(job.project)
    expect([(await job.restore())[0], await job.save()]).toEqual([
      restore,
      save ?? ['Creating cache npm-main...', found, onlyLocal, 'Created cache'],
    ])
  })

  it('of a policy nobody knows fails the stage', async () => {
    const job = await aJob('slot-0', aCache({ policy: 'both' }))
    await expect(job.restore()).rejects.toThrow('unknown cache policy both for npm-main')
  })

  it('is saved after such results only', async () => {
    const job = await aJob('slot-0', aCache({ when: 'on_failure' }))
    await fill(job.project)
    expect([await job.save('success'), (await job.save('failure')).at(-1)]).toEqual([[], 'Created cache'])
  })

  it('is not made again while nothing has changed', async () => {
    const job = await aJob('slot-0', aCache())
    await fill(job.project)
    await job.save()
    const next = await aJob('slot-1', aCache())
    await next.restore()
    const unchanged = await next.save()
    await utimes(join(next.project, 'modules/index.js'), Date.now() / 1000 + 60, Date.now() / 1000 + 60)
    const touched = await next.save()
    await rm(join(next.project, 'modules/index.js'))
    const removed = await next.save()
    expect({ unchanged, touched, removed: removed.slice(-2) }).toEqual({
      unchanged: ['Creating cache npm-main...', found, 'Archive is up to date!', 'Created cache'],
      touched: ['Creating cache npm-main...', found, onlyLocal, 'Created cache'],
      removed: [onlyLocal, 'Created cache'],
    })
  })

  it.each(['zip', 'zipzstd', 'TarZstd'])('in the format %s comes back', async (format) => {
    const values = { CACHE_COMPRESSION_FORMAT: format }
    const job = await aJob('slot-0', aCache(), { values })
    await fill(job.project, 'x'.repeat(100_000))
    await job.save()
    const next = await aJob('slot-1', aCache())
    await next.restore()
    expect(await readFile(join(next.project, 'modules/index.js'), 'utf8')).toBe('x'.repeat(100_000))
  })

  it('of untracked files has what git ignores', async () => {
    const job = await aJob('slot-0', aCache({ paths: [], untracked: true }))
    execFileSync('git', ['init', '-q'], { cwd: job.project })
    await writeFile(join(job.project, '.gitignore'), 'modules\n')
    await fill(job.project)
    const next = await aJob('slot-1', aCache({ paths: [], untracked: true }))
    expect({
      saved: await job.save(),
      restored: (await next.restore()).at(-1),
      files: await readdir(next.project),
    }).toEqual({
      saved: ['Creating cache npm-main...', 'untracked: found 2 files', onlyLocal, 'Created cache'],
      restored: 'Successfully extracted cache',
      files: ['.gitignore', 'modules'],
    })
  })

  it('that is damaged is a line in the log, and may leave nothing behind', async () => {
    const job = await aJob('slot-0', aCache())
    await fill(job.project, 'x'.repeat(3_000_000))
    await job.save()
    const { path, size } = (await store.find(scopeOf(job.context), 'npm-main'))!
    await truncate(path, size - 10)
    const values = { FF_CLEAN_UP_FAILED_CACHE_EXTRACT: 'true' }
    const next = await aJob('slot-1', aCache(), { values })
    await fill(next.project, 'half')
    expect({ lines: withoutSize(await next.restore()).slice(3), left: await readdir(next.project) }).toEqual({
      lines: ['FATAL: zip: not a valid zip file', 'Failed to extract cache', 'Removing modules'],
      left: [],
    })
  })

  it('saved before stays when the next one cannot be made, and nothing half-written is left', async () => {
    const job = await aJob('slot-0', aCache())
    await fill(job.project)
    await job.save()
    const before = (await store.find(scopeOf(job.context), 'npm-main'))!
    await expect(
      store.save(scopeOf(job.context), 'npm-main', async (path) => {
        await writeFile(path, 'half')
        throw new Error('the connection broke')
      }),
    ).rejects.toThrow('the connection broke')
    expect({
      after: await store.find(scopeOf(job.context), 'npm-main'),
      files: (await readdir(join(before.path, '..'))).length,
    }).toEqual({ after: before, files: 2 })
  })

  it.runIf(canMount)(
    'that does not fit the disk is a line in the log, and the one before it stays',
    async () => {
      const disk = join(place.path, 'disk')
      await mkdir(disk, { recursive: true })
      using small = smallDisk(disk, 1)
      void small
      const job = await aJob('slot-0', aCache())
      const own = localCacheStore(disk)
      const save = async () => {
        const output = keptOutput()
        await saveCaches(job.context, hostEnvironment(), output, own, 'success', signal, clock)
        return output.lines().slice(-2)
      }
      await fill(job.project)
      await save()
      const before = await own.find(scopeOf(job.context), 'npm-main')
      await writeFile(join(job.project, 'modules/noise'), randomBytes(3_000_000))
      const [why, last] = await save()
      const kept = await readdir(disk, { recursive: true })
      expect({
        why,
        last,
        after: await own.find(scopeOf(job.context), 'npm-main'),
        archives: kept.filter((name) => name.endsWith('.zip')).length,
        drafts: kept.filter((name) => name.includes('archive_')).length,
      }).toEqual({
        why: expect.stringMatching(/^FATAL: .*no space left/i) as string,
        last: 'Failed to create cache',
        after: before,
        archives: 1,
        drafts: 0,
      })
    },
  )

  it('replaced while another job reads it is read all the same', async () => {
    const job = await aJob('slot-0', aCache())
    await fill(job.project)
    await job.save()
    const stale = (await store.find(scopeOf(job.context), 'npm-main'))!
    let asked = 0
    const racing: CacheStore = {
      ...store,
      find: async (scope, key) =>
        asked++ === 0 ? { ...stale, path: `${stale.path}.gone` } : store.find(scope, key),
    }
    const next = await aJob('slot-1', aCache())
    const output = keptOutput()
    await restoreCaches(next.context, hostEnvironment(), output, racing, signal)
    expect(output.lines().at(-1)).toBe('Successfully extracted cache')
  })

  it('is readable by its owner only', async () => {
    const job = await aJob('slot-0', aCache())
    await fill(job.project)
    await job.save()
    const { path } = (await store.find(scopeOf(job.context), 'npm-main'))!
    const modes = [await stat(path), await stat(join(path, '..'))].map(({ mode }) =>
      (mode & 0o777).toString(8),
    )
    expect(modes).toEqual(['600', '700'])
  })

  it('is neither saved nor found where the runner forbids it, and the log says why', async () => {
    const runner = { docker: { image: 'alpine:3', disable_cache: true } }
    const job = await aJob('slot-0', aCache(), { runner })
    await fill(job.project)
    const reason = 'reason=disable_cache is set for this runner'
    expect([await job.save(), await job.restore()]).toEqual([
      ['Creating cache npm-main...', found, `WARNING: Cache will not be stored  ${reason}`, 'Created cache'],
      [
        'Checking cache for npm-main...',
        noUrl,
        `WARNING: Cache file does not exist  ${reason}`,
        'Failed to extract cache',
      ],
    ])
  })

  it('of a runner whose shared store is not complete is kept here, and the log says so', async () => {
    const job = await aJob('slot-0', aCache(), { runner: { cache: { Type: 's3' } } })
    await fill(job.project)
    const problem =
      'ERROR: Caches are not shared with other machines  reason=BucketName is missing in [runners.cache.s3]'
    expect({ saved: await job.save(), restored: (await job.restore()).at(-1) }).toEqual({
      saved: [problem, 'Creating cache npm-main...', found, onlyLocal, 'Created cache'],
      restored: 'Successfully extracted cache',
    })
  })
})
