/** `npm start`: the desktop application, or the same application in the browser. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { electronFolder, electronProgram } from './electron-program.ts'
import { runProgram } from './run-program.ts'

const root = join(import.meta.dirname, '../..')

/** Path of Electron's program; downloads it once where that is possible. */
async function findElectron(): Promise<string | undefined> {
  if (electronProgram() === undefined)
    await runProgram(process.execPath, [join(electronFolder(), 'install.js')], {
      quiet: true,
      timeoutMs: 120_000,
    })
  return electronProgram()
}

const built = ['dist/renderer/index.html', 'dist/preload/preload.cjs', 'dist/desktop/main.js']
if (!built.every((file) => existsSync(join(root, file))))
  await runProgram('npm', ['run', '--silent', 'build'], { cwd: root })
const electron = process.env['DRYDOCK_NO_ELECTRON'] === undefined ? await findElectron() : undefined
if (electron === undefined)
  console.log(
    "Electron's program is not here and cannot be downloaded: Drydock opens in the browser instead.",
  )

const [program, args] =
  electron === undefined
    ? [process.execPath, [join(import.meta.dirname, 'index.ts'), 'serve', '--open', ...process.argv.slice(2)]]
    : [electron, [root, ...process.argv.slice(2)]]
const child = spawn(program, args, { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM', 'SIGQUIT'] as const) process.on(signal, () => child.kill(signal))
child.on('exit', (code) => process.exit(code ?? 1))
