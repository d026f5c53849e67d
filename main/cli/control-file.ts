import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where other processes of this user read how to reach the engine of a data folder. */
export const controlFile = (dataDir: string) => join(dataDir, 'control.json')

/** Announces a running engine. The address holds the token, so the file is its owner's alone. */
export function announceEngine(dataDir: string, url: string): Disposable {
  const file = controlFile(dataDir)
  writeFileSync(file, JSON.stringify({ pid: process.pid, url }), { mode: 0o600 })
  return { [Symbol.dispose]: () => rmSync(file, { force: true }) }
}
