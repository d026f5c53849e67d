import type { ReadStream, WriteStream } from 'node:tty'
import type { Readable, Writable } from 'node:stream'

import type { DockerEngine } from '../../engine/docker/port.ts'

export interface TerminalSession {
  readonly engine: DockerEngine
  readonly container: string
  readonly workingDir: string
  readonly stdin: Readable
  readonly stdout: Writable
}

// The job's own shell where the image has it. The folder may be gone.
const command = [
  'sh',
  '-c',
  'cd "$0" 2>/dev/null; if command -v bash >/dev/null; then exec bash; fi; exec sh',
]

/** Connects the terminal with a shell in the container until it ends. @returns its exit code. */
export async function runTerminal(session: TerminalSession): Promise<number> {
  const { engine, container, workingDir, stdin, stdout } = session
  const exec = await engine.createExec(container, {
    command: [...command, workingDir],
    stdin: true,
    terminal: true,
    env: [`TERM=${process.env['TERM'] ?? 'xterm'}`],
  })
  const socket = await engine.startTerminal(exec)
  // A connection that breaks ends the shell as its exit does.
  socket.on('error', () => undefined)
  const resize = () => void engine.resizeTerminal(exec, sizeOf(stdout)).catch(() => undefined)
  using _ = rawMode(stdin)
  resize()
  stdout.on('resize', resize)
  stdin.pipe(socket)
  try {
    for await (const chunk of socket) stdout.write(chunk as Buffer)
  } finally {
    stdin.unpipe(socket)
    stdin.pause()
    stdout.off('resize', resize)
    socket.destroy()
  }
  return (await engine.inspectExec(exec)).exitCode ?? 0
}

const isTerminal = <T extends object>(stream: T): stream is T & { readonly isTTY: true } =>
  'isTTY' in stream && stream.isTTY === true

/** Every key goes to the shell, also Ctrl-C. */
function rawMode(stdin: Readable): Disposable {
  if (!isTerminal(stdin)) return { [Symbol.dispose]: () => {} }
  const keyboard = stdin as ReadStream
  keyboard.setRawMode(true)
  return { [Symbol.dispose]: () => void keyboard.setRawMode(false) }
}

function sizeOf(stdout: Writable): { readonly columns: number; readonly rows: number } {
  if (!isTerminal(stdout)) return { columns: 80, rows: 24 }
  const { columns, rows } = stdout as WriteStream
  return { columns, rows }
}
