import { isDeepStrictEqual } from 'node:util'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { DockerEngine } from '../../main/engine/docker/port.ts'
import { containersOf, hostConfig } from './inspect.ts'
import { type Given, aService, anImage, images, onEngine, testEngine } from './kit.ts'

let engine: DockerEngine
beforeAll(async () => void (engine = await testEngine()))
afterAll(() => engine.close())

const service = [aService(images.busybox, { command: ['sleep', '60'], alias: 'svc' })]

describe('a key of [runners.docker] reaches', () => {
  const all = ['build', 'helper', 'service'] as const
  const own = ['build', 'helper'] as const
  it.each([
    { key: 'memory', docker: { memory: '128m' }, field: 'Memory', value: 134_217_728, roles: own },
    {
      key: 'memory_swap',
      docker: { memory: '128m', memory_swap: '256m' },
      field: 'MemorySwap',
      value: 268_435_456,
      roles: own,
    },
    {
      key: 'memory_reservation',
      docker: { memory_reservation: '64m' },
      field: 'MemoryReservation',
      value: 67_108_864,
      roles: own,
    },
    { key: 'cpus', docker: { cpus: '1.5' }, field: 'NanoCpus', value: 1.5e9, roles: own },
    { key: 'cpuset_cpus', docker: { cpuset_cpus: '0' }, field: 'CpusetCpus', value: '0', roles: own },
    { key: 'cpuset_mems', docker: { cpuset_mems: '0' }, field: 'CpusetMems', value: '0', roles: own },
    { key: 'cpu_shares', docker: { cpu_shares: 512 }, field: 'CpuShares', value: 512, roles: own },
    {
      key: 'service_memory',
      docker: { service_memory: '64m' },
      field: 'Memory',
      value: 67_108_864,
      roles: ['service'],
    },
    {
      key: 'service_memory_swap',
      docker: { service_memory: '64m', service_memory_swap: '96m' },
      field: 'MemorySwap',
      value: 100_663_296,
      roles: ['service'],
    },
    {
      key: 'service_memory_reservation',
      docker: { service_memory_reservation: '32m' },
      field: 'MemoryReservation',
      value: 33_554_432,
      roles: ['service'],
    },
    {
      key: 'oom_kill_disable',
      docker: { memory: '128m', oom_kill_disable: true },
      field: 'OomKillDisable',
      value: true,
      roles: own,
    },
    {
      key: 'service_cpus',
      docker: { service_cpus: '1/2' },
      field: 'NanoCpus',
      value: 5e8,
      roles: ['service'],
    },
    {
      key: 'service_cpu_shares',
      docker: { service_cpu_shares: 256 },
      field: 'CpuShares',
      value: 256,
      roles: ['service'],
    },
    {
      key: 'service_cpuset_cpus',
      docker: { service_cpuset_cpus: '0' },
      field: 'CpusetCpus',
      value: '0',
      roles: ['service'],
    },
    {
      key: 'oom_score_adjust',
      docker: { oom_score_adjust: 100 },
      field: 'OomScoreAdj',
      value: 100,
      roles: own,
    },
    { key: 'shm_size', docker: { shm_size: 134_217_728 }, field: 'ShmSize', value: 134_217_728, roles: all },
    {
      key: 'tmpfs',
      docker: { tmpfs: { '/fast': 'rw,size=1m' } },
      field: 'Tmpfs',
      value: { '/fast': 'rw,size=1m' },
      roles: own,
    },
    {
      key: 'services_tmpfs',
      docker: { services_tmpfs: { '/db': 'rw' } },
      field: 'Tmpfs',
      value: { '/db': 'rw' },
      roles: ['service'],
    },
    {
      key: 'ulimit',
      docker: { ulimit: { nofile: '1024:2048' } },
      field: 'Ulimits',
      value: [{ Name: 'nofile', Soft: 1024, Hard: 2048 }],
      roles: own,
    },
    {
      key: 'sysctls',
      docker: { sysctls: { 'net.ipv4.ip_forward': '1' } },
      field: 'Sysctls',
      value: { 'net.ipv4.ip_forward': '1' },
      roles: own,
    },
    {
      key: 'devices',
      docker: { devices: ['/dev/zero:/dev/nil:r'] },
      field: 'Devices',
      value: [{ PathOnHost: '/dev/zero', PathInContainer: '/dev/nil', CgroupPermissions: 'r' }],
      roles: own,
    },
    {
      key: 'services_devices',
      docker: { services_devices: { '**/busybox:*': ['/dev/zero'] } },
      field: 'Devices',
      value: [{ PathOnHost: '/dev/zero', PathInContainer: '/dev/zero', CgroupPermissions: 'rwm' }],
      roles: ['service'],
    },
    {
      key: 'device_cgroup_rules',
      docker: { device_cgroup_rules: ['c 1:5 r'] },
      field: 'DeviceCgroupRules',
      value: ['c 1:5 r'],
      roles: own,
    },
    { key: 'cap_add', docker: { cap_add: ['NET_ADMIN'] }, field: 'CapAdd', value: ['NET_ADMIN'], roles: own },
    { key: 'cap_drop', docker: { cap_drop: ['MKNOD'] }, field: 'CapDrop', value: ['MKNOD'], roles: own },
    {
      key: 'security_opt',
      docker: { security_opt: ['seccomp=unconfined'] },
      field: 'SecurityOpt',
      value: ['seccomp=unconfined'],
      roles: own,
    },
    {
      key: 'services_security_opt',
      docker: { services_security_opt: ['no-new-privileges'] },
      field: 'SecurityOpt',
      value: ['no-new-privileges'],
      roles: ['service'],
    },
    { key: 'userns_mode', docker: { userns_mode: 'host' }, field: 'UsernsMode', value: 'host', roles: all },
    { key: 'group_add', docker: { group_add: ['44'] }, field: 'GroupAdd', value: ['44'], roles: own },
    { key: 'runtime', docker: { runtime: 'runc' }, field: 'Runtime', value: 'runc', roles: all },
    { key: 'isolation', docker: { isolation: 'default' }, field: 'Isolation', value: 'default', roles: all },
    { key: 'pid_mode', docker: { pid_mode: 'host' }, field: 'PidMode', value: 'host', roles: ['build'] },
    { key: 'ipcmode', docker: { ipcmode: 'shareable' }, field: 'IpcMode', value: 'shareable', roles: own },
    {
      key: 'network_mode',
      docker: { network_mode: 'none' },
      field: 'NetworkMode',
      value: 'none',
      roles: all,
    },
    { key: 'dns', docker: { dns: ['9.9.9.9'] }, field: 'Dns', value: ['9.9.9.9'], roles: all },
    {
      key: 'dns_search',
      docker: { dns_search: ['example.com'] },
      field: 'DnsSearch',
      value: ['example.com'],
      roles: all,
    },
    {
      key: 'log_options',
      docker: { log_options: { labels: 'x' } },
      field: 'LogConfig',
      value: { Type: 'json-file', Config: { labels: 'x' } },
      roles: all,
    },
    {
      key: 'volume_driver',
      docker: { volume_driver: 'local' },
      field: 'VolumeDriver',
      value: 'local',
      roles: own,
    },
    {
      key: 'cgroup_parent',
      docker: { cgroup_parent: '/drydock' },
      field: 'CgroupParent',
      value: '/drydock',
      roles: own,
    },
    {
      key: 'service_cgroup_parent',
      docker: { service_cgroup_parent: '/drydock' },
      field: 'CgroupParent',
      value: '/drydock',
      roles: ['service'],
    },
    {
      key: 'FF_USE_INIT_WITH_DOCKER_EXECUTOR',
      docker: {},
      variables: { FF_USE_INIT_WITH_DOCKER_EXECUTOR: 'true', GIT_STRATEGY: 'clone' },
      field: 'Init',
      value: true,
      roles: ['build', 'service'],
    },
  ] as const)('$key → $field of $roles', async ({ docker, field, value, roles, ...given }) => {
    const containers = await containersOf(engine, {
      docker: { ...(docker as Given['docker'] & object), wait_for_services_timeout: -1 },
      job: { image: anImage(images.busybox), services: service },
      ...('variables' in given && { variables: given.variables }),
    })
    const having = all.filter((role) => isDeepStrictEqual(hostConfig(containers[role])[field], value))
    expect(having).toEqual(roles)
  })

  it('hostname, user, entrypoint, extra_hosts, labels and the rest of a container', async () => {
    const { build, helper } = await containersOf(engine, {
      docker: {
        hostname: 'box',
        user: '0:0',
        extra_hosts: ['host.example.com:10.0.0.1'],
        container_labels: { team: '$TEAM' },
      },
      variables: { GIT_STRATEGY: 'clone', TEAM: 'boot' },
      job: { image: anImage(images.busybox) },
    })
    const part = (container: Record<string, unknown>) => {
      const config = container['Config'] as Record<string, unknown>
      const labels = config['Labels'] as Record<string, string>
      return {
        hostname: config['Hostname'],
        user: config['User'],
        extraHosts: hostConfig(container)['ExtraHosts'],
        team: labels['team'],
        type: labels['com.gitlab.gitlab-runner.type'],
        tty: config['Tty'],
        stdinOnce: config['StdinOnce'],
        restart: hostConfig(container)['RestartPolicy'],
      }
    }
    const common = {
      hostname: 'box',
      extraHosts: ['host.example.com:10.0.0.1'],
      team: 'boot',
      tty: false,
      stdinOnce: true,
      restart: { Name: 'no', MaximumRetryCount: 0 },
    }
    expect([part(build), part(helper)]).toEqual([
      { ...common, user: '0:0', type: 'build' },
      { ...common, user: '', type: 'predefined' },
    ])
  })

  it('no command line or label with a secret', async () => {
    const containers = await containersOf(engine, {
      job: {
        image: anImage(images.busybox),
        variables: [
          { key: 'SECRET', value: 'hunter2-hunter2', public: false, masked: true, file: false, raw: true },
        ],
      },
      docker: { container_labels: { oops: '$SECRET' } },
    })
    const visible = (['build', 'helper'] as const).map((role) => {
      const { Cmd, Entrypoint, Labels } = containers[role]['Config'] as Record<string, unknown>
      return JSON.stringify([Cmd, Entrypoint, Labels, containers[role]['Name']])
    })
    expect(visible.join('')).not.toMatch(/hunter2|glcbt-|AbCdEfGhIjKlMnOp/)
  })
})

describe('a mistake in [runners.docker] fails the job before its containers:', () => {
  it.each([
    { docker: { memory: 'lots' }, says: 'memory = "lots" is not a size' },
    { docker: { dns: ['resolver'] }, says: '"resolver" is not an IP address' },
    { docker: { log_options: { 'max-size': '1m' } }, says: 'only env and labels are allowed, not max-size' },
    {
      docker: { security_opt: ['seccomp=/nonexistent.json'] },
      says: '/nonexistent.json cannot be read as JSON',
    },
    { docker: { network_mode: 'nowhere' }, says: 'network nowhere' },
    {
      docker: { allowed_images: ['ruby:*'], image: 'ruby:3' },
      says: '"drydock-test/busybox:1" is not in allowed_images',
    },
    {
      docker: { privileged: true, allowed_privileged_images: ['**', '!*/kali*'] },
      says: 'allowed_privileged_images: "!*/kali*" forbids nothing',
    },
    { docker: { allowed_users: ['ci'], user: 'root' }, says: '"root" is not in allowed_users' },
  ])('$says', async ({ docker, says }) => {
    const { prepare } = onEngine(engine, { docker })
    await expect(prepare()).rejects.toMatchObject({
      name: 'JobFailure',
      message: expect.stringContaining(says),
    })
  })
})
