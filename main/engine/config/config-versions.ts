import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'

import { z } from 'zod'

import type { ChangedBy, ConfigChange } from '../../contract/config-changes.ts'
import { Changes } from '../changes.ts'
import type { Clock } from '../clock.ts'
import { changedParts } from './changed-parts.ts'
import { replaceFile } from './replace-file.ts'
import { revisionOf } from './revision.ts'
import { seal, type SealedText } from './sealed-text.ts'

/** The texts a config.toml has had, the latest ones. No secret is in what is kept of them. */
export interface ConfigVersions {
  /** Remembers the text the file has now, unless it is the one that was remembered last. */
  remember(text: string, by: ChangedBy, hasErrors: boolean): Promise<void>
  /** Newest first. */
  list(): Promise<readonly ConfigChange[]>
  /** The text a change made, and the one before it where that is known. */
  read(id: string): Promise<{ readonly before?: SealedText; readonly after: SealedText } | undefined>
  /** Tells of every text that is remembered from now on. */
  watch(signal: AbortSignal): AsyncIterable<unknown>
}

const versionSchema = z.object({
  at: z.int(),
  by: z.enum(['application', 'command-line', 'outside']),
  revision: z.string(),
  parts: z.array(
    z
      .object({
        runner: z.string().optional(),
        key: z.string().optional(),
        what: z.enum(['changed', 'added', 'removed']),
      })
      .transform(({ runner, key, what }) => ({
        ...(runner !== undefined && { runner }),
        ...(key !== undefined && { key }),
        what,
      })),
  ),
  hasErrors: z.boolean(),
  text: z.string(),
})

type Version = z.output<typeof versionSchema> & { readonly id: string }

export const mostVersions = 100

interface VersionPlace {
  /** Of the data folder. */
  readonly root: string
  readonly configFile: string
  readonly clock: Pick<Clock, 'now'>
}

/**
 * One file of mode 0600 per text, so that programs that change config.toml at the same time do not overwrite what the
 * other remembers. Several config.toml may share a data folder.
 */
export function openConfigVersions({ root, configFile, clock }: VersionPlace): ConfigVersions {
  const name = createHash('sha256').update(resolve(configFile)).digest('hex').slice(0, 12)
  const folder = join(root, 'config-changes', name)
  const changes = new Changes<'versions', 'versions'>()

  const ids = async () =>
    (await readdir(folder).catch(() => [] as string[]))
      .flatMap((file) => /^(\d{15}-[\da-f]{16})\.json$/.exec(file)?.[1] ?? [])
      .sort()
  const fileOf = (id: string) => join(folder, `${id}.json`)
  const readVersion = async (id: string): Promise<readonly Version[]> => {
    try {
      return [{ id, ...versionSchema.parse(JSON.parse(await readFile(fileOf(id), 'utf8'))) }]
    } catch {
      // Half-written before a crash, or gone meanwhile.
      return []
    }
  }

  return {
    async remember(text, by, hasErrors) {
      const known = await ids()
      const revision = revisionOf(text)
      if (known.at(-1)?.endsWith(`-${revision}`)) {
        // Another program may have remembered it, of which nobody here has heard.
        changes.publish('versions', 'versions')
        return
      }
      const sealed = seal(text)
      const [last] = known.length === 0 ? [] : await readVersion(known.at(-1) ?? '')
      // Two changes within a millisecond, or a clock set back, must not change places.
      const at = Math.max(clock.now(), (last?.at ?? -1) + 1)
      const version = {
        at,
        by,
        revision,
        parts: last === undefined ? [] : changedParts(last.text, sealed),
        hasErrors,
        text: sealed,
      }
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await replaceFile(fileOf(`${String(at).padStart(15, '0')}-${revision}`), JSON.stringify(version))
      for (const id of known.slice(0, -(mostVersions - 1))) await rm(fileOf(id), { force: true })
      changes.publish('versions', 'versions')
    },
    async list() {
      const versions = (await Promise.all((await ids()).map(readVersion))).flat()
      return versions
        .toReversed()
        .map(({ text: _, hasErrors, ...change }) => ({ ...change, ...(hasErrors && { hasErrors }) }))
    },
    async read(id) {
      const known = await ids()
      const index = known.indexOf(id)
      if (index < 0) return undefined
      const [after] = await readVersion(id)
      const [before] = index === 0 ? [] : await readVersion(known[index - 1] ?? '')
      return after && { after: after.text, ...(before && { before: before.text }) }
    },
    watch: (signal) => changes.watch(signal),
  }
}
