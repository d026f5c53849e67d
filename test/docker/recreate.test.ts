import { spawnSync } from 'node:child_process'
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { DockerEngine } from '../../main/engine/docker/port.ts'
import type { UsedToolchain } from '../../main/engine/toolchain/job-toolchains.ts'
import { variables } from '../support/job-context.ts'
import { aPreparedJob, aService, anImage, images, testEngine, type Given } from './kit.ts'

let engine: DockerEngine
let folder: string
beforeAll(async () => {
  engine = await testEngine()
  folder = await mkdtemp(join(tmpdir(), 'drydock-recreate-'))
})
afterAll(async () => {
  engine.close()
  await rm(folder, { recursive: true, force: true })
})

/** Ends the job, then runs its command as somebody would, a terminal aside. */
async function recreated(given: Given, script: string, env: Readonly<Record<string, string>> = {}) {
  const job = await aPreparedJob(given, engine)
  const command = job.environment.recreate ?? ''
  await job[Symbol.asyncDispose]()
  const { stdout, stderr, status } = spawnSync('sh', ['-c', command.replace(' -it', ' -i')], {
    input: script,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...env },
  })
  return { command, stdout, stderr, status }
}

describe('the command of a job’s page', () => {
  it('makes the same container on the engine: mounts, user, limits, folder', async () => {
    const tools = join(folder, "o'neil's $tools, & co")
    await mkdir(tools, { recursive: true })
    await writeFile(join(tools, 'version'), 'atlas 20.2\n')
    const { stdout, stderr, status } = await recreated(
      {
        docker: {
          memory: '128m',
          volumes: ['/scratch', `${tools}:/opt/tools:ro`],
          cap_drop: ['NET_RAW'],
          extra_hosts: ['board:192.0.2.7'],
        },
        job: {
          image: anImage(images.busybox, { user: '1000:1000' }),
          services: [aService(images.busybox, { command: ['sleep', '60'] })],
        },
      },
      `id -u; pwd; cat /opt/tools/version
       touch /opt/tools/new 2>/dev/null || echo read-only
       cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null
       grep -c board /etc/hosts; echo "$CI_PROJECT_DIR"; test -d /scratch && echo scratch\n`,
    )
    expect({ status, stderr, lines: stdout.trim().split('\n') }).toEqual({
      status: 0,
      stderr: '',
      lines: [
        '1000',
        expect.stringContaining('/builds/'),
        'atlas 20.2',
        'read-only',
        '134217728',
        '1',
        expect.stringContaining('/builds/'),
        'scratch',
      ],
    })
  })

  it('has the toolchains of the job, their programs and variables', async () => {
    const atlas = join(folder, 'atlas')
    await mkdir(join(atlas, 'bin'), { recursive: true })
    await writeFile(join(atlas, 'bin/atlas-gcc'), '#!/bin/sh\necho "gcc of $ATLAS_HOME"\n', { mode: 0o755 })
    const toolchain: UsedToolchain = {
      name: 'atlas',
      version: '20.2',
      source: atlas,
      mountPoint: '/opt/atlas',
      writable: 'no',
      variables: { ATLAS_HOME: '/opt/atlas' },
      exports: ['export PATH="/opt/atlas/bin${PATH:+:$PATH}"'],
    }
    const { stdout } = await recreated(
      { toolchains: [toolchain], docker: { volumes: [`${atlas}:/opt/atlas:ro`] } },
      'atlas-gcc\n',
    )
    expect(stdout).toBe('gcc of /opt/atlas\n')
  })

  it('has the names of variables and no value, which the terminal may give', async () => {
    const { command, stdout } = await recreated(
      {
        job: {
          variables: [
            ...variables({ BOARD: 'not-for-everybody' }),
            {
              key: 'DEPLOY_TOKEN',
              value: 'glpat-very-secret-value',
              public: false,
              masked: true,
              file: false,
              raw: false,
            },
          ],
        },
        docker: { extra_hosts: ['glpat-very-secret-value.example.com:192.0.2.1'] },
      },
      'echo "$BOARD"\n',
      { BOARD: 'from-the-terminal' },
    )
    expect({
      stdout,
      names: /-e BOARD\b/.test(command) && /-e DEPLOY_TOKEN\b/.test(command),
      secret: command.includes('glpat-very-secret-value'),
      value: command.includes('not-for-everybody'),
    }).toEqual({ stdout: 'from-the-terminal\n', names: true, secret: false, value: false })
  })

  it('leaves nothing behind', async () => {
    const before = await engine.listVolumes([])
    const { status } = await recreated({ docker: { volumes: ['/scratch'] } }, 'echo done\n')
    const after = await engine.listVolumes([])
    const names = new Set(before.map(({ name }) => name))
    // Those that belong to the runner's slot are of the job itself.
    const left = after.filter(({ name, labels }) => !names.has(name) && Object.keys(labels).length === 0)
    expect({ status, left }).toEqual({ status: 0, left: [] })
  })
})
