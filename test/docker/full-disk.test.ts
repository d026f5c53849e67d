import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest'

import { startPrivateEngine, type PrivateEngine } from '../../main/cli/demo/private-engine.ts'
import { connectDocker } from '../../main/engine/docker/connect.ts'
import type { DockerEngine } from '../../main/engine/docker/port.ts'
import { notAsking } from '../../main/engine/pool.ts'
import { busyboxImage } from '../support/busybox-image.ts'
import { startRegistry } from '../support/registry.ts'
import { startRunner, type RunnerUnderTest } from '../support/runner-under-test.ts'
import { aPreparedJob, anImage, images, onEngine } from './kit.ts'

const run = promisify(execFile)
const canMount = process.getuid?.() === 0

const script = (...lines: readonly string[]) => ({
  steps: [
    { name: 'script', script: lines, timeout: 3600, when: 'on_success' as const, allow_failure: false },
  ],
})

describe.runIf(canMount)("a disk of Drydock's data that is full", () => {
  let disk: string
  let runner: RunnerUnderTest
  const filler = () => join(disk, 'filler')
  /** As others would. */
  const fill = () => run('sh', ['-c', `cat /dev/zero > ${filler()} 2>/dev/null || true`])
  const free = () => rm(filler(), { force: true })
  const runJob = async (job: ReturnType<typeof script>) => {
    const { gitlab } = runner
    return gitlab.waitForJob(gitlab.enqueue(job).id, 'finished')
  }

  beforeAll(async () => {
    disk = await mkdtemp(join(tmpdir(), 'drydock-small-disk-'))
  })
  beforeEach(async () => {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', disk])
    await mkdir(join(disk, 'data'), { recursive: true, mode: 0o700 })
  })
  afterEach(async () => {
    await runner[Symbol.asyncDispose]()
    await run('umount', [disk])
  })
  afterAll(() => rm(disk, { recursive: true, force: true }))

  const start = async (reserveGiB: number, onLogged?: (message: string) => void) => {
    await writeFile(join(disk, 'data/settings.json'), JSON.stringify({ free_space_reserve_gib: reserveGiB }))
    runner = await startRunner({
      dockerHost: inject('dockerHost'),
      dataDir: join(disk, 'data'),
      runner: '  output_limit = 65536',
      gitlab: { longPollSeconds: 0 },
      ...(onLogged && { onLogged }),
    })
  }

  it('fails the job whose log has no room, says so to GitLab, and runs the next one', async () => {
    await start(0)
    const flood = await runJob(
      script('yes 0123456789012345678901234567890123456789 | head -c 30000000', 'echo never'),
    )
    expect({ status: flood.status, reason: flood.failureReason }).toEqual(systemFailure)
    expect(flood.log.toString().slice(-400)).toMatch(
      /ERROR: Cannot write the job's log .*: ENOSPC: no space left on device, write\. Free space on its disk/,
    )
    await rm(join(disk, 'data/logs'), { recursive: true })
    await mkdir(join(disk, 'data/logs'))
    expect(await runJob(script('echo fine'))).toMatchObject({ status: 'success' })
  })

  it('fails a job that cannot even be written down, and runs the next one when there is room', async () => {
    await start(0)
    expect(await runJob(script('echo fine'))).toMatchObject({ status: 'success' })
    await fill()
    const refused = await runJob(script('echo never'))
    expect({ status: refused.status, reason: refused.failureReason }).toEqual(systemFailure)
    expect(refused.log.toString()).toMatch(/disk is full|no space left/)
    await free()
    expect(await runJob(script('echo fine'))).toMatchObject({ status: 'success' })
  })

  it('keeps the result of a job whose cache has no room, says what is full, and saves the next one', async () => {
    await start(0)
    const caching = (megabytes: number) => ({
      ...script(`mkdir out; head -c ${megabytes}000000 /dev/urandom > out/noise`),
      cache: [{ key: 'out', paths: ['out'], policy: 'pull-push', when: 'always' as const, untracked: false }],
    })
    const large = await runJob(caching(30))
    expect({
      status: large.status,
      says: /FATAL: .*/.exec(large.log.toString())?.[0],
      end: large.log.toString().includes('Job succeeded'),
    }).toEqual({
      status: 'success',
      says: expect.stringMatching(
        /^FATAL: no space left on the disk of .*caches, where the caches are kept\. Free space there, for example with "drydock prune"/,
      ) as string,
      end: true,
    })
    const small = await runJob(caching(1))
    expect(small.log.toString()).toContain('Created cache')
    expect(small.status).toBe('success')
  })

  it('gets no job while less is free than the reserve', async () => {
    const waits = Promise.withResolvers<void>()
    await start(5 / 1024, (message) => message === notAsking && waits.resolve())
    expect(await runJob(script('echo fine'))).toMatchObject({ status: 'success' })
    await fill()
    const hindrance = async () => {
      for await (const status of runner.engine.api.watchStatus(undefined, new AbortController().signal))
        return status.hindrance
    }
    await vi.waitFor(
      async () =>
        expect(await hindrance()).toMatch(
          /^Only .* are free on the disk of .*, and 5\.0 MiB are to stay free\./,
        ),
      { timeout: 20_000 },
    )
    await waits.promise
    const { gitlab } = runner
    const { id } = gitlab.enqueue(script('echo later'))
    expect(gitlab.job(id).status).toBe('pending')
    await free()
    expect(await gitlab.waitForJob(id, 'finished')).toMatchObject({ status: 'success' })
  })
})

describe.runIf(canMount)("a disk of the engine's that is full", () => {
  let folder: string
  let engine: PrivateEngine
  let docker: DockerEngine
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drydock-small-engine-'))
    await mkdir(join(folder, 'data'))
    await run('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', join(folder, 'data')])
    engine = await startPrivateEngine(folder, () => {})
    docker = await connectDocker({ host: engine.host }, { env: {}, platform: 'linux', home: '/nonexistent' })
    await docker.importImage(images.busybox, await busyboxImage())
  })
  afterAll(async () => {
    docker.close()
    await engine[Symbol.asyncDispose]()
    await run('umount', [join(folder, 'data')])
    await rm(folder, { recursive: true, force: true })
  })

  it('fails the job whose image has no room, and runs the next one', async () => {
    await using registry = await startRegistry(await busyboxImage(), { layers: [60 * 1024 * 1024] })
    const image = anImage(`${registry.host}/group/large:1`)
    const { prepare } = onEngine(docker, { job: { image } })
    await expect(prepare()).rejects.toMatchObject({
      reason: 'image_pull_failure',
      message: expect.stringMatching(
        /no space left on device\. Free disk space where the engine keeps its images/,
      ) as string,
    })
    await using next = await aPreparedJob({}, docker)
    expect(await next.run('echo fine')).toBe('fine\n')
  })
})

const systemFailure = { status: 'failed', reason: 'runner_system_failure' }
