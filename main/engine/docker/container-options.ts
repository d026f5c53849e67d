import { isIP } from 'node:net'

import { say } from '../../contract/sentences/say.ts'
import type { DockerConfig } from '../config/schema.ts'
import { configurationError } from './configuration-error.ts'
import { devicesFor, parseDevice, parseGpus } from './devices.ts'
import { parseCpus, parseSize, parseUlimit } from './quantities.ts'
import type { HostConfig } from './specs.ts'

export type Role = 'build' | 'helper' | 'service'

/** What a row may look at. */
export interface OptionFacts {
  readonly docker: DockerConfig
  readonly role: Role
  /** Image name with tag, for `services_devices`. */
  readonly image: string
  readonly privileged: boolean
  /** `security_opt` or `services_security_opt`, profiles read in. */
  readonly securityOpt: readonly string[]
  readonly useInit: boolean
}

interface Row {
  readonly roles: readonly Role[]
  readonly set: (facts: OptionFacts) => HostConfig
}

const all: readonly Role[] = ['build', 'helper', 'service']
const own: readonly Role[] = ['build', 'helper']

const isService = ({ role }: OptionFacts) => role === 'service'
/** A row whose key has a `service_` twin. */
const twin = (set: (docker: DockerConfig, service: boolean) => HostConfig): Row => ({
  roles: all,
  set: (facts) => set(facts.docker, isService(facts)),
})
const row = (roles: readonly Role[], set: (docker: DockerConfig) => HostConfig): Row => ({
  roles,
  set: ({ docker }) => set(docker),
})

/** Each option of `[runners.docker]` as a row: who gets it and what it becomes (docker-executor.md §11.1). */
const rows: readonly Row[] = [
  twin((d, s) => size('Memory', s ? 'service_memory' : 'memory', d)),
  twin((d, s) => size('MemorySwap', s ? 'service_memory_swap' : 'memory_swap', d)),
  twin((d, s) => size('MemoryReservation', s ? 'service_memory_reservation' : 'memory_reservation', d)),
  twin((d, s) => {
    const key = s ? 'service_cpus' : 'cpus'
    return some('NanoCpus', parseCpus(key, d[key]))
  }),
  twin((d, s) => some('CpusetCpus', s ? d.service_cpuset_cpus : d.cpuset_cpus)),
  row(own, (d) => some('CpusetMems', d.cpuset_mems)),
  twin((d, s) => some('CpuShares', s ? d.service_cpu_shares : d.cpu_shares)),
  twin((d, s) => some('CgroupParent', s ? d.service_cgroup_parent : d.cgroup_parent)),
  row(own, (d) => ({ OomKillDisable: d.oom_kill_disable })),
  row(own, (d) => some('OomScoreAdj', d.oom_score_adjust)),
  row(all, (d) => some('ShmSize', d.shm_size)),
  twin((d, s) => some('Tmpfs', s ? d.services_tmpfs : d.tmpfs)),
  row(own, (d) =>
    some(
      'Ulimits',
      Object.entries(d.ulimit).map(([name, limit]) => parseUlimit(name, limit)),
    ),
  ),
  row(own, (d) => some('Sysctls', d.sysctls)),
  row(own, (d) =>
    some(
      'Devices',
      d.devices.map((device) => parseDevice('devices', device)),
    ),
  ),
  {
    roles: ['service'],
    set: ({ docker, image }) => some('Devices', devicesFor(image, docker.services_devices)),
  },
  row(own, (d) => some('DeviceCgroupRules', d.device_cgroup_rules)),
  twin((d, s) => {
    const key = s ? 'service_gpus' : 'gpus'
    return some('DeviceRequests', parseGpus(key, d[key]))
  }),
  row(own, (d) => some('CapAdd', d.cap_add)),
  row(own, (d) => some('CapDrop', d.cap_drop)),
  { roles: all, set: ({ securityOpt }) => some('SecurityOpt', securityOpt) },
  { roles: all, set: ({ privileged }) => ({ Privileged: privileged }) },
  row(all, (d) => some('UsernsMode', d.userns_mode)),
  row(own, (d) => some('GroupAdd', d.group_add)),
  row(all, (d) => some('Runtime', d.runtime)),
  row(all, (d) => some('Isolation', d.isolation)),
  row(['build'], (d) => some('PidMode', d.pid_mode)),
  row(own, (d) => some('IpcMode', d.ipcmode)),
  row(all, (d) => some('Dns', d.dns.map(address))),
  row(all, (d) => some('DnsSearch', d.dns_search)),
  row(own, (d) => some('Links', d.links)),
  row(own, (d) => some('VolumesFrom', d.volumes_from)),
  row(own, (d) => some('VolumeDriver', d.volume_driver)),
  // json-file whatever the engine's default: other drivers cannot be read back (§11.1).
  row(all, (d) => ({ LogConfig: { Type: 'json-file', Config: logOptions(d) } })),
  { roles: ['build', 'service'], set: ({ useInit }) => (useInit ? { Init: true } : {}) },
  row(all, () => ({ RestartPolicy: { Name: 'no' } })),
]

/**
 * The part of a container's HostConfig that comes from the configuration alone.
 * @throws JobFailure `runner_configuration_error` naming the key and the remedy.
 */
export const hostConfigOf = (facts: OptionFacts): HostConfig =>
  Object.assign(
    {},
    ...rows.filter(({ roles }) => roles.includes(facts.role)).map(({ set }) => set(facts)),
  ) as HostConfig

/** The field, unless its value is the empty one. */
function some<Field extends keyof HostConfig>(
  field: Field,
  value: HostConfig[Field] | undefined,
): HostConfig {
  const isEmpty =
    value === undefined ||
    value === '' ||
    value === 0 ||
    (typeof value === 'object' && Object.keys(value).length === 0)
  return isEmpty ? {} : { [field]: value }
}

type SizeKey = `${'' | 'service_'}${'memory' | 'memory_swap' | 'memory_reservation'}`

const size = (field: 'Memory' | 'MemorySwap' | 'MemoryReservation', key: SizeKey, docker: DockerConfig) =>
  some(field, parseSize(key, docker[key]))

function address(text: string): string {
  if (isIP(text) !== 0) return text
  throw configurationError(say('dns-form', { text }))
}

function logOptions({ log_options }: DockerConfig): Readonly<Record<string, string>> {
  const unknown = Object.keys(log_options).filter((key) => key !== 'env' && key !== 'labels')
  if (unknown.length === 0) return log_options
  throw configurationError(say('log-options-allowed', { names: unknown.sort().join(', ') }))
}
