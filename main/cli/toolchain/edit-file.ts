import { readFile } from 'node:fs/promises'

import { replaceFile } from '../../engine/config/replace-file.ts'
import { CommandFailure } from '../command.ts'
import { configFileOf } from '../config-access.ts'
import type { Desk } from './desk.ts'

/** Edits config.toml; also one with errors, which the store would not open: some of them are what is mended. */
export async function editFile({ values, terminal }: Desk, edit: (text: string) => string): Promise<void> {
  const file = configFileOf(values, terminal)
  const read = () =>
    readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return ''
      throw error
    })
  const text = await read()
  const edited = edit(text)
  if (edited === text) return
  if ((await read()) !== text)
    throw new CommandFailure(`${file} was changed meanwhile; run the command again.`)
  await replaceFile(file, edited)
}
