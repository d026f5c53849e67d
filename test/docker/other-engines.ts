import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, open, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { answers } from '../../main/cli/demo/private-engine.ts'
import { importImages } from '../support/docker-engine.ts'
import { provide } from '../support/provision.ts'
import { unpacked } from './toolchain-images.ts'

const run = promisify(execFile)

export interface OtherEngine extends AsyncDisposable {
  /** As `DOCKER_HOST` takes it. */
  readonly host: string
  /** Ends its process; what it has on the disk stays for `begin`. */
  end(): Promise<void>
  begin(): Promise<void>
}

/** How to start one in a folder, or in words why it cannot be had. */
export type Obtained =
  | { readonly start: () => Promise<OtherEngine>; readonly missing?: never }
  | { readonly start?: never; readonly missing: string }

interface DebiansDocker {
  /** Debian's name of its release. */
  readonly release: string
  /** The package with `docker-init`. */
  readonly init: 'tini' | 'tini-static'
  /** Beyond the folders and the socket. */
  readonly flags?: readonly string[]
}

/** The Docker of a Debian release, unpacked beside the installed one, with the installed runc. */
export async function dockerOf({ release, init, flags = [] }: DebiansDocker): Promise<Obtained> {
  let root: string
  try {
    root = await unpacked(release, ['docker.io', 'containerd', init])
  } catch (error) {
    return { missing: `Debian's packages cannot be had: ${String(error).split('\n')[0]}` }
  }
  return {
    start: async () => {
      const folder = await mkdtemp(join(tmpdir(), `drydock-docker-${release}-`))
      const bin = join(folder, 'bin')
      await mkdir(bin)
      const programs = {
        dockerd: 'sbin/dockerd',
        'docker-proxy': 'sbin/docker-proxy',
        containerd: 'bin/containerd',
        'containerd-shim-runc-v2': 'bin/containerd-shim-runc-v2',
        'docker-init': 'bin/tini-static',
      }
      for (const [name, path] of Object.entries(programs))
        await symlink(join(root, 'usr', path), join(bin, name))
      const socket = join(folder, 'docker.sock')
      const places = ['data-root', 'exec-root', 'pidfile'].flatMap((flag) => [
        `--${flag}`,
        join(folder, flag),
      ])
      const command = ['dockerd', ...places, '--host', `unix://${socket}`, ...flags]
      return serve({ folder, socket, command, env: { PATH: `${bin}:${process.env['PATH'] ?? ''}` } })
    },
  }
}

/** Debian's Podman, its service on a socket of its own. */
export async function podman(): Promise<Obtained> {
  const missing = provide('podman')
  if (missing !== undefined) return { missing }
  return {
    start: async () => {
      const folder = await mkdtemp(join(tmpdir(), 'drydock-podman-'))
      const config = join(folder, 'containers.conf')
      // Without systemd, journald and the right to raise limits, and with cgroups as Docker finds them.
      await writeFile(
        config,
        [
          '[containers]',
          'default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]',
          '[engine]',
          'cgroup_manager = "cgroupfs"',
          'events_logger = "file"',
          'runtime = "runc"',
        ].join('\n'),
      )
      const socket = join(folder, 'podman.sock')
      const places = ['--root', join(folder, 'root'), '--runroot', join(folder, 'run')]
      const command = ['podman', ...places, 'system', 'service', '--time=0', `unix://${socket}`]
      return serve({ folder, socket, command, env: { CONTAINERS_CONF: config } })
    },
  }
}

interface Service {
  readonly folder: string
  readonly socket: string
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

async function serve(service: Service): Promise<OtherEngine> {
  const { folder, socket } = service
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  let running = await begin(service).catch(async (error: unknown) => {
    await remove()
    throw error
  })
  const host = `unix://${socket}`
  await importImages(host)
  return {
    host,
    end: () => running.end(),
    begin: async () => void (running = await begin(service)),
    [Symbol.asyncDispose]: async () => {
      await running.end()
      await endThoseOf(folder)
      await unmountBelow(folder)
      await remove()
    },
  }
}

/** In a network of its own: two engines in one take each other's bridges and rules away. */
async function begin({ folder, socket, command, env }: Service): Promise<{ end: () => Promise<void> }> {
  const logFile = join(folder, 'engine.log')
  await using log = await open(logFile, 'w')
  const inOwnNetwork = ['--net', 'sh', '-c', 'ip link set lo up; exec "$@"', 'sh', ...command]
  const engine = spawn('unshare', inOwnNetwork, {
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    env: { ...process.env, ...env },
  })
  const ended = once(engine, 'exit')
  const end = async () => {
    engine.kill('SIGTERM')
    await ended
  }
  for (let waited = 0; !(await answers(socket)); waited += 100) {
    if (engine.exitCode !== null || waited > 60_000) {
      const words = (await readFile(logFile, 'utf8')).split('\n').slice(-8).join('\n')
      await end()
      throw new Error(`${command[0]} did not start:\n${words}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return { end }
}

/** Podman's monitors of commands wait five minutes for somebody to ask how they ended. */
async function endThoseOf(folder: string): Promise<void> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  for (const pid of pids) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    if (command.startsWith('/usr/bin/conmon') && command.includes(`${folder}/`))
      process.kill(Number(pid), 'SIGKILL')
  }
}

/** Podman leaves its storage mounted. */
async function unmountBelow(folder: string): Promise<void> {
  const mounts = (await readFile('/proc/self/mounts', 'utf8'))
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
  for (const mount of mounts.filter((path) => path.startsWith(`${folder}/`)).toReversed())
    await run('umount', [mount])
}
