import { readFile } from 'node:fs/promises'

import { z } from 'zod'

import { attach, type Attached } from '../loopback/attach.ts'
import { controlFile } from './control-file.ts'

const control = z.object({ url: z.string() })

export interface FoundEngine extends Attached {
  /** Its page, with the token. Not for logs. */
  readonly url: string
}

/**
 * Speaks to the engine that runs on a data folder.
 * @returns undefined where none answers: none was started, or it ended without a word.
 */
export async function findEngine(dataDir: string): Promise<FoundEngine | undefined> {
  try {
    const { url } = control.parse(JSON.parse(await readFile(controlFile(dataDir), 'utf8')))
    return { url, ...(await attach(url)) }
  } catch {
    return undefined
  }
}
