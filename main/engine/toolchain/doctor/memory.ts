import { createHash } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import path from 'node:path'

import { replaceFile } from '../../config/replace-file.ts'

/** The file in a folder of the memory that is about all of `what`. */
export const fileAbout = (memory: string, folder: string, what: readonly unknown[]): string =>
  path.join(memory, folder, `${createHash('sha256').update(JSON.stringify(what)).digest('hex')}.json`)

/** `undefined` where nothing is remembered. */
export async function recall<T>(file: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T
  } catch {
    // What cannot be remembered is found out again.
    return undefined
  }
}

export async function remember(file: string, value: unknown): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
  await replaceFile(file, JSON.stringify(value))
}
