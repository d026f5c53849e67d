import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

import { withProgramFolders } from '../../main/cli/program-folders.ts'
import { composeFile } from '../../main/cli/service/compose-file.ts'
import { launchdAgent } from '../../main/cli/service/launchd-agent.ts'
import { installService, uninstallService } from '../../main/cli/service/manage-service.ts'
import { passedEnvironment, type Service, type ServiceRequest } from '../../main/cli/service/service.ts'
import { systemdUnit } from '../../main/cli/service/systemd-unit.ts'
import { openDesk } from './run-drydock.ts'

const request: ServiceRequest = {
  program: ['/opt/node/bin/node', '/opt/drydock/dist/cli.js'],
  version: '1.2.3',
  root: '/opt/drydock',
  configFile: '/home/tangxin/.gitlab-runner/config.toml',
  dataDir: '/home/tangxin/.local/share/drydock',
  home: '/home/tangxin',
  isRoot: false,
  uid: 1000,
  gid: 1000,
  platform: 'linux',
  environment: { DOCKER_HOST: 'unix:///run/user/1000/docker.sock', HTTPS_PROXY: 'http://proxy:3128' },
  stopTimeout: 600,
}
interface Composed {
  readonly services: { readonly drydock: Readonly<Record<'network_mode' | 'user' | 'group_add', unknown>> }
}

const ofTheMachine: ServiceRequest = {
  ...request,
  isRoot: true,
  uid: 0,
  gid: 0,
  home: '/root',
  configFile: '/etc/gitlab-runner/config.toml',
  dataDir: '/var/lib/drydock',
  environment: {},
}

describe('the unit of a user', () => {
  it('runs the engine for good, and lets jobs finish when it is stopped', () => {
    expect(systemdUnit(request)).toEqual({
      file: '/home/tangxin/.config/systemd/user/drydock.service',
      text: `[Unit]
Description=Drydock, a GitLab runner
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart=/opt/node/bin/node /opt/drydock/dist/cli.js run --config /home/tangxin/.gitlab-runner/config.toml --data-dir /home/tangxin/.local/share/drydock
ExecReload=/bin/kill -HUP $MAINPID
Environment=DOCKER_HOST=unix:///run/user/1000/docker.sock
Environment=HTTPS_PROXY=http://proxy:3128
Restart=always
RestartSec=5
# SIGQUIT lets running jobs finish. What is still running after this time is killed, and reported at the next start.
KillSignal=SIGQUIT
KillMode=mixed
TimeoutStopSec=600
UMask=0077
NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native

[Install]
WantedBy=default.target
`,
      folders: ['/home/tangxin/.gitlab-runner', '/home/tangxin/.local/share/drydock'],
      start: [
        ['systemctl', '--user', 'daemon-reload'],
        ['systemctl', '--user', 'enable', '--now', 'drydock.service'],
      ],
      stop: [['systemctl', '--user', 'disable', '--now', 'drydock.service']],
      forget: [['systemctl', '--user', 'daemon-reload']],
      advice: [
        'Its log: journalctl --user -u drydock',
        'It runs while you are logged in; to have it run always: loginctl enable-linger',
      ],
    })
  })

  it('survives paths with spaces, quotes, percent and dollar signs', () => {
    const { text } = systemdUnit({ ...request, environment: {}, configFile: '/a b/"q"/50%/$HOME/c.toml' })
    expect(text).toContain(' --config "/a b/\\"q\\"/50%%/$$HOME/c.toml" --data-dir ')
  })

  it.skipIf(!canVerify())('is accepted by systemd', () => {
    expect(verify(systemdUnit(request), '--user')).toEqual('')
  })
})

describe('the unit of the machine', () => {
  it('waits for Docker and may write only where its things are', () => {
    const { file, text, start } = systemdUnit(ofTheMachine)
    const lines = text.split('\n')
    expect({
      file,
      start,
      own: lines.filter((line) => /^(After|Wants|Protect|Read|WantedBy)/.test(line)),
    }).toEqual({
      file: '/etc/systemd/system/drydock.service',
      start: [
        ['systemctl', 'daemon-reload'],
        ['systemctl', 'enable', '--now', 'drydock.service'],
      ],
      own: [
        'Wants=network-online.target',
        'After=network-online.target docker.service',
        'ProtectSystem=full',
        'ProtectHome=read-only',
        'ReadWritePaths=/etc/gitlab-runner /var/lib/drydock',
        'ProtectClock=yes',
        'ProtectHostname=yes',
        'ProtectControlGroups=yes',
        'ProtectKernelLogs=yes',
        'ProtectKernelModules=yes',
        'ProtectKernelTunables=yes',
        'WantedBy=multi-user.target',
      ],
    })
  })

  it.skipIf(!canVerify())('is accepted by systemd', () => {
    expect(verify(systemdUnit(ofTheMachine), '--system')).toEqual('')
  })
})

describe('programs on macOS', () => {
  it('are found where they are installed, after those that were found anyway', () => {
    expect(withProgramFolders('/Users/x/bin:/usr/bin:/bin')).toBe(
      '/Users/x/bin:/usr/bin:/bin:/usr/local/bin:/opt/homebrew/bin:/Applications/Docker.app/Contents/Resources/bin:/usr/sbin:/sbin',
    )
  })
})

describe('the agent of launchd', () => {
  it('is a property list that keeps it alive', () => {
    const { file, text, start, stop } = launchdAgent({
      ...request,
      home: '/Users/tangxin',
      environment: { HTTPS_PROXY: 'http://proxy/?a&b' },
    })
    expect({ file, text, start, stop }).toEqual({
      file: '/Users/tangxin/Library/LaunchAgents/app.drydock.runner.plist',
      start: [
        [
          'launchctl',
          'bootstrap',
          'gui/1000',
          '/Users/tangxin/Library/LaunchAgents/app.drydock.runner.plist',
        ],
      ],
      stop: [['launchctl', 'bootout', 'gui/1000/app.drydock.runner']],
      text: `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>app.drydock.runner</string>
  <key>ProgramArguments</key>
  <array>
    <string>/opt/node/bin/node</string>
    <string>/opt/drydock/dist/cli.js</string>
    <string>run</string>
    <string>--config</string>
    <string>/home/tangxin/.gitlab-runner/config.toml</string>
    <string>--data-dir</string>
    <string>/home/tangxin/.local/share/drydock</string>
  </array>
  <key>EnvironmentVariables</key>
  <dict>
    <key>HTTPS_PROXY</key>
    <string>http://proxy/?a&amp;b</string>
    <key>PATH</key>
    <string>/usr/local/bin:/opt/homebrew/bin:/Applications/Docker.app/Contents/Resources/bin:/usr/bin:/bin:/usr/sbin:/sbin</string>
  </dict>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <true/>
  <key>ThrottleInterval</key>
  <integer>5</integer>
  <key>ExitTimeOut</key>
  <integer>600</integer>
  <key>Umask</key>
  <integer>63</integer>
  <key>StandardOutPath</key>
  <string>/Users/tangxin/Library/Logs/Drydock/drydock.log</string>
  <key>StandardErrorPath</key>
  <string>/Users/tangxin/Library/Logs/Drydock/drydock.log</string>
</dict>
</plist>
`,
    })
  })
})

describe('the container', () => {
  it.each<[string, Partial<ServiceRequest>, object]>([
    [
      'of a user',
      { socketOwner: { uid: 0, gid: 998 } },
      { network_mode: 'host', user: '1000:1000', group_add: ['998'] },
    ],
    ['of a user with rootless Docker', { socketOwner: { uid: 1000, gid: 1000 } }, { network_mode: 'host' }],
    ['of the machine', { ...ofTheMachine, socketOwner: { uid: 0, gid: 998 } }, { network_mode: 'host' }],
    ['in a virtual machine', { platform: 'darwin', socketOwner: { uid: 0, gid: 1 } }, {}],
  ])('%s can be joined by the programs of its user', (_, given, expected) => {
    const { text } = composeFile({ ...request, ...given })
    const { network_mode, user, group_add } = (parse(text) as Composed).services.drydock
    expect({ network_mode, user, group_add }).toEqual({
      network_mode: undefined,
      user: undefined,
      group_add: undefined,
      ...expected,
    })
  })

  it('gets the folder of the configuration, the data and the socket, and always comes back', () => {
    const { file, text, start } = composeFile({ ...request, configFile: '/home/a$b/runner.toml' })
    expect({ file, start, compose: parse(text) as unknown }).toEqual({
      file: '/home/a$b/compose.yaml',
      start: [['docker', 'compose', '--file', '/home/a$b/compose.yaml', 'up', '--detach', '--build']],
      compose: {
        name: 'drydock',
        services: {
          drydock: {
            image: 'drydock:1.2.3',
            build: { context: '/opt/drydock', dockerfile: 'resources/service/Dockerfile' },
            command: ['run', '--config', '/etc/gitlab-runner/runner.toml', '--data-dir', '/var/lib/drydock'],
            init: true,
            restart: 'always',
            stop_signal: 'SIGQUIT',
            stop_grace_period: '600s',
            network_mode: 'host',
            environment: { HTTPS_PROXY: 'http://proxy:3128' },
            volumes: [
              { type: 'bind', source: '/home/a$$b', target: '/etc/gitlab-runner' },
              { type: 'bind', source: '/home/tangxin/.local/share/drydock', target: '/var/lib/drydock' },
              { type: 'bind', source: '/run/user/1000/docker.sock', target: '/var/run/docker.sock' },
            ],
          },
        },
      },
    })
  })
})

describe('what a service inherits from the shell', () => {
  it('is where Docker and the proxies are, without passwords', () => {
    expect(
      passedEnvironment({
        PATH: '/bin',
        GITLAB_TOKEN: 'glpat-x',
        DOCKER_HOST: 'unix:///run/docker.sock',
        DOCKER_CONTEXT: '',
        NO_PROXY: 'localhost,.example.com',
        http_proxy: 'http://tangxin:secret@proxy:3128',
        HTTPS_PROXY: 'tangxin:secret@proxy:3128',
      }),
    ).toEqual({
      variables: { DOCKER_HOST: 'unix:///run/docker.sock', NO_PROXY: 'localhost,.example.com' },
      leftOut: ['HTTPS_PROXY', 'http_proxy'],
    })
  })
})

describe('managing a service', () => {
  it('writes its file and starts it, then stops it and removes the file', async () => {
    using place = aPlace()
    const { service, did, host } = place
    await installService(service, host)
    const installed = { text: readFileSync(service.file, 'utf8'), mode: statSync(service.file).mode & 0o777 }
    await uninstallService(service, host)
    expect({ installed, did, left: existsSync(service.file) }).toEqual({
      installed: { text: 'text', mode: 0o644 },
      did: [
        `Wrote ${service.file}`,
        'run manager start',
        'Its log is there',
        'run manager stop',
        `Removed ${service.file}; configuration and history stay where they are`,
        'run manager forget',
      ],
      left: false,
    })
  })

  it('leaves the file where the manager refuses, and says what failed', async () => {
    using place = aPlace(1)
    await expect(installService(place.service, place.host)).rejects.toThrow(
      `${place.service.file} is there, but it was not started: this failed: manager start`,
    )
    await expect(uninstallService(place.service, place.host)).rejects.toThrow(
      `The service could not be stopped, so ${place.service.file} was left: this failed: manager stop`,
    )
    expect(existsSync(place.service.file)).toBe(true)
  })

  it('says so where nothing is installed', async () => {
    using place = aPlace()
    await expect(uninstallService(place.service, place.host)).rejects.toThrow(
      `${place.service.file} does not exist: the service is not installed.`,
    )
  })
})

describe('drydock service', () => {
  it('prints what it would install', async () => {
    using desk = openDesk()
    const { code, stdout, stderr } = await desk.run(['service', 'print', '--compose', '--stop-timeout', '1h'])
    const { services } = parse(stdout) as { services: { drydock: Record<string, unknown> } }
    expect([code, stderr, services.drydock['stop_grace_period']]).toEqual([0, '', '3600s'])
  })

  it.each([
    [['service'], 'Write one of these behind "drydock service": install, print, uninstall.'],
    [['service', 'start'], 'Write one of these behind "drydock service": install, print, uninstall.'],
    [['service', 'print', 'x'], '"x" is not expected here; "drydock service --help" tells what is.'],
    [['service', 'print', '--systemd', '--compose'], 'Choose one of --systemd and --compose.'],
    [
      ['service', 'print', '--stop-timeout', 'soon'],
      '--stop-timeout soon is not a time; write it like 30m or 1h30m.',
    ],
  ])('%j: %s', async (args, message) => {
    using desk = openDesk()
    expect(await desk.run(args)).toEqual({ code: 1, stdout: '', stderr: `FATAL: ${message}\n` })
  })
})

/** A folder with a service in it, and a service manager whose commands end with `code`. */
function aPlace(code = 0) {
  const folder = mkdtempSync(join(tmpdir(), 'drydock-service-'))
  const did: string[] = []
  const service: Service = {
    file: join(folder, 'units/drydock.service'),
    text: 'text',
    folders: [join(folder, 'data')],
    start: [['manager', 'start']],
    stop: [['manager', 'stop']],
    forget: [['manager', 'forget']],
    advice: ['Its log is there'],
  }
  const host = {
    say: (line: string) => void did.push(line),
    run: async (command: readonly string[]) => (did.push(`run ${command.join(' ')}`), code),
  }
  return { service, did, host, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) }
}

function canVerify(): boolean {
  return spawnSync('systemd-analyze', ['--version']).status === 0
}

/** What systemd says of a unit whose program exists. */
function verify({ text }: Service, manager: '--user' | '--system'): string {
  const folder = mkdtempSync(join(tmpdir(), 'drydock-unit-'))
  try {
    const file = join(folder, 'drydock.service')
    writeFileSync(file, text.replaceAll('/opt/node/bin/node', process.execPath))
    const { stdout, stderr, status } = spawnSync('systemd-analyze', [manager, '--man=no', 'verify', file], {
      encoding: 'utf8',
      env: { ...process.env, XDG_RUNTIME_DIR: folder },
    })
    return status === 0 ? `${stdout}${stderr}`.trim() : `status ${status}: ${stdout}${stderr}`
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
