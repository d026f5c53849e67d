import type { Clock } from '../clock.ts'
import { DockerError } from './docker-error.ts'
import type { DockerEngine } from './port.ts'
import { terminateCommand } from './shell.ts'

const sweepWithinMs = 10_000

/**
 * Ends what runs in a container: TERM to every process so that programs can clean up, then the engine's own stop
 * (docker-executor.md §12.4). `exited` spares what is no longer needed.
 */
export async function stopGracefully(
  engine: DockerEngine,
  clock: Clock,
  container: string,
  { native, exited }: { readonly native: boolean; readonly exited: Promise<unknown> },
): Promise<void> {
  let hasExited = false
  const done = exited.then(
    () => void (hasExited = true),
    () => void (hasExited = true),
  )
  const over = new AbortController()
  if (!native) {
    const sweep = terminateProcesses(engine, container, over.signal)
    await Promise.race([
      Promise.all([sweep, giveShellAMoment(clock, done, sweep)]),
      done,
      clock.sleep(sweepWithinMs, over.signal).catch(() => undefined),
    ])
    over.abort()
  }
  if (!hasExited) await Promise.race([stop(engine, container), done])
}

/** Once its children are gone the first process ends by itself; asking it to would race with that. */
async function giveShellAMoment(clock: Clock, done: Promise<void>, sweep: Promise<void>): Promise<void> {
  await sweep
  await Promise.race([done, clock.sleep(100)])
}

async function terminateProcesses(
  engine: DockerEngine,
  container: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    const exec = await engine.createExec(
      container,
      { command: terminateCommand, stdin: false, user: '0' },
      signal,
    )
    const output = await engine.startExec(exec, signal)
    const destroy = () => void output.destroy()
    signal.addEventListener('abort', destroy, { once: true })
    for await (const _ of output); // What it prints is of no interest; its end is.
  } catch {
    // It has exited, has no shell, or the time is up: stopping comes next in any case.
  }
}

async function stop(engine: DockerEngine, container: string): Promise<void> {
  try {
    await engine.stopContainer(container)
  } catch (error) {
    // Removal follows and reports what is wrong with the engine.
    if (!(error instanceof DockerError)) throw error
  }
}
