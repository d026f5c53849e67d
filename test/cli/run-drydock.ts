import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const launcher = join(import.meta.dirname, '../../drydock')

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A folder of a test's own: home, configuration and data are in it. */
export interface Desk extends Disposable {
  readonly folder: string
  readonly config: string
  /** Runs the command line as a process of its own, `-c` given by `CONFIG_FILE`. */
  run(args: readonly string[], options?: { input?: string; env?: NodeJS.ProcessEnv }): Promise<Ran>
  start(args: readonly string[], env?: NodeJS.ProcessEnv): ChildProcessWithoutNullStreams
}

export function openDesk(): Desk {
  const folder = mkdtempSync(join(tmpdir(), 'drydock-cli-'))
  const config = join(folder, 'config.toml')
  const start = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    spawn(launcher, args, {
      cwd: folder,
      // Nothing of the developer's environment may leak in: many variables are defaults of options.
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        CONFIG_FILE: config,
        DRYDOCK_DATA_DIR: join(folder, 'data'),
        ...env,
      },
    })
  return {
    folder,
    config,
    start,
    async run(args, { input = '', env = {} } = {}) {
      const child = start(args, env)
      let [stdout, stderr] = ['', '']
      child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
      child.stdin.end(input)
      const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
      return { code, stdout, stderr }
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}
