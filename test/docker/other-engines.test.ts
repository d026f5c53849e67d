import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { PassThrough } from 'node:stream'
import { promisify } from 'node:util'

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { loadNow, type JobResources } from '../../main/contract/resources.ts'
import { systemClock } from '../../main/engine/clock.ts'
import { runnerSchema } from '../../main/engine/config/schema.ts'
import { connectDocker } from '../../main/engine/docker/connect.ts'
import { isAtLeast } from '../../main/engine/docker/docker-engine.ts'
import type { DockerEngine } from '../../main/engine/docker/port.ts'
import { withToolchain } from '../../main/engine/toolchain/assign.ts'
import { takeFingerprint } from '../../main/engine/toolchain/fingerprint/fingerprint.ts'
import { openFingerprintStore } from '../../main/engine/toolchain/fingerprint/fingerprint-store.ts'
import { createJobToolchains } from '../../main/engine/toolchain/job-toolchains.ts'
import { openToolchainLibrary } from '../../main/engine/toolchain/library.ts'
import type { Toolchain } from '../../main/engine/toolchain/toolchain.ts'
import { aToolchain } from '../engine/toolchain/toolchains.ts'
import { type Given, aPreparedJob, aService, aSystemId, anImage, images, leftOf, onEngine } from './kit.ts'
import { specifyRestart } from './specify-restart.ts'
import { specifyVolumes } from './specify-volumes.ts'
import { type OtherEngine, dockerOf, podman } from './other-engines.ts'

const run = promisify(execFile)
const aRunner = runnerSchema.parse({
  name: 'one',
  url: 'https://gitlab.example.com',
  executor: 'docker',
  docker: { image: images.busybox },
})
const engines = [
  {
    name: 'Docker 26',
    product: 'Docker',
    api: '1.45',
    ...(await dockerOf({ release: 'trixie', init: 'tini' })),
  },
  {
    name: 'Docker 28 with the images in containerd',
    product: 'Docker',
    api: '1.51',
    ...(await dockerOf({
      release: 'forky',
      init: 'tini-static',
      flags: ['--feature', 'containerd-snapshotter=true'],
    })),
  },
  { name: 'Podman', product: 'Podman', api: '1.41', ...(await podman()) },
]

describe.each(engines)('on $name', ({ product, api, start, missing }) => {
  const note = missing === undefined ? '' : ` (skipped: ${missing})`
  const test = it.skipIf(missing !== undefined)
  let other: OtherEngine
  let engine: DockerEngine
  let host: string

  beforeAll(async () => {
    if (start === undefined) return
    other = await start()
    engine = await connectDocker({ host: other.host }, { env: {}, platform: 'linux', home: '/nonexistent' })
    host = await mkdtemp(join(tmpdir(), 'drydock-other-'))
  })
  afterAll(async () => {
    if (start === undefined) return
    engine.close()
    await other[Symbol.asyncDispose]()
    await rm(host, { recursive: true, force: true })
  })

  const prepared = (given: Given) => aPreparedJob(given, engine)
  /** Of a runner that has the toolchain, as its jobs get them. */
  const volumesOfJob = async (toolchain: Toolchain) => {
    const library = openToolchainLibrary(join(host, 'toolchains'))
    await library.save(toolchain)
    const granted = await createJobToolchains({
      library,
      fingerprints: openFingerprintStore(join(host, 'fingerprints')),
      clock: systemClock,
      onUnexpected: () => {},
    }).grant({ runner: withToolchain(aRunner, toolchain), project: 'firmware/boot', variables: [] })
    return granted.runner.docker?.volumes ?? []
  }
  const failing = async (given: Given) => {
    const { prepare } = onEngine(engine, given)
    return prepare().then(
      async (environment) => environment[Symbol.asyncDispose](),
      (error: unknown) => error,
    )
  }

  test(`it is known for what it is${note}`, () => {
    expect({ product: engine.about.product, api: engine.about.apiVersion }).toEqual({ product, api })
  })

  test(`a job runs its stages, with sources for everybody, and leaves nothing${note}`, async () => {
    const systemId = aSystemId()
    const job = await prepared({ systemId, job: { image: anImage(images.busybox, { user: '1000:1000' }) } })
    await job.run('mkdir -p $CI_PROJECT_DIR; echo source > $CI_PROJECT_DIR/file', {
      in: 'helper',
    })
    await job.run('cd $CI_PROJECT_DIR; echo made >> file; echo kept > /tmp/of-script')
    const after = await job.run('id -u; cat $CI_PROJECT_DIR/file /tmp/of-script')
    const project = (await job.run('echo $CI_PROJECT_DIR')).trim()
    const archive = new PassThrough()
    const [bytes, { exitCode }] = await Promise.all([
      buffer(archive),
      job.environment.exec(
        ['cat', 'file'],
        { stdout: archive, workingDir: project },
        new AbortController().signal,
      ),
    ])
    await job[Symbol.asyncDispose]()
    const left = (await leftOf(engine, systemId)).filter((name) => !name.startsWith('volume'))
    expect({ after, bytes: bytes.toString(), exitCode, left }).toEqual({
      after: '1000\nsource\nmade\nkept\n',
      bytes: 'source\nmade\n',
      exitCode: 0,
      left: [],
    })
  })

  test(`it counts what a job's containers use${note}`, async () => {
    const told: JobResources[] = []
    await using job = await prepared({
      observer: { pulling: () => {}, measured: (one) => void told.push(one), isWatched: () => true },
    })
    await job.run(
      String.raw`awk 'BEGIN { s = "0123456789abcdef"; while (length(s) < 33554432) s = s s; t = systime(); while (systime() < t + 6) n++ }'`,
    )
    const most = told.at(-1)?.containers.find(({ role }) => role === 'build')
    const busiest = Math.max(...told.map((one) => loadNow(one)?.cpus ?? 0))
    expect({
      memory: most!.peakMemory > 30 * 1024 ** 2,
      cpuTime: most!.cpuSeconds > 1,
      busiest: busiest > 0.3,
    }).toEqual({
      memory: true,
      cpuTime: true,
      busiest: true,
    })
  })

  test(`a script's exit code is told, and a canceled one is gone${note}`, async () => {
    await using job = await prepared({})
    await expect(job.run('exit 7')).rejects.toMatchObject({ reason: 'script_failure', exitCode: 7 })
    const cancel = new AbortController()
    const running = job.run('echo begun; sleep 300', { signal: cancel.signal })
    running.catch(() => undefined)
    await vi.waitFor(() => expect(job.text()).toContain('begun'), 30_000)
    cancel.abort(new Error('enough'))
    await expect(running).rejects.toThrow('enough')
    expect(await job.run('echo again')).toBe('again\n')
  })

  test(`a toolchain is mounted read-only, what is mounted below it too where the engine can${note}`, async () => {
    const toolchain = join(host, 'toolchain')
    const below = join(toolchain, 'below')
    await mkdir(below, { recursive: true })
    await writeFile(join(toolchain, 'tool'), '')
    // Mounted inside the engine's own namespace by a bind that the whole tree carries along.
    await run('mount', ['-t', 'tmpfs', 'none', below])
    try {
      await using job = await prepared({ docker: { volumes: [`${toolchain}:/opt/tool:ro`] } })
      const write = (file: string) => `{ echo > ${file}; } 2>/dev/null && echo written || echo refused`
      const seen = await job.run(`ls /opt/tool; ${write('/opt/tool/new')}; ${write('/opt/tool/below/new')}`)
      const isRecursive = product === 'Docker' && isAtLeast(engine.about.apiVersion, '1.44')
      expect(seen).toBe(`below\ntool\nrefused\n${isRecursive ? 'refused' : 'written'}\n`)
      expect(job.text().includes(`not what is mounted below it: ${below}`)).toBe(!isRecursive)
    } finally {
      await run('umount', [below])
    }
  })

  test(`a toolchain with a private layer takes what the job writes, and is what it was${note}`, async () => {
    const folder = join(host, 'layered')
    await mkdir(join(folder, 'bin'), { recursive: true })
    await writeFile(join(folder, 'bin/tool'), 'tool\n')
    await writeFile(join(folder, 'bin/old'), 'old\n')
    const toolchain = aToolchain({ folder, mountPoint: '/opt/tools', writable: 'private-layer' })
    const before = await takeFingerprint(folder)
    const systemId = aSystemId()
    const volumes = await volumesOfJob(toolchain)
    const job = await prepared({ systemId, docker: { volumes: [...volumes] } })
    const seen = await job.run(
      'cd /opt/tools; echo mine >> bin/tool; echo new > new; rm bin/old; ls . bin; cat bin/tool',
    )
    const later = await job.run('ls /opt/tools')
    await job[Symbol.asyncDispose]()
    await using next = await prepared({ docker: { volumes: [...volumes] } })
    expect({ volumes, seen, later, ofNext: await next.run('ls /opt/tools /opt/tools/bin') }).toEqual({
      volumes: [`${folder}:/opt/tools:O`],
      seen: '.:\nbin\nnew\n\nbin:\ntool\ntool\nmine\n',
      later: 'bin\nnew\n',
      ofNext: '/opt/tools:\nbin\n\n/opt/tools/bin:\nold\ntool\n',
    })
    expect(await takeFingerprint(folder)).toEqual(before)
    const left = await leftOf(engine, systemId)
    expect(left.filter((name) => !name.startsWith('volume') || name.includes('layer'))).toEqual([])
  })

  test(`a host folder that does not exist fails the job, and is not created${note}`, async () => {
    const missingFolder = join(host, 'missing')
    for (const options of [':ro', ':ro,z']) {
      expect(await failing({ docker: { volumes: [`${missingFolder}:/t${options}`] } })).toMatchObject({
        reason: 'runner_configuration_error',
        message: expect.stringContaining('does not exist on the machine of the Docker engine') as string,
      })
    }
    expect(existsSync(missingFolder)).toBe(false)
  })

  test(`a service is found by its names, on a network of the job's own${note}`, async () => {
    const systemId = aSystemId()
    const service = aService(images.busybox, {
      alias: 'web',
      command: ['sh', '-c', 'mkdir -p /w; echo hello > /w/index.html; exec httpd -f -p 8080 -h /w'],
      variables: [
        { key: 'HEALTHCHECK_TCP_PORT', value: '8080', public: true, masked: false, file: false, raw: false },
      ],
    })
    const job = await prepared({
      systemId,
      variables: { FF_NETWORK_PER_BUILD: 'true' },
      job: { image: anImage(images.busybox), services: [service] },
    })
    const answer = await job.run('wget -q -O - http://web:8080/ http://drydock-test-busybox:8080/')
    await job[Symbol.asyncDispose]()
    expect({ answer, warned: job.text().includes("probably didn't start") }).toEqual({
      answer: 'hello\nhello\n',
      warned: false,
    })
    expect((await leftOf(engine, systemId)).filter((name) => !name.startsWith('volume'))).toEqual([])
  })

  test(`mac_address is that of the job's containers, or said to be ignored${note}`, async () => {
    const mac = '02:42:ac:11:00:f0'
    await using job = await prepared({ docker: { mac_address: mac }, variables: { GIT_STRATEGY: 'none' } })
    const has = await job.run('cat /sys/class/net/eth0/address')
    const isKnown = isAtLeast(engine.about.apiVersion, '1.44')
    expect({ isMac: has === `${mac}\n`, warned: job.text().includes('mac_address is ignored') }).toEqual({
      isMac: isKnown,
      warned: !isKnown,
    })
  })

  test(`what is on its disk has names, labels and sizes${note}`, async () => {
    const Name = `${aSystemId()}-cache`
    await engine.createVolume({ Name, Labels: { mine: 'yes' } })
    const { images: found, volumes } = await engine.readDisk()
    await engine.removeVolume(Name)
    const volume = volumes.find(({ name }) => name === Name)
    const image = found.find(({ names }) => names.includes(images.busybox))
    expect({ labels: volume?.labels, hasSize: (image?.bytes ?? 0) > 1_000_000 }).toEqual({
      labels: { mine: 'yes' },
      hasSize: true,
    })
  })

  test(`an entrypoint that the image does not have is named${note}`, async () => {
    await using job = await prepared({
      job: { image: anImage(images.busybox, { entrypoint: ['/no/such'] }) },
    })
    await expect(job.run('true')).rejects.toMatchObject({
      message: expect.stringContaining('cannot start "/no/such", its entrypoint') as string,
    })
  })

  specifyVolumes(() => (start === undefined ? undefined : engine), test)

  test(`restarted in mid-job, it fails that one with a reason and serves the next${note}`, () =>
    specifyRestart(other, '127.0.0.1'))
})
