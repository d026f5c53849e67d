import { dirname, join } from 'node:path'

import { runCommand, type Service, type ServiceRequest } from './service.ts'

const unit = 'drydock.service'

/** A unit of the user's own service manager; of the machine's when root asks. */
export function systemdUnit(request: ServiceRequest): Service {
  const { isRoot, home, configFile, dataDir } = request
  const folder = isRoot ? '/etc/systemd/system' : join(home, '.config/systemd/user')
  const systemctl = isRoot ? (['systemctl'] as const) : (['systemctl', '--user'] as const)
  return {
    file: join(folder, unit),
    text: unitText(request),
    folders: [dirname(configFile), dataDir],
    start: [
      [...systemctl, 'daemon-reload'],
      [...systemctl, 'enable', '--now', unit],
    ],
    stop: [[...systemctl, 'disable', '--now', unit]],
    forget: [[...systemctl, 'daemon-reload']],
    advice: isRoot
      ? ['Its log: journalctl -u drydock']
      : [
          'Its log: journalctl --user -u drydock',
          'It runs while you are logged in; to have it run always: loginctl enable-linger',
        ],
  }
}

function unitText(request: ServiceRequest): string {
  const { isRoot, stopTimeout, environment } = request
  const variables = Object.entries(environment).map(
    ([name, value]) => `Environment=${word(`${name}=${value}`)}`,
  )
  return `[Unit]
Description=Drydock, a GitLab runner
${isRoot ? 'Wants=network-online.target\nAfter=network-online.target docker.service\n' : ''}StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart=${runCommand(request).map(argument).join(' ')}
ExecReload=/bin/kill -HUP $MAINPID
${[...variables, ''].join('\n')}Restart=always
RestartSec=5
# SIGQUIT lets running jobs finish. What is still running after this time is killed, and reported at the next start.
KillSignal=SIGQUIT
KillMode=mixed
TimeoutStopSec=${stopTimeout}
UMask=0077
${(isRoot ? [...everywhere, ...machineWide(request)] : everywhere).join('\n')}

[Install]
WantedBy=${isRoot ? 'multi-user.target' : 'default.target'}
`
}

/**
 * None of these needs a file system of its own, which a user's service manager cannot always make, and none stands
 * between Drydock and Docker's socket. MemoryDenyWriteExecute is missing because JavaScript is compiled while it runs.
 */
const everywhere = [
  'NoNewPrivileges=yes',
  'LockPersonality=yes',
  'RestrictRealtime=yes',
  'RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK',
  'SystemCallArchitectures=native',
]

/** PrivateTmp is missing: a socket of Docker may lie in /tmp. */
const machineWide = ({ configFile, dataDir }: ServiceRequest) => [
  'ProtectSystem=full',
  'ProtectHome=read-only',
  `ReadWritePaths=${[dirname(configFile), dataDir].map(word).join(' ')}`,
  'ProtectClock=yes',
  'ProtectHostname=yes',
  'ProtectControlGroups=yes',
  'ProtectKernelLogs=yes',
  'ProtectKernelModules=yes',
  'ProtectKernelTunables=yes',
]

/** As systemd.syntax(7) reads one word: `%` starts a specifier. */
function word(text: string): string {
  const plain = text.replaceAll('%', '%%')
  return /^[\w@%+=:,./-]+$/.test(plain)
    ? plain
    : `"${plain.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`
}

/** In a command line `$` starts a variable as well. */
const argument = (text: string) => word(text.replaceAll('$', '$$$$'))
