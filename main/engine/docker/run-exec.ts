import type { Readable, Writable } from 'node:stream'

import type { Clock } from '../clock.ts'
import { type Sinks, demultiplex } from './demultiplex.ts'
import { DockerError, isConnectionEnd } from './docker-error.ts'
import { drained } from './drained.ts'
import type { DockerEngine, ExecSpec } from './port.ts'

/** Runs a command in a running container to its end. @returns the exit code. */
export async function runExec(
  engine: DockerEngine,
  clock: Clock,
  container: string,
  spec: Omit<ExecSpec, 'stdin'>,
  { stdin, sinks }: { readonly stdin: string | Readable; readonly sinks: Sinks },
): Promise<number> {
  const exec = await engine.createExec(container, { ...spec, stdin: true })
  const socket = await engine.startExec(exec)
  // A command may end before it has read everything; its exit code says what that means.
  socket.on('error', () => undefined)
  const fed = typeof stdin === 'string' ? Promise.resolve(void socket.end(stdin)) : feed(stdin, socket)
  const output = demultiplex(socket as AsyncIterable<Buffer>, sinks)
  try {
    await Promise.race([output, fed.then(() => output)])
  } catch (error) {
    socket.destroy()
    // Podman hangs up on a command that ended before it had read everything.
    if (socket.writableFinished || !isConnectionEnd(error)) throw error
  } finally {
    output.catch(() => undefined)
    fed.catch(() => undefined)
    if (typeof stdin !== 'string') stdin.destroy()
  }
  return await exitCodeOf(engine, clock, exec)
}

async function feed(source: Readable, sink: Writable): Promise<void> {
  for await (const chunk of source) {
    if (!sink.writable) return
    if (!sink.write(chunk)) await drained(sink)
  }
  sink.end()
}

/** The engine closes the output a moment before it has noted the exit. */
async function exitCodeOf(engine: DockerEngine, clock: Clock, exec: string): Promise<number> {
  for (const pauseMs of [0, 5, 20, 50, 100, 200, 500, 1000, 2000]) {
    if (pauseMs > 0) await clock.sleep(pauseMs)
    const { exitCode } = await engine.inspectExec(exec)
    if (exitCode !== undefined) return exitCode
  }
  throw new DockerError('the engine lost the exit status of a command in the helper container', {
    status: 500,
  })
}
