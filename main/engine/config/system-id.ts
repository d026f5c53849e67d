import { createHmac, randomInt } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { say } from '../../contract/sentences/say.ts'
import { followLinks, replaceFile } from './replace-file.ts'

const valid = /^[sr]_[0-9a-zA-Z]{12}$/
// Linux keeps the machine's id in either place.
const machineIdFiles = ['/var/lib/dbus/machine-id', '/etc/machine-id']

export interface SystemIdOptions {
  /** The configuration file; the id stands beside it, one for all its runners. */
  readonly configFile: string
  readonly machineIdFiles?: readonly string[]
  /** Told when the id could not be kept; the one returned is then good for this process only. */
  readonly onWarning: (message: string) => void
}

/**
 * The id under which GitLab knows this machine: `.runner_system_id` beside config.toml, made where it is missing or
 * malformed (config-toml.md §1.1).
 * @throws when the file is there and cannot be read: a new id would make a second runner manager on the server.
 */
export async function readSystemId(options: SystemIdOptions): Promise<string> {
  const file = join(dirname(options.configFile), '.runner_system_id')
  const stored = await readIfThere(file)
  if (stored !== undefined && valid.test(stored.trim())) return stored.trim()

  const id = await makeSystemId(options.machineIdFiles)
  try {
    await replaceFile(await followLinks(file), id)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    options.onWarning(`The system id could not be kept in ${file} (${reason}); it holds for this run only.`)
  }
  return id
}

/** An id from the machine's own, else a random one. Nothing is written. */
export async function makeSystemId(files: readonly string[] = machineIdFiles): Promise<string> {
  for (const file of files) {
    const machine = (await readFile(file, 'utf8').catch(() => '')).trim()
    if (machine === '') continue
    return `s_${createHmac('sha256', machine).update('gitlab-runner').digest('hex').slice(0, 12)}`
  }
  return `r_${Array.from({ length: 12 }, () => letters[randomInt(letters.length)]).join('')}`
}

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (/^(?:ENOENT|ENOTDIR)$/.test((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw new Error(`${say('file-no-access', { file })}.`, { cause: error })
  }
}
