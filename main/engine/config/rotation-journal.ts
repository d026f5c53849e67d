import { createHash } from 'node:crypto'
import { readdir, readFile, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

import { z } from 'zod'

import { replaceFile } from './replace-file.ts'

const entrySchema = z.object({
  url: z.string(),
  oldToken: z.string(),
  newToken: z.string(),
  /** RFC 3339, as are the others. */
  obtainedAt: z.iso.datetime().transform((text) => new Date(text)),
  expiresAt: z.iso
    .datetime()
    .transform((text) => new Date(text))
    .optional(),
  oldObtainedAt: z.iso
    .datetime()
    .transform((text) => new Date(text))
    .optional(),
  oldExpiresAt: z.iso
    .datetime()
    .transform((text) => new Date(text))
    .optional(),
})

/** A token GitLab has replaced, until the new one is in the file and known to work. */
export type PendingRotation = z.output<typeof entrySchema>

/**
 * Both tokens of every rotation under way, one file of mode 0600 each, beside the configuration. The old token is
 * worthless once GitLab has answered, so the new one must be on the disk before anything else happens.
 */
export interface RotationJournal {
  /** Resolves when the entry is synced to the disk. */
  write(entry: PendingRotation): Promise<void>
  remove(entry: PendingRotation): Promise<void>
  /** What a crash left. A file that cannot be read is left alone and not reported: it held no whole entry. */
  pending(): Promise<readonly PendingRotation[]>
}

export function rotationJournal(configFile: string): RotationJournal {
  const directory = dirname(configFile)
  const prefix = `.${basename(configFile)}.rotation-`
  const fileOf = ({ url, oldToken }: PendingRotation) => {
    const name = createHash('sha256').update(`${url}\n${oldToken}`).digest('hex').slice(0, 12)
    return join(directory, `${prefix}${name}.json`)
  }
  return {
    write: (entry) => replaceFile(fileOf(entry), JSON.stringify(entry)),
    remove: (entry) => rm(fileOf(entry), { force: true }),
    async pending() {
      const names = await readdir(directory).catch(() => [] as string[])
      const files = names.filter((name) => name.startsWith(prefix) && name.endsWith('.json')).sort()
      const entries = await Promise.all(files.map((name) => readEntry(join(directory, name))))
      return entries.filter((entry) => entry !== undefined)
    },
  }
}

async function readEntry(file: string): Promise<PendingRotation | undefined> {
  try {
    return entrySchema.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch {
    return undefined
  }
}
