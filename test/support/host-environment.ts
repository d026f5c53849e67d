import { spawn } from 'node:child_process'
import { pipeline } from 'node:stream/promises'

import type { JobEnvironment } from '../../main/engine/job/ports.ts'

/**
 * An environment whose helper is this machine: programs run as they would in the helper container.
 * @param path replaces `PATH`, to offer other programs of the same names.
 */
export function hostEnvironment(path = process.env['PATH'] ?? ''): JobEnvironment {
  return {
    mounts: [],
    workspace: 'kept',
    hostname: 'localhost',
    run: () => Promise.reject(new Error('no stage scripts here')),
    async exec([program = '', ...args], { stdin, stdout, workingDir }, signal) {
      signal.throwIfAborted()
      const child = spawn(program, args, {
        env: { PATH: path, LC_ALL: 'C', HOME: '/nonexistent' },
        cwd: workingDir,
        stdio: [stdin ? 'pipe' : 'ignore', 'pipe', 'pipe'],
      })
      const onAbort = () => child.kill('SIGKILL')
      signal.addEventListener('abort', onAbort, { once: true })
      let stderr = ''
      child.stderr?.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-65_536)))
      const flows: Promise<void>[] = []
      // A program may end without reading all its input.
      if (stdin && child.stdin) flows.push(pipeline(stdin, child.stdin).catch(() => undefined))
      if (child.stdout) {
        if (stdout) flows.push(pipeline(child.stdout, stdout).catch(() => undefined))
        else child.stdout.resume()
      }
      const exitCode = await new Promise<number>((resolve, reject) => {
        child.once('error', reject)
        child.once('close', (code) => resolve(code ?? 137))
      }).finally(() => signal.removeEventListener('abort', onAbort))
      signal.throwIfAborted()
      await Promise.all(flows)
      return { exitCode, stderr }
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}
