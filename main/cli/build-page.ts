import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { assetsDirectory } from './assets-directory.ts'
import { packageRoot } from './package-root.ts'
import { runProgram } from './run-program.ts'

/** Builds the page where a checkout has not built it yet; a package brings it along. */
export async function buildPage(say: (line: string) => void): Promise<void> {
  const root = packageRoot()
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  if (existsSync(join(assetsDirectory(), 'index.html')) || !existsSync(vite)) return
  say('Building the page, once …')
  const code = await runProgram(process.execPath, [vite, 'build', '--logLevel', 'error'], {
    cwd: root,
    quiet: true,
  })
  if (code !== 0) say('The page could not be built; "npm run build" says why.')
}
