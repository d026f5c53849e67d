import { execFileSync } from 'node:child_process'

import { describe, expect, it } from 'vitest'

import { dockerRun, quoted, type RunCommand } from '../../../main/engine/docker/docker-run.ts'
import type { HostConfig } from '../../../main/engine/docker/specs.ts'

const run = (given: Partial<RunCommand> = {}, HostConfig: HostConfig = {}) =>
  dockerRun({
    program: ['docker'],
    spec: { Image: 'debian@sha256:1f', HostConfig },
    workingDir: '/builds/firmware',
    variables: {},
    names: [],
    command: ['sh'],
    ...given,
  })
/** The options of a container, without what every command has. */
const flagsOf = (config: HostConfig) => run({}, config).split(' \\\n  ').slice(2, -1)

describe('the command that makes a job’s container again', () => {
  it('has an option a line, and names side by side', () => {
    expect(
      run({
        program: ['docker', '--host', 'unix:///run/user/1000/docker.sock'],
        platform: 'linux/arm64',
        variables: { DDK_HOME: '/opt/ddk 3' },
        names: ['CI', 'DEPLOY_TOKEN'],
        entrypoint: ['/bin/wrap', '--quiet'],
        command: ['sh', '-c', 'export PATH="/opt/ddk/bin:$PATH"; exec sh'],
      }),
    ).toBe(`docker --host unix:///run/user/1000/docker.sock run --rm -it \\
  --platform linux/arm64 \\
  --workdir /builds/firmware \\
  --env 'DDK_HOME=/opt/ddk 3' \\
  --entrypoint /bin/wrap \\
  -e CI -e DEPLOY_TOKEN \\
  debian@sha256:1f --quiet sh -c 'export PATH="/opt/ddk/bin:$PATH"; exec sh'`)
  })

  it.each<[HostConfig, string[]]>([
    [
      { Binds: ['cache:/cache', '/srv/my tools:/opt:ro'] },
      ['--volume cache:/cache', "--volume '/srv/my tools:/opt:ro'"],
    ],
    [
      {
        Mounts: [
          {
            Type: 'bind',
            Source: '/a,b',
            Target: '/b',
            ReadOnly: true,
            BindOptions: { Propagation: 'rslave' },
          },
        ],
      },
      [`--mount 'type=bind,"source=/a,b",target=/b,readonly,bind-propagation=rslave'`],
    ],
    [
      { Memory: 268_435_456, NanoCpus: 1.5e9, ShmSize: 1024 },
      ['--memory 268435456', '--cpus 1.5', '--shm-size 1024'],
    ],
    [{ Tmpfs: { '/run': '', '/tmp': 'rw,size=64m' } }, ['--tmpfs /run', '--tmpfs /tmp:rw,size=64m']],
    [{ Ulimits: [{ Name: 'nofile', Soft: 1024, Hard: 2048 }] }, ['--ulimit nofile=1024:2048']],
    [
      { Devices: [{ PathOnHost: '/dev/ttyUSB0', PathInContainer: '/dev/tty', CgroupPermissions: 'rw' }] },
      ['--device /dev/ttyUSB0:/dev/tty:rw'],
    ],
    [
      { DeviceRequests: [{ Driver: '', Count: -1, Capabilities: [['gpu']], Options: {} }] },
      [`--gpus 'all,"capabilities=gpu"'`],
    ],
    [{ Privileged: false, OomKillDisable: false }, []],
    [
      { Privileged: true, CapAdd: ['SYS_PTRACE'], Init: true },
      ['--privileged', '--cap-add SYS_PTRACE', '--init'],
    ],
    [{ LogConfig: { Type: 'json-file', Config: {} }, RestartPolicy: { Name: 'no' } }, []],
  ])('writes %j as %j', (config, flags) => {
    expect(flagsOf(config)).toEqual(flags)
  })

  it.each(["o'neil", 'a b', '$HOME', '`id`', 'a"b', 'x;y', '', '固件', '\\', 'a\nb', '!history'])(
    'is one word of a shell: %j',
    (word) => {
      const heard = execFileSync('sh', ['-c', `printf %s ${quoted(word)}`]).toString()
      expect(heard).toBe(word)
    },
  )
})
