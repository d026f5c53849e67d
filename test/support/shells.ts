import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The shells an image may have: what a stage's text must mean the same to. */
export const shells = {
  bash: ['bash'],
  dash: ['dash'],
  'busybox sh': ['busybox', 'sh'],
} as const

export type ShellName = keyof typeof shells
export const shellNames = Object.keys(shells) as readonly ShellName[]

export interface ShellResult {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Feeds a text to a shell's stdin, as the Docker executor does. */
export async function runInShell(
  shell: ShellName,
  text: string,
  { cwd, env = {} }: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<ShellResult> {
  const [program, ...args] = shells[shell]
  const child = spawn(program, args, { cwd, env: { PATH: process.env['PATH'], ...env } })
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  // A shell that ends early leaves the rest unread.
  child.stdin.on('error', () => {})
  child.stdin.end(text)
  const { promise, resolve, reject } = Promise.withResolvers<number | null>()
  child.once('error', reject)
  child.once('close', resolve)
  const exitCode = await promise
  return { exitCode, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }
}

/** A directory that is gone when its scope ends. */
export async function temporaryDirectory() {
  const path = await mkdtemp(join(tmpdir(), 'drydock-test-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}
