import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdir, open, readFile, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'

import { runProgram } from '../run-program.ts'
import { apt } from './apt.ts'

/** A Docker engine of our own. Disposing stops it; its images stay in the folder for the next time. */
export interface PrivateEngine extends AsyncDisposable {
  /** As `DOCKER_HOST` takes it. */
  readonly host: string
}

/**
 * Starts dockerd with everything it owns below `folder`: data, sockets, pid. On Debian and Ubuntu, as root, installs
 * docker.io first where it is missing.
 * @throws Error that names what is missing and the way around it.
 */
export async function startPrivateEngine(
  folder: string,
  say: (line: string) => void,
): Promise<PrivateEngine> {
  await requireDockerd(say)
  await mkdir(folder, { recursive: true, mode: 0o711 })
  const socket = join(folder, 'docker.sock')
  if (await answers(socket)) throw new Error(`A private Docker engine already runs in ${folder}`)
  const pidFile = join(folder, 'docker.pid')
  const logFile = join(folder, 'dockerd.log')
  await Promise.all([rm(pidFile, { force: true }), rm(socket, { force: true })])
  say(`Starting a private Docker engine in ${folder} …`)

  await using log = await open(logFile, 'w', 0o600)
  const args = [
    '--data-root',
    join(folder, 'data'),
    '--exec-root',
    join(folder, 'exec'),
    '--pidfile',
    pidFile,
  ]
  const dockerd = spawn('dockerd', [...args, '--host', `unix://${socket}`, '--live-restore=false'], {
    // Its own group: Ctrl-C in the terminal is ours to handle, in our order.
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  })
  const ended = once(dockerd, 'exit')
  const stop = async () => {
    if (dockerd.exitCode !== null || dockerd.signalCode !== null) return
    dockerd.kill('SIGTERM')
    await ended
    // Left mounted once a container has used the network of this machine; nobody could remove the folder.
    await runProgram('umount', [join(folder, 'exec/netns/default')], { quiet: true })
  }
  // The engine says nothing when it is ready; its socket answers.
  for (let waited = 0; !(await answers(socket)); waited += readyPollMs) {
    if (dockerd.exitCode !== null || waited > readyTimeoutMs) {
      await stop()
      throw new Error(
        `The private Docker engine did not start. The end of ${logFile}:\n${await tail(logFile)}`,
      )
    }
    await new Promise((resolve) => setTimeout(resolve, readyPollMs))
  }
  return { host: `unix://${socket}`, [Symbol.asyncDispose]: stop }
}

const readyPollMs = 100
const readyTimeoutMs = 60_000

async function requireDockerd(say: (line: string) => void): Promise<void> {
  if (await isInstalled('dockerd')) {
    if (process.getuid?.() !== 0) throw new Error('No Docker engine runs. Start it, or run this as root.')
    return
  }
  const hint = 'Install Docker Engine or Docker Desktop, start it, and try again.'
  if (process.getuid?.() !== 0)
    throw new Error(`No Docker engine was found, and installing one needs root. ${hint}`)
  if (!(await isInstalled('apt-get'))) throw new Error(`No Docker engine was found. ${hint}`)
  say('No Docker engine was found: installing docker.io with apt-get …')
  const packages = ['docker.io', 'iptables', 'git']
  await apt('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], { orElse: hint })
}

const isInstalled = (program: string) =>
  Promise.any(
    ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/sbin', '/bin'].map((folder) =>
      access(join(folder, program)),
    ),
  ).then(
    () => true,
    () => false,
  )

/** Whether a Docker engine listens on the socket. */
export function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const ping = request({ socketPath, path: '/_ping', timeout: 2000 }, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    ping.on('error', () => resolve(false))
    ping.on('timeout', () => ping.destroy())
    ping.end()
  })
}

const tail = async (file: string) => (await readFile(file, 'utf8')).split('\n').slice(-8).join('\n')
