import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { join } from 'node:path'

const entry = join(import.meta.dirname, '../../main/cli/index.ts')

/** Drydock as a process of its own, so that it can be killed. */
export interface RunnerProcess {
  /** As a crash or the end of the machine would. It is started again at once. */
  killAndRestart(): Promise<void>
  /** SIGQUIT: running jobs finish. @returns the exit code. */
  finish(): Promise<number | null>
  readonly kills: number
}

export function startRunnerProcess({
  configFile,
  dataDir,
  logFile,
}: {
  readonly configFile: string
  readonly dataDir: string
  readonly logFile: string
}): RunnerProcess {
  const log = openSync(logFile, 'a')
  const begin = (): ChildProcess =>
    spawn(process.execPath, [entry, 'run', '--config', configFile, '--data-dir', dataDir], {
      stdio: ['ignore', log, log],
    })
  let child = begin()
  let kills = 0
  return {
    get kills() {
      return kills
    },
    killAndRestart: async () => {
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
      kills++
      child = begin()
    },
    finish: async () => {
      const exited = once(child, 'exit')
      child.kill('SIGQUIT')
      const [code] = (await exited) as [number | null]
      return code
    },
  }
}
