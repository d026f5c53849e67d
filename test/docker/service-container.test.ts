import { execFile } from 'node:child_process'
import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { parse } from 'yaml'

import { composeFile } from '../../main/cli/service/compose-file.ts'
import { systemClock } from '../../main/engine/clock.ts'
import { startPracticeGitLab, type PracticeGitLab } from '../../main/engine/practice/practice-gitlab.ts'
import { stageInstallation } from '../packaging/stage.ts'
import { leftOnEngine } from '../support/left-on-engine.ts'
import { nodeRoot } from '../support/node-image.ts'
import { configText } from '../support/runner-under-test.ts'
import { testEngine } from './kit.ts'

const run = promisify(execFile)

/** A user of the machine who may use Docker. */
const someone = { uid: 1000, gid: 1000 }

let home: string
let gitlab: PracticeGitLab
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'drydock-service-'))
  await stageInstallation(join(home, 'installed'))
  await nodeRoot(join(home, 'node'))
  await run('tar', ['-C', join(home, 'node'), '-cf', join(home, 'node.tar'), '.'])
  await docker('import', join(home, 'node.tar'), 'drydock-test/node:24')
  const engine = await testEngine()
  const host = await engine.hostAddress()
  engine.close()
  gitlab = await startPracticeGitLab({
    directory: join(home, 'gitlab'),
    clock: systemClock,
    longPollSeconds: 0,
    ...(host !== undefined && { host }),
  })
})
afterAll(async () => {
  await docker('rm', '--force', 'drydock-under-test').catch(() => undefined)
  await gitlab[Symbol.asyncDispose]()
  await rm(home, { recursive: true, force: true })
})

describe('the container of the compose file', () => {
  it('runs jobs beside itself, with folders and paths of the machine, and ends in order', async () => {
    const { up, folder, toolchain } = await anInstallation()
    await up()
    const cached = {
      key: 'k',
      paths: ['kept/'],
      policy: 'pull-push',
      when: 'on_success',
      untracked: false,
      fallback_keys: [],
    } as const
    const job = gitlab.enqueue({
      steps: [
        {
          name: 'script',
          script: [
            '/opt/tools/hello',
            '! touch /opt/tools/new 2>/dev/null && echo read-only',
            'mkdir -p kept && echo made > kept/file && pwd',
          ],
          timeout: 3600,
          when: 'on_success',
          allow_failure: false,
        },
      ],
      cache: [cached],
    })
    const { status, log } = await gitlab.waitForJob(job.id, 'finished')
    expect({ status, log: log.toString() }).toEqual({
      status: 'success',
      log: expect.stringMatching(/hello from the machine[^]*read-only[^]*\/builds\//) as string,
    })

    // As the application and other programs of its user do, outside of the container.
    const env = { PATH: process.env['PATH'], DRYDOCK_DATA_DIR: join(folder, 'data dir') }
    const { stdout } = await run(join(home, 'installed/drydock'), ['status'], { env })
    const checked = await docker('exec', 'drydock-under-test', 'node', 'dist/cli.js', 'status')
    await docker('stop', '--time', '60', 'drydock-under-test')
    const ended = await docker('inspect', '--format', '{{.State.ExitCode}}', 'drydock-under-test')
    expect({
      status: [stdout, checked.stdout].map((said) => said.includes('0 of 1 jobs running')),
      owner: (await stat(join(folder, 'data dir/history.db'))).uid,
      code: ended.stdout.trim(),
      left: await leftOnEngine(inject('dockerHost'), { configFile: join(folder, 'etc/config.toml') }),
      toolchain: await readFile(join(toolchain, 'hello'), 'utf8'),
    }).toMatchObject({ status: [true, true], owner: someone.uid, code: '0', left: [] })
  })
})

/** What `service install --compose` writes, for an installation with one runner and a toolchain of the machine. */
async function anInstallation() {
  const folder = await mkdtemp(join(home, 'machine-'))
  const [etc, data, toolchain] = [join(folder, 'etc'), join(folder, 'data dir'), join(folder, 'tools')]
  for (const path of [etc, data, toolchain]) await mkdir(path)
  await writeFile(join(toolchain, 'hello'), '#!/bin/sh\necho hello from the machine\n')
  await chmod(join(toolchain, 'hello'), 0o755)
  const { token } = gitlab.createRunner({ description: 'in a container' })
  const text = configText({
    url: gitlab.url,
    token,
    dockerHost: 'unix:///var/run/docker.sock',
    docker: `    volumes = ["${toolchain}:/opt/tools:ro", "/cache"]`,
  })
  await writeFile(join(etc, 'config.toml'), text, { mode: 0o600 })
  for (const path of [etc, data, join(etc, 'config.toml')]) await chown(path, someone.uid, someone.gid)
  for (const path of [home, folder]) await chmod(path, 0o755)
  const socket = await stat(inject('dockerHost').replace('unix://', ''))
  const { text: compose } = composeFile({
    program: ['node', 'dist/cli.js'],
    version: '0.0.0-test',
    root: join(home, 'installed'),
    configFile: join(etc, 'config.toml'),
    dataDir: data,
    home: '/root',
    isRoot: false,
    ...someone,
    platform: 'linux',
    socketOwner: { uid: socket.uid, gid: socket.gid },
    environment: { DOCKER_HOST: inject('dockerHost') },
    stopTimeout: 60,
  })
  const { services } = parse(compose) as { services: { drydock: ComposeService } }
  return { folder, toolchain, up: () => upAsCompose(services.drydock) }
}

interface ComposeService {
  readonly image: string
  readonly build: { readonly context: string; readonly dockerfile: string }
  readonly command: readonly string[]
  readonly stop_signal: string
  readonly network_mode: string
  readonly user?: string
  readonly group_add?: readonly string[]
  readonly volumes: readonly { readonly source: string; readonly target: string }[]
}

/** Does what `docker compose up --detach --build` does, which not every machine has. */
async function upAsCompose(service: ComposeService): Promise<void> {
  const { image, build, command, volumes, network_mode: network, user, group_add: groups = [] } = service
  const file = join(build.context, build.dockerfile)
  const base = 'NODE_IMAGE=drydock-test/node:24'
  await docker('build', '--quiet', '--tag', image, '--build-arg', base, '--file', file, build.context)
  const mounts = volumes.flatMap(({ source, target }) => [
    '--mount',
    `type=bind,source=${source},target=${target}`,
  ])
  const options = ['--detach', '--init', '--restart', 'always', '--stop-signal', service.stop_signal]
  const asked = ['--network', network, ...(user === undefined ? [] : ['--user', user])]
  const more = groups.flatMap((group) => ['--group-add', group])
  await docker(
    'run',
    '--name',
    'drydock-under-test',
    ...options,
    ...asked,
    ...more,
    ...mounts,
    image,
    ...command,
  )
}

const docker = (...args: readonly string[]) =>
  run('docker', ['--host', inject('dockerHost'), ...args], {
    env: { ...process.env, DOCKER_BUILDKIT: '0' },
    maxBuffer: 64 * 1024 * 1024,
  })
