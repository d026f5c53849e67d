import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'

import type { DockerEngine } from '../../main/engine/docker/port.ts'
import { takeFingerprint } from '../../main/engine/toolchain/fingerprint/fingerprint.ts'
import { fillVolume } from '../../main/engine/toolchain/import/fill-volume.ts'
import { openDesk, type Desk } from '../cli/run-drydock.ts'
import { aConfig } from '../engine/config/runner-text.ts'
import { leftOnEngine } from '../support/left-on-engine.ts'
import { startRunner } from '../support/runner-under-test.ts'
import { images, testEngine } from './kit.ts'
import { runJob } from './run-job.ts'

let engine: DockerEngine
beforeAll(async () => void (engine = await testEngine()))
afterAll(() => engine.close())

let desk: Desk
let volume: string
beforeEach(() => {
  desk = openDesk()
  volume = `drydock-test-${crypto.randomUUID().slice(0, 8)}`
})
afterEach(async () => {
  desk[Symbol.dispose]()
  await engine.removeVolume(volume)
})

const toolchain = (...args: readonly string[]) =>
  desk.run(['toolchain', ...args], { env: { DOCKER_HOST: inject('dockerHost') } })

/** A folder with a program, a link, an empty folder and as many small files as asked for. */
function aFolder(files = 0): string {
  const folder = join(desk.folder, 'sdk')
  mkdirSync(join(folder, 'bin'), { recursive: true })
  mkdirSync(join(folder, 'empty'))
  writeFileSync(join(folder, 'bin/tool'), '#!/bin/sh\necho tool 1.0\n', { mode: 0o755 })
  symlinkSync('tool', join(folder, 'bin/cc'))
  for (let index = 0; index < files; index++) {
    const at = join(folder, 'include', `part-${index % 50}`)
    mkdirSync(at, { recursive: true })
    writeFileSync(join(at, `header-${index}.h`), `#define VALUE ${index}\n`)
  }
  return folder
}

/** As any container could that mounts it to write. */
const changeVolume = (script: string) =>
  execFileSync(
    'docker',
    ['run', '--rm', '-v', `${volume}:/v`, '-w', '/v', images.busybox, 'sh', '-c', script],
    { env: { ...process.env, DOCKER_HOST: inject('dockerHost') } },
  )

const labels = { 'com.drydock.purpose': 'preflight', 'com.drydock.system-id': 's_volume' }

describe('a toolchain in a volume of the engine', () => {
  it('is copied with everything, read back, assigned as a plain named volume, and used by jobs', async () => {
    await using runner = await startRunner({
      dockerHost: inject('dockerHost'),
      gitlab: { longPollSeconds: 0 },
    })
    const place = { env: { DOCKER_HOST: inject('dockerHost'), DRYDOCK_DATA_DIR: runner.dataDir } }
    const config = ['--config', runner.configFile]
    const run = (...args: readonly string[]) => desk.run(['toolchain', ...args, ...config], place)
    const imported = await run('import', 'sdk@1', '--folder', aFolder(100), '--volume', volume)
    const assigned = await run('assign', 'sdk')
    // Jobs have it from the engine alone.
    await rm(join(desk.folder, 'sdk'), { recursive: true })
    const { log, status } = await runJob(runner, {
      script: ['cc', 'ls -A /opt/sdk', 'touch /opt/sdk/x 2>&1 || true'],
    })
    // The job's containers go beside the report of its end.
    await expect.poll(() => leftOnEngine(inject('dockerHost'), runner), { timeout: 20_000 }).toEqual([])
    await engine.removeVolume(volume)
    const without = await runJob(runner, { script: ['echo never'] })
    const isThere = (await engine.listVolumes([])).some(({ name }) => name === volume)

    expect(imported.stdout).toContain(
      `sdk@1: 101 files, 0.0 MiB in the volume ${volume} of ${inject('dockerHost')}, read back and compared`,
    )
    expect(assigned.code).toBe(0)
    expect(status).toBe('success')
    expect(log).toMatch(/ {2}toolchain sdk@1 \([0-9a-f]{8}\), read-only at \/opt\/sdk/)
    expect(log).toMatch(/tool 1\.0[^]*bin[^]*empty[^]*include[^]*Read-only file system/)
    expect([without.status, without.job.failureReason]).toEqual(['failed', 'runner_configuration_error'])
    expect(without.log).toContain(
      `has no volume ${volume} with the toolchain sdk@1. Bring it there with "drydock toolchain import sdk@1 --volume ${volume}".`,
    )
    expect(isThere).toBe(false)
  })

  it('goes on where it was interrupted, and sends again what arrived in part', async () => {
    const folder = aFolder(12_000)
    const fingerprint = await takeFingerprint(folder)
    const filling = { engine, folder, fingerprint, volume, reference: 'sdk@1', labels }
    const stop = new AbortController()
    const progress: number[] = []
    const first = fillVolume(filling, {
      signal: stop.signal,
      onProgress: (done) => {
        progress.push(done)
        stop.abort(new Error('pulled the plug'))
      },
    })
    await expect(first).rejects.toThrow('pulled the plug')
    const again = await fillVolume(filling, { onProgress: (done) => progress.push(done) })
    const once = await fillVolume(filling)
    expect(again.kept).toBeGreaterThan(1000)
    expect(again.kept).toBeLessThan(again.files)
    expect(once).toEqual({ files: 12_001, bytes: fingerprint.bytes, kept: 12_001 })
    expect(progress).toEqual(progress.toSorted((a, b) => a - b))
    expect(progress.at(-1)).toBe(fingerprint.bytes)
    expect(await engine.listContainers(['com.drydock.system-id=s_volume'])).toEqual([])
    expect(await engine.inspectImage('drydock/empty:1')).toBeUndefined()
  })

  it('is mended by another import where somebody changed it, who is told of what is there besides', async () => {
    const folder = aFolder()
    const fingerprint = await takeFingerprint(folder)
    const filling = { engine, folder, fingerprint, volume, reference: 'sdk@1', labels }
    await fillVolume(filling)
    changeVolume('echo broken > bin/tool')
    const mended = await fillVolume(filling)
    changeVolume('echo more > bin/as')
    expect([mended.kept, mended.files]).toEqual([0, 1])
    await expect(fillVolume(filling)).rejects.toThrow(`The volume ${volume} holds bin/as besides sdk@1`)
  })

  it('is refused where the volume is somebody else’s, which stays as it is', async () => {
    await engine.createVolume({ Name: volume, Labels: { mine: 'yes' } })
    const { code, stderr } = await toolchain('import', 'sdk@1', '--folder', aFolder(), '--volume', volume)
    expect([code, stderr]).toEqual([1, expect.stringContaining(`The engine has a volume ${volume} already`)])
  })

  it('takes the place of the folder in the sections of runners that have it', async () => {
    writeFileSync(desk.config, aConfig())
    const folder = aFolder()
    await toolchain('add', 'sdk@1', '--folder', folder)
    await toolchain('assign', 'sdk')
    const before = execFileSync('cat', [desk.config]).toString()
    expect((await toolchain('import', 'sdk@1', '--volume', volume)).code).toBe(0)
    const after = execFileSync('cat', [desk.config]).toString()
    expect(after).toBe(before.replaceAll(`${folder}:/opt/sdk:ro`, `${volume}:/opt/sdk:ro`))
  })
})

describe('an import that is killed', () => {
  it('leaves no toolchain behind and nothing in its place, and goes on when it is started again', async () => {
    const folder = aFolder(6000)
    const archive = join(desk.folder, 'sdk.tar.gz')
    execFileSync('tar', ['-czf', archive, '-C', desk.folder, 'sdk'])
    const args = ['toolchain', 'import', 'sdk@1', '--archive', archive]
    const partial = join(desk.folder, 'data/folders/sdk@1.importing')
    const child = desk.start(args)
    const ended = new Promise((resolve) => child.on('close', resolve))
    while (!existsSync(join(partial, 'sdk/include')) || readdirSync(join(partial, 'sdk/include')).length < 20)
      await setTimeout(5)
    child.kill('SIGKILL')
    await ended
    const between = { listed: (await toolchain('list', '--json')).stdout, isThere: existsSync(partial) }
    const again = await desk.run(args)
    const [{ folder: there }] = JSON.parse((await toolchain('list', '--json')).stdout) as [{ folder: string }]
    expect(between).toEqual({ listed: '[]\n', isThere: true })
    expect(existsSync(partial)).toBe(false)
    expect(again.stdout).toMatch(/^sdk@1: 6001 files, [1-9]\d* of them from an earlier attempt, /)
    expect((await takeFingerprint(there)).root).toBe((await takeFingerprint(folder)).root)
  })
})
