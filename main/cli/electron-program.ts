import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Folder of the package whose `install.js` downloads Electron's program. */
export const electronFolder = () => dirname(createRequire(import.meta.url).resolve('electron/package.json'))

/** Path of Electron's program; undefined where it was not downloaded. */
export function electronProgram(): string | undefined {
  const folder = electronFolder()
  const named = join(folder, 'path.txt')
  const path = existsSync(named) ? join(folder, 'dist', readFileSync(named, 'utf8').trim()) : undefined
  return path !== undefined && existsSync(path) ? path : undefined
}
