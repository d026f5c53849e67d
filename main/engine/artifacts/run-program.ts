import { PassThrough, type Readable } from 'node:stream'

import type { JobEnvironment } from '../job/ports.ts'

/** Of 32 or 64 KiB each. */
const chunksAhead = 16

/** A program in the helper container ended with an exit code that is not 0. */
export class ProgramFailed extends Error {
  override readonly name = 'ProgramFailed'
  readonly exitCode: number
  /** What it wrote to its standard error, at most the last 64 KiB. */
  readonly stderr: string
  constructor(program: string, exitCode: number, stderr: string) {
    super(`${program}: ${stderr.trim().split('\n').at(-1) || `exit code ${exitCode}`}`)
    this.exitCode = exitCode
    this.stderr = stderr
  }
}

export interface ProgramInput {
  readonly stdin?: Readable
  readonly workingDir: string
}

/**
 * Runs a program in the helper container and yields what it prints as it comes. A consumer that stops early ends
 * the program.
 * @returns what the program wrote to its standard error, with exit code 0.
 * @throws ProgramFailed after the last byte, when its exit code is not 0.
 */
export async function* outputOf(
  environment: JobEnvironment,
  command: readonly string[],
  { stdin, workingDir }: ProgramInput,
  signal: AbortSignal,
): AsyncGenerator<Buffer, string> {
  // In bytes it would copy all it holds into one chunk.
  const stdout = new PassThrough({ readableObjectMode: true, highWaterMark: chunksAhead })
  const stopped = new AbortController()
  const running = environment.exec(
    command,
    { stdout, workingDir, ...(stdin && { stdin }) },
    AbortSignal.any([signal, stopped.signal]),
  )
  const ended = running.then(
    () => stdout.end(),
    (error: unknown) => stdout.destroy(error instanceof Error ? error : new Error(String(error))),
  )
  let isDrained = false
  try {
    for await (const chunk of stdout as AsyncIterable<Buffer>) yield chunk
    isDrained = true
  } finally {
    if (!isDrained) {
      stopped.abort(new Error('nobody reads its output any more'))
      stdin?.destroy()
    }
    await ended
  }
  const { exitCode, stderr } = await running
  if (exitCode !== 0) throw new ProgramFailed(command[0] ?? '', exitCode, stderr)
  return stderr
}

/** Runs a program in the helper container to its end. @throws ProgramFailed when its exit code is not 0. */
export async function runProgram(
  environment: JobEnvironment,
  command: readonly string[],
  input: ProgramInput,
  signal: AbortSignal,
): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of outputOf(environment, command, input, signal)) chunks.push(chunk)
  return Buffer.concat(chunks)
}
