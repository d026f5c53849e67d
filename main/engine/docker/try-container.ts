import { demultiplex } from './demultiplex.ts'
import { DockerError } from './docker-error.ts'
import type { DockerEngine } from './port.ts'
import type { ContainerSpec } from './specs.ts'

/** What came of one program run in a container of its own. */
export interface Ran {
  readonly exitCode: number
  /** Both of its outputs. */
  readonly printed: string
}

/** A container that was made but not started, or the engine's words why it was not made. Disposing removes it. */
export type Tried = AsyncDisposable &
  ({ readonly kind: 'made'; readonly id: string } | { readonly kind: 'refused'; readonly why: string })

/** Makes a container to see whether the engine can. What is refused for another reason than its request throws. */
export async function tryContainer(engine: DockerEngine, spec: ContainerSpec): Promise<Tried> {
  try {
    const id = await engine.createContainer({ spec })
    const remove = () => engine.removeContainer(id, { volumes: true })
    return { kind: 'made', id, [Symbol.asyncDispose]: remove }
  } catch (error) {
    if (!(error instanceof DockerError) || error.status === undefined) throw error
    return { kind: 'refused', why: error.message, [Symbol.asyncDispose]: async () => {} }
  }
}

/**
 * Runs the program of a container to its end and removes the container. A program the engine cannot start exits with
 * 127, as in a shell.
 */
export async function runToEnd(engine: DockerEngine, spec: ContainerSpec, signal: AbortSignal): Promise<Ran> {
  const id = await engine.createContainer({ spec }, signal)
  try {
    const exit = await engine.watchExit(id, 'next-exit', signal)
    try {
      await engine.startContainer(id, signal)
    } catch (error) {
      if (error instanceof DockerError && (error.status === 400 || error.status === 404))
        return { exitCode: 127, printed: error.message }
      throw error
    }
    const exitCode = await exit.exitCode
    let printed = ''
    const collect = async (chunk: Buffer) => void (printed += chunk.toString())
    const logs = await engine.readLogs(id, { follow: false, timestamps: false }, signal)
    await demultiplex(logs as AsyncIterable<Buffer>, { stdout: collect, stderr: collect })
    return { exitCode, printed }
  } finally {
    await engine.removeContainer(id, { volumes: true })
  }
}
