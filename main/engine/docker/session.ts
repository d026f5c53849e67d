import type { Duplex } from 'node:stream'

import { systemClock } from '../clock.ts'
import { type Sinks, demultiplex } from './demultiplex.ts'
import { isConnectionEnd, isContainerMissing } from './docker-error.ts'
import type { DockerEngine } from './port.ts'

/** Somebody removed a container from under a stage. */
export class ContainerLost extends Error {
  override readonly name = 'ContainerLost'
  readonly container: string
  constructor(container: string, cause?: unknown) {
    super(`The container ${container.slice(0, 12)} was removed while the job used it`, { cause })
    this.container = container
  }
}

/** One run of a container, from its start to its exit, waiting for a script on its stdin. */
export interface Session extends Disposable {
  /** Feeds the script and passes the output on until the container has exited. */
  finish(script: string, sinks: Sinks): Promise<number>
}

/**
 * Starts a container with somebody listening: output and exit are watched before the start, so that neither is missed
 * (docker-executor.md §12.1).
 * @throws ContainerLost, or DockerError where it does not start.
 */
export async function openSession(
  engine: DockerEngine,
  container: string,
  signal?: AbortSignal,
): Promise<Session> {
  const ended = new AbortController()
  let socket: Duplex | undefined
  try {
    const [watch, attached] = await Promise.all([
      engine.watchExit(container, 'next-exit', ended.signal),
      engine.attach(container, signal).then((stream) => (socket = stream)),
    ])
    // A shell that exits before it has read everything resets the connection; its exit status says the rest.
    attached.on('error', () => undefined)
    await engine.startContainer(container, signal)
    return {
      finish: (script, sinks) => finish(engine, container, attached, watch.exitCode, script, sinks),
      [Symbol.dispose]: () => {
        ended.abort()
        attached.destroy()
      },
    }
  } catch (error) {
    ended.abort()
    socket?.destroy()
    throw isContainerMissing(error) ? new ContainerLost(container, error) : error
  }
}

async function finish(
  engine: DockerEngine,
  container: string,
  socket: Duplex,
  exited: Promise<number>,
  script: string,
  sinks: Sinks,
): Promise<number> {
  const output = feed(socket, script, sinks)
  output.catch(() => undefined)
  let exitCode: number
  try {
    exitCode = await Promise.race([exited, output.then(() => exited)])
  } catch (error) {
    throw (await engine.inspectContainer(container)) === undefined
      ? new ContainerLost(container, error)
      : error
  }
  await output.catch((error: unknown) => {
    // The engine resets connections of a container it kills; what was printed has been read.
    if (!isConnectionEnd(error)) throw error
  })
  if (exitCode === 137) await lookAfterKill(engine, container, sinks)
  return exitCode

  async function feed(connection: Duplex, text: string, to: Sinks): Promise<void> {
    connection.end(text)
    let hasPrinted = false
    const note = (sink: (chunk: Buffer) => Promise<void>) => (chunk: Buffer) => {
      hasPrinted = true
      return sink(chunk)
    }
    const noting = { stdout: note((chunk) => to.stdout(chunk)), stderr: note((chunk) => to.stderr(chunk)) }
    const problem = await demultiplex(connection as AsyncIterable<Buffer>, noting).then(
      () => undefined,
      (error: unknown) => error,
    )
    const isCut = problem === undefined || isConnectionEnd(problem)
    if (!hasPrinted && isCut && (await waitsUnfed(engine, container, exited))) {
      return feed(await engine.attach(container), text, to)
    }
    if (problem !== undefined) throw problem
  }
}

/** Longest that Podman takes from the end of a container's output to its exit status. */
const statusWithinMs = 3_000

/**
 * Podman tidies up after a container's run while its next one begins, and may take that one's connection away: a shell
 * then waits for a script that nobody sends.
 */
async function waitsUnfed(
  { about, inspectContainer }: Pick<DockerEngine, 'about' | 'inspectContainer'>,
  container: string,
  exited: Promise<number>,
): Promise<boolean> {
  if (about.product !== 'Podman') return false
  const over = new AbortController()
  const isOver = await Promise.race([
    exited.then(
      () => true,
      () => true,
    ),
    systemClock.sleep(statusWithinMs, over.signal).then(
      () => false,
      () => true,
    ),
  ])
  over.abort()
  return !isOver && (await inspectContainer(container))?.running === true
}

/** Killed: by whom? A removed container is no exit status of the script's (§12.3). */
async function lookAfterKill(engine: DockerEngine, container: string, sinks: Sinks): Promise<void> {
  const state = await engine.inspectContainer(container)
  if (state === undefined || state.status === 'removing' || state.status === 'dead')
    throw new ContainerLost(container)
  if (state.outOfMemory) {
    await sinks.stderr(
      Buffer.from(
        'The container ran out of memory. Raise memory in [runners.docker], or let the job use less.\n',
      ),
    )
  }
}
