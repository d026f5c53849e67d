import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { _electron, type ElectronApplication } from 'playwright-core'

import { electronProgram } from '../../main/cli/electron-program.ts'
import { stageInstallation } from '../packaging/stage.ts'

const program = process.env['DRYDOCK_TEST_ELECTRON'] ?? electronProgram()
const hasDisplay = process.env['DISPLAY'] !== undefined || existsSync('/usr/bin/Xvfb')

/** Why Electron cannot be started here; undefined where it can. */
export const electronMissing =
  program === undefined
    ? "Electron's program was not downloaded"
    : hasDisplay
      ? undefined
      : 'there is no display, and no Xvfb'

export interface Installation extends AsyncDisposable {
  /** Starts the application, or hands its arguments to the one that runs. */
  start(env: NodeJS.ProcessEnv, args?: readonly string[]): Promise<ElectronApplication>
  /** Starts it a second time; resolves with its exit code. */
  startAgain(env: NodeJS.ProcessEnv, args?: readonly string[]): Promise<number | null>
}

/** The application of the present sources in the real Electron, on a screen nobody sees. */
export async function installForElectron(): Promise<Installation> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'drydock-electron-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  await stageInstallation(folder)
  const { display } = stack.use(await aDisplay())
  const executablePath = program ?? ''
  // Tests may run as root, whose processes have no sandbox.
  const given = (args: readonly string[]) => ['--no-sandbox', folder, ...args]
  const within = (env: NodeJS.ProcessEnv) => ({
    PATH: process.env['PATH'] ?? '',
    DISPLAY: display,
    ...(env as Record<string, string>),
  })
  const whole = stack.move()
  return {
    start: (env, args = []) => _electron.launch({ executablePath, args: given(args), env: within(env) }),
    startAgain: (env, args = []) =>
      new Promise((resolve, reject) => {
        const child = spawn(executablePath, given(args), { env: within(env), stdio: 'ignore' })
        child.on('exit', resolve)
        child.on('error', reject)
      }),
    [Symbol.asyncDispose]: () => whole.disposeAsync(),
  }
}

async function aDisplay(): Promise<AsyncDisposable & { readonly display: string }> {
  const known = process.env['DISPLAY']
  if (known !== undefined) return { display: known, [Symbol.asyncDispose]: async () => {} }
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const number = await new Promise<string>((resolve, reject) => {
    server.on('error', reject)
    server.stdio[3]?.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()))
  })
  return {
    display: `:${number}`,
    async [Symbol.asyncDispose]() {
      const gone = new Promise((resolve) => server.on('exit', resolve))
      server.kill()
      await gone
    },
  }
}
