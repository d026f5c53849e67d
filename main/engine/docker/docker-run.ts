import type { ContainerSpec, HostConfig, MountSpec } from './specs.ts'

/** A container as somebody at a terminal would make it. */
export interface RunCommand {
  /** `docker` or `podman`, with what names the engine. */
  readonly program: readonly string[]
  readonly spec: Pick<ContainerSpec, 'Image' | 'Hostname' | 'User' | 'HostConfig'>
  readonly platform?: string | undefined
  readonly workingDir: string
  /** With their values. */
  readonly variables: Readonly<Record<string, string>>
  /** Without: docker takes the value from the terminal's environment, where it has one. */
  readonly names: readonly string[]
  readonly entrypoint?: readonly string[] | undefined
  readonly command: readonly string[]
}

type Flags = readonly (readonly [flag: string, value?: string])[]

/** Each option of a job's container as flags of `docker run`; what is not there is as usual. */
const rows: { readonly [K in keyof HostConfig]-?: (value: NonNullable<HostConfig[K]>) => Flags } = {
  Binds: each('volume', (bind) => bind),
  Mounts: each('mount', mountOf),
  VolumesFrom: each('volumes-from', (name) => name),
  VolumeDriver: (driver) => [['volume-driver', driver]],
  Tmpfs: (tmpfs) =>
    Object.entries(tmpfs).map(([path, options]) => ['tmpfs', options === '' ? path : `${path}:${options}`]),
  NetworkMode: (mode) => [['network', mode]],
  Dns: each('dns', (address) => address),
  DnsSearch: each('dns-search', (domain) => domain),
  ExtraHosts: each('add-host', (host) => host),
  Links: each('link', (link) => link),
  Memory: (bytes) => [['memory', String(bytes)]],
  MemorySwap: (bytes) => [['memory-swap', String(bytes)]],
  MemoryReservation: (bytes) => [['memory-reservation', String(bytes)]],
  NanoCpus: (nano) => [['cpus', String(nano / 1e9)]],
  CpusetCpus: (set) => [['cpuset-cpus', set]],
  CpusetMems: (set) => [['cpuset-mems', set]],
  CpuShares: (shares) => [['cpu-shares', String(shares)]],
  CgroupParent: (parent) => [['cgroup-parent', parent]],
  OomKillDisable: (isDisabled) => (isDisabled ? [['oom-kill-disable']] : []),
  OomScoreAdj: (score) => [['oom-score-adj', String(score)]],
  ShmSize: (bytes) => [['shm-size', String(bytes)]],
  Ulimits: each('ulimit', ({ Name, Soft, Hard }) => `${Name}=${Soft}:${Hard}`),
  Sysctls: (sysctls) => Object.entries(sysctls).map(([name, value]) => ['sysctl', `${name}=${value}`]),
  Devices: each('device', (device) =>
    [device.PathOnHost, device.PathInContainer, device.CgroupPermissions].join(':'),
  ),
  DeviceCgroupRules: each('device-cgroup-rule', (rule) => rule),
  DeviceRequests: each('gpus', ({ Count, DeviceIDs = [], Driver, Capabilities }) =>
    [
      ...(DeviceIDs.length > 0
        ? [`"device=${DeviceIDs.join(',')}"`]
        : [Count === -1 ? 'all' : `count=${Count}`]),
      ...(Driver === '' ? [] : [`driver=${Driver}`]),
      `"capabilities=${Capabilities.flat().join(',')}"`,
    ].join(','),
  ),
  CapAdd: each('cap-add', (name) => name),
  CapDrop: each('cap-drop', (name) => name),
  SecurityOpt: each('security-opt', (option) => option),
  Privileged: (isPrivileged) => (isPrivileged ? [['privileged']] : []),
  UsernsMode: (mode) => [['userns', mode]],
  GroupAdd: each('group-add', (group) => group),
  Runtime: (runtime) => [['runtime', runtime]],
  Isolation: (isolation) => [['isolation', isolation]],
  PidMode: (mode) => [['pid', mode]],
  IpcMode: (mode) => [['ipc', mode]],
  Init: (hasInit) => (hasInit ? [['init']] : []),
  // About what the engine keeps of it, not about what runs in it.
  LogConfig: () => [],
  RestartPolicy: () => [],
}

/** The command, ready for a POSIX shell, an option a line. */
export function dockerRun(run: RunCommand): string {
  const { spec, entrypoint = [] } = run
  const flags: Flags = [
    ...(run.platform === undefined ? [] : [['platform', run.platform] as const]),
    ...(spec.Hostname === undefined ? [] : [['hostname', spec.Hostname] as const]),
    ...(spec.User === undefined ? [] : [['user', spec.User] as const]),
    ['workdir', run.workingDir],
    ...hostFlags(spec.HostConfig),
    ...Object.entries(run.variables).map(([name, value]) => ['env', `${name}=${value}`] as const),
    ...(entrypoint.length === 0 ? [] : [['entrypoint', entrypoint[0] ?? ''] as const]),
  ]
  const lines = [
    [...run.program, 'run', '--rm', '-it'].map(quoted).join(' '),
    ...flags.map(([flag, value]) => (value === undefined ? `--${flag}` : `--${flag} ${quoted(value)}`)),
    ...inLines(run.names.map((name) => `-e ${quoted(name)}`)),
    [spec.Image, ...entrypoint.slice(1), ...run.command].map(quoted).join(' '),
  ]
  return lines.join(' \\\n  ')
}

function hostFlags(config: HostConfig): Flags {
  return Object.entries(config).flatMap(([key, value]: [string, unknown]) => {
    const row = rows[key as keyof HostConfig] as (value: unknown) => Flags
    return value === undefined ? [] : row(value)
  })
}

function each<T>(flag: string, inWords: (value: T) => string) {
  return (values: readonly T[]): Flags => values.map((value) => [flag, inWords(value)])
}

function mountOf({ Type, Source, Target, ReadOnly, BindOptions }: MountSpec): string {
  const fields = [
    `type=${Type}`,
    `source=${Source}`,
    `target=${Target}`,
    ...(ReadOnly ? ['readonly'] : []),
    ...(BindOptions === undefined ? [] : [`bind-propagation=${BindOptions.Propagation}`]),
  ]
  // The value of --mount is a line of CSV.
  return fields.map((field) => (/[,"]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',')
}

/** As one word of a POSIX shell. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`

const lineLength = 100

/** Short words side by side. */
function inLines(words: readonly string[]): readonly string[] {
  const lines: string[] = []
  for (const word of words) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length < lineLength)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
