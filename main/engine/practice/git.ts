import { spawn } from 'node:child_process'

export class GitError extends Error {
  override readonly name = 'GitError'
}

/** The environment of every git the server starts: nothing of the user's configuration, no questions asked. */
export const gitEnvironment = (): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'))),
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: process.platform === 'win32' ? 'NUL' : '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
})

/**
 * Runs the system's git.
 * @returns what it printed, as bytes.
 * @throws GitError with what it said on stderr.
 */
export function runGit(
  args: readonly string[],
  { env = {}, input }: { readonly env?: NodeJS.ProcessEnv; readonly input?: string } = {},
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const git = spawn('git', args, { env: { ...gitEnvironment(), ...env }, stdio: ['pipe', 'pipe', 'pipe'] })
    const out: Buffer[] = []
    const err: Buffer[] = []
    git.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    git.stderr.on('data', (chunk: Buffer) => err.push(chunk))
    git.once('error', (cause) =>
      reject(new GitError('Cannot start git. Install git and make sure it is on the PATH.', { cause })),
    )
    git.once('close', (code) => {
      if (code === 0) return resolve(Buffer.concat(out))
      reject(
        new GitError(`git ${args[0]} failed with exit code ${code}: ${Buffer.concat(err).toString().trim()}`),
      )
    })
    git.stdin.on('error', () => {}) // git may end without having read its input
    git.stdin.end(input)
  })
}
