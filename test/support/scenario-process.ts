import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { systemClock } from '../../main/engine/clock.ts'
import { connectDocker } from '../../main/engine/docker/connect.ts'
import type { DockerEngine } from '../../main/engine/docker/port.ts'
import { startPracticeGitLab, type PracticeGitLab } from '../../main/engine/practice/practice-gitlab.ts'
import { leftOnEngine } from './left-on-engine.ts'
import { configText, type RunnerOptions } from './runner-under-test.ts'

const launcher = join(import.meta.dirname, '../../drydock')

/** `./drydock` as processes of their own, with a configuration, a data folder and a GitLab that outlive them. */
export interface Installation extends AsyncDisposable {
  readonly gitlab: PracticeGitLab
  readonly docker: DockerEngine
  readonly configFile: string
  readonly dataDir: string
  start(command: string, ...args: readonly string[]): Promise<RunningProcess>
  /** What is left on the engine of everything it started. */
  left(): Promise<readonly string[]>
}

export interface RunningProcess {
  readonly pid: number | undefined
  kill(signal: NodeJS.Signals): void
  /** What it has written to its standard error, and whatever still comes until `text` is in it. */
  said(text: string): Promise<string>
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
}

export async function install(options: RunnerOptions): Promise<Installation> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'drydock-process-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const docker = await connectDocker(
    { host: options.dockerHost },
    { env: {}, platform: process.platform, home: '/nonexistent' },
  )
  stack.defer(() => docker.close())
  const host = await docker.hostAddress()
  const gitlab = stack.use(
    await startPracticeGitLab({
      directory: join(folder, 'gitlab'),
      clock: systemClock,
      longPollSeconds: 0,
      traceUpdateInterval: 1,
      ...(host !== undefined && { host }),
      ...options.gitlab,
    }),
  )
  const { token } = gitlab.createRunner()
  const configFile = join(folder, 'config.toml')
  await writeFile(configFile, configText({ ...options, url: gitlab.url, token }), { mode: 0o600 })
  const processes = new Set<ChildProcess>()
  stack.defer(async () => {
    for (const child of processes) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
  })
  const whole = stack.move()
  return {
    gitlab,
    docker,
    configFile,
    dataDir: join(folder, 'data'),
    left: () => leftOnEngine(options.dockerHost, { configFile }),
    async start(command, ...args) {
      const child = spawn(launcher, [command, '--config', configFile, ...args], {
        cwd: folder,
        env: { PATH: process.env['PATH'], HOME: folder, DRYDOCK_DATA_DIR: join(folder, 'data') },
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      processes.add(child)
      await once(child, 'spawn')
      return watchProcess(child)
    },
    [Symbol.asyncDispose]: () => whole.disposeAsync(),
  }
}

function watchProcess(child: ChildProcess): RunningProcess {
  let text = ''
  const listeners = new Set<() => void>()
  child.stderr?.on('data', (chunk: Buffer) => {
    text += chunk.toString()
    if (process.env['DRYDOCK_TEST_LOG'] !== undefined) process.stderr.write(chunk)
    for (const listener of listeners) listener()
  })
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals)
  return {
    pid: child.pid,
    kill: (signal) => void child.kill(signal),
    said: (wanted) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!text.includes(wanted)) return
          listeners.delete(look)
          resolve(text)
        }
        listeners.add(look)
        look()
        void ended.then((how) =>
          reject(new Error(`It ended with ${how} and never said "${wanted}":\n${text}`)),
        )
      }),
    ended,
  }
}
