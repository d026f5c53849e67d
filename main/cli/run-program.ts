import { spawn } from 'node:child_process'

export interface RunOptions {
  readonly cwd?: string
  /** Shows nothing of its output. */
  readonly quiet?: boolean
  readonly timeoutMs?: number
}

/** Runs a program to its end. @returns its exit code; 1 when it could not be started or took too long. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<number> {
  const { cwd, quiet = false, timeoutMs } = options
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: quiet ? 'ignore' : 'inherit',
      ...(cwd !== undefined && { cwd }),
      ...(timeoutMs !== undefined && { timeout: timeoutMs }),
    })
    child.on('error', () => resolve(1))
    child.on('exit', (code) => resolve(code ?? 1))
  })
}
