import { execFileSync } from 'node:child_process'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { localCacheStore } from '../../../main/engine/cache/cache-store.ts'
import { restoreCaches } from '../../../main/engine/cache/restore-caches.ts'
import { s3Store } from '../../../main/engine/cache/stores/s3-store.ts'
import { saveCaches } from '../../../main/engine/cache/save-caches.ts'
import type { JobCache } from '../../../main/engine/job/job.ts'
import { sleepless } from '../../support/artifact-server.ts'
import { hostEnvironment } from '../../support/host-environment.ts'
import { aContext, variables, type GivenParts } from '../../support/job-context.ts'
import { keptOutput } from '../../support/kept-output.ts'
import { brokenWire, s3ConfigFor, s3Server } from '../../support/object-servers.ts'
import { tempDir } from '../../support/temp-dir.ts'

const signal = new AbortController().signal
const left = new AsyncDisposableStack()
afterAll(() => left.disposeAsync())

let place: string
let address: string
let serial = 0
beforeAll(async () => {
  place = left.use(await tempDir()).path
  address = left.use(await s3Server(join(place, 's3'))).address
}, 60_000)
beforeEach(() => {
  serial += 1
})

interface Given {
  readonly key?: string
  readonly fallbackKeys?: readonly string[]
  readonly values?: Readonly<Record<string, string>>
  readonly cache?: NonNullable<GivenParts['runner']>['cache']
  readonly docker?: NonNullable<GivenParts['runner']>['docker']
}

/** A job on a machine of its own, all machines sharing one bucket; each test has its own keys. */
async function onMachine(
  name: string,
  { key = 'npm', fallbackKeys = [], values = {}, cache, docker }: Given = {},
) {
  const machine = join(place, String(serial), name)
  const project = join(machine, 'project')
  await mkdir(project, { recursive: true })
  const ours: JobCache = {
    key: `${serial}-${key}`,
    fallbackKeys: fallbackKeys.map((one) => `${serial}-${one}`),
    policy: '',
    when: 'always',
    paths: ['modules'],
    untracked: false,
  }
  const runner = {
    cache: { Type: 's3', Shared: true, s3: s3ConfigFor(address), ...cache },
    docker: docker ?? { image: 'alpine:3' },
  }
  const given = aContext({ job: { caches: [ours], variables: variables(values) }, runner })
  const context = { ...given, dirs: { ...given.dirs, project, tmp: `${project}.tmp` } }
  const store = localCacheStore(join(machine, 'store'))
  const lines = async (work: (output: ReturnType<typeof keptOutput>) => Promise<void>) => {
    const output = keptOutput()
    await work(output)
    return output.lines().map((line) =>
      line
        .replaceAll(address, 'SERVER')
        .replaceAll(`${serial}-`, '')
        .replace(/etag=\S+/, 'etag=E')
        .replace(/bytes=\d+/, 'bytes=N')
        .trimEnd(),
    )
  }
  return {
    machine,
    project,
    save: () =>
      lines((output) => saveCaches(context, hostEnvironment(), output, store, 'success', signal, sleepless)),
    restore: () =>
      lines((output) => restoreCaches(context, hostEnvironment(), output, store, signal, sleepless)),
  }
}

async function fill(project: string, content = 'module.exports = 1\n') {
  await mkdir(join(project, 'modules'), { recursive: true })
  await writeFile(join(project, 'modules/index.js'), content)
}

const object = 'http://SERVER/caches/project/42/npm'
const found = 'modules: found 2 matching artifact files and directories'

describe('a shared cache', () => {
  it('saved on one machine is found on another, and fetched there once', async () => {
    const first = await onMachine('first')
    await fill(first.project)
    const second = await onMachine('second')
    expect({
      saved: await first.save(),
      fetched: await second.restore(),
      content: await readFile(join(second.project, 'modules/index.js'), 'utf8'),
      again: await second.restore(),
      unchanged: await second.save(),
      ownCopy: await first.restore(),
    }).toEqual({
      saved: ['Creating cache npm...', found, `Uploading cache.zip to ${object}`, 'Created cache'],
      fetched: [
        'Checking cache for npm...',
        `Downloading cache from ${object}  etag=E`,
        'Successfully extracted cache',
      ],
      content: 'module.exports = 1\n',
      again: ['Checking cache for npm...', 'cache.zip is up to date', 'Successfully extracted cache'],
      unchanged: [
        'Creating cache npm...',
        found,
        'Primary cache already exists remotely, skipping upload',
        'Created cache',
      ],
      ownCopy: ['Checking cache for npm...', 'cache.zip is up to date', 'Successfully extracted cache'],
    })
  })

  it('is a zip that anyone can read, and one that a zip program made is read', async () => {
    const machine = await onMachine('reader')
    await fill(machine.project, 'by zip\n')
    const archive = join(machine.machine, 'made.zip')
    execFileSync('zip', ['-q', '-r', archive, 'modules'], { cwd: machine.project })
    const { size } = await stat(archive)
    using store = s3Store(s3ConfigFor(address))
    await store.write(`project/42/${serial}-npm`, { path: archive, size, cachekey: 'npm' }, signal)

    const other = await onMachine('other')
    expect((await other.restore()).at(-1)).toBe('Successfully extracted cache')
    expect(await readFile(join(other.project, 'modules/index.js'), 'utf8')).toBe('by zip\n')
  })

  it('saved before its key was hashed is found by its old name, here and in the store', async () => {
    const hashed = { FF_HASH_CACHE_KEYS: 'true' }
    const first = await onMachine('first')
    await fill(first.project)
    await first.save()
    const here = await onMachine('first', { values: hashed, cache: { Type: '' } })
    const second = await onMachine('second', { values: hashed })
    expect({ here: (await here.restore()).at(-1), there: (await second.restore()).slice(1) }).toEqual({
      here: 'Successfully extracted cache',
      there: [
        'Selecting alternate cache URL: primary not available',
        `Downloading cache from ${object}  etag=E`,
        'Successfully extracted cache',
      ],
    })
  })

  it('that is not there is a miss, and fallback keys are asked for in the store', async () => {
    const older = await onMachine('older', { key: 'old' })
    await fill(older.project)
    await older.save()
    const job = await onMachine('newer', { key: 'new', fallbackKeys: ['old'] })
    expect(await job.restore()).toEqual([
      'Checking cache for new...',
      'WARNING: file does not exist  object=http://SERVER/caches/project/42/new',
      'Failed to extract cache',
      'Checking cache for old...',
      'Downloading cache from http://SERVER/caches/project/42/old  etag=E',
      'Successfully extracted cache',
    ])
  })

  it('larger than MaxUploadedArchiveSize stays here', async () => {
    const job = await onMachine('first', { cache: { MaxUploadedArchiveSize: 10 } })
    await fill(job.project)
    const lines = await job.save()
    expect(lines.map((line) => line.replace(/\(\d+\)/, '(N)'))).toEqual([
      'Creating cache npm...',
      found,
      'Cache archive size (N) is too big (Limit is set to 10). Cache will be stored only locally.',
      'Created cache',
    ])
  })

  it('of a store that does not answer is a line in the log', async () => {
    const s3 = { ...s3ConfigFor('127.0.0.1:1') }
    const job = await onMachine('first', { cache: { s3 } })
    await fill(job.project)
    const refused = /S3: .*ECONNREFUSED/
    const [saved, restored] = [await job.save(), await job.restore()]
    expect({ saved: saved.at(-1), restored: restored.at(-1) }).toEqual({
      saved: 'Failed to create cache',
      restored: 'Failed to extract cache',
    })
    expect([saved.at(-2), restored.at(-2)]).toEqual([
      expect.stringMatching(refused),
      expect.stringMatching(refused),
    ])
  })

  it('whose upload breaks off is a line in the log, and nothing half-written is in the store', async () => {
    // The first connection asks whether it is there; every other one ends with the first byte of an answer.
    await using wire = await brokenWire(
      address,
      Array.from({ length: 40 }, () => 1),
    )
    const job = await onMachine('first', { cache: { s3: s3ConfigFor(wire.address) } })
    await fill(job.project)
    const lines = await job.save()
    using store = s3Store(s3ConfigFor(address))
    const half = await store.look(`project/42/${serial}-npm`, signal)
    const kept = await readdir(join(job.machine, 'store'), { recursive: true })
    const [here = ''] = kept.filter((name) => name.endsWith('.zip'))
    const { size } = await stat(join(job.machine, 'store', here))
    expect({ last: lines.at(-1), why: lines.at(-2) }).toEqual({
      last: 'Failed to create cache',
      why: expect.stringMatching(/^FATAL: S3: /) as string,
    })
    // An answer that was lost does not undo what was written.
    expect([undefined, size]).toContain(half?.size)
  })

  it('that is damaged is a line in the log, and is not kept', async () => {
    const job = await onMachine('first')
    const bad = join(job.machine, 'bad')
    await writeFile(bad, 'not an archive')
    using store = s3Store(s3ConfigFor(address))
    await store.write(`project/42/${serial}-npm`, { path: bad, size: 14, cachekey: 'npm' }, signal)
    const lines = await job.restore()
    const kept = await readdir(join(job.machine, 'store'), { recursive: true })
    expect({ last: lines.slice(-2), archives: kept.filter((name) => name.endsWith('.zip')) }).toEqual({
      last: ['FATAL: zip: not a valid zip file', 'Failed to extract cache'],
      archives: [],
    })
  })

  it('is shared where the runner forbids to keep caches here', async () => {
    const docker = { image: 'alpine:3', disable_cache: true }
    const first = await onMachine('first', { docker })
    await fill(first.project)
    const second = await onMachine('second', { docker })
    expect({
      saved: (await first.save()).at(-2),
      restored: (await second.restore()).at(-1),
      kept: await readdir(second.machine),
    }).toEqual({
      saved: `Uploading cache.zip to ${object}`,
      restored: 'Successfully extracted cache',
      kept: ['project'],
    })
  })

  it('shows how far it is', async () => {
    const values = { TRANSFER_METER_FREQUENCY: '1s' }
    const first = await onMachine('first', { values })
    await fill(first.project)
    const second = await onMachine('second', { values })
    const lines = [...(await first.save()), ...(await second.restore())].join('\n')
    expect(lines).toMatch(/Uploading cache \d+ B\/\d+ B/)
    expect(lines).toMatch(/Downloading cache \d+ B\/\d+ B/)
  })
})
