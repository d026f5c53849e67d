import { readFile } from 'node:fs/promises'

import { z } from 'zod'

import { attach, type Attached } from '../loopback/attach.ts'
import { controlFile } from './control-file.ts'

const control = z.object({ url: z.string() })

/**
 * Speaks to the engine that runs on a data folder.
 * @returns undefined where none answers: none was started, or it ended without a word.
 */
export async function findEngine(dataDir: string): Promise<Attached | undefined> {
  try {
    return await attach(control.parse(JSON.parse(await readFile(controlFile(dataDir), 'utf8'))).url)
  } catch {
    return undefined
  }
}
