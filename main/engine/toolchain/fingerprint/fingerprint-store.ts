import { mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { replaceFile } from '../../config/replace-file.ts'
import { referenceOf, type Reference } from '../toolchain.ts'
import { startReadingThreads } from './reading-threads.ts'
import {
  changesBetween,
  takeFingerprint,
  type Change,
  type Fingerprint,
  type FingerprintOptions,
} from './fingerprint.ts'

type Place = Required<Reference> & { readonly folder: string }

/** What a look at a toolchain came to, held against what was recorded. */
export type Look =
  /** Recorded now, for the first time. */
  | { readonly kind: 'recorded'; readonly fingerprint: Fingerprint }
  | { readonly kind: 'unchanged'; readonly fingerprint: Fingerprint }
  | {
      readonly kind: 'drifted'
      readonly fingerprint: Fingerprint
      readonly was: string
      readonly changes: readonly Change[]
    }

/** A fingerprint without its entries, of which there are tens of thousands. */
export type FingerprintSummary = Pick<Fingerprint, 'root' | 'files' | 'bytes'>

/** Fingerprints by toolchain and version. */
export interface FingerprintStore {
  /** What was recorded, in short. Quick however large the toolchain is. */
  summary(reference: Required<Reference>): Promise<FingerprintSummary | undefined>
  /** What was recorded, however old. */
  recorded(reference: Required<Reference>): Promise<Fingerprint | undefined>
  /** Do names, sizes and times say that the folder is what was recorded? Answered in a thread, without its entries. */
  looksSame(place: Place): Promise<boolean>
  /** Looks at the folder; records it if nothing was. A drift is told and not recorded. */
  look(place: Place, options?: FingerprintOptions): Promise<Look>
  /** From now on this content is the right one. */
  accept(reference: Required<Reference>, fingerprint: Fingerprint): Promise<void>
  forget(reference: Required<Reference>): Promise<void>
}

/** @param folder one file per version; made when first written to. */
export function openFingerprintStore(folder: string): FingerprintStore {
  const fileOf = (reference: Required<Reference>) => join(folder, `${referenceOf(reference)}.json`)

  async function recorded(reference: Required<Reference>): Promise<Fingerprint | undefined> {
    try {
      return JSON.parse(await readFile(fileOf(reference), 'utf8')) as Fingerprint
    } catch (error) {
      // A record that cannot be read is as good as none: it is taken again.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined
      throw error
    }
  }

  async function accept(reference: Required<Reference>, fingerprint: Fingerprint): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await replaceFile(fileOf(reference), JSON.stringify(fingerprint))
  }

  return {
    recorded,
    summary: async (reference) => (await readSummary(fileOf(reference))) ?? recorded(reference),
    accept,
    looksSame: async (place) => {
      await using threads = startReadingThreads(1)
      return await threads.looksSame(place.folder, fileOf(place))
    },
    look: async (place, options) => {
      const before = await recorded(place)
      const fingerprint = await takeFingerprint(place.folder, {
        ...options,
        ...(before && { known: before }),
      })
      // Another process may have been the first meanwhile.
      const known = before ?? (await recorded(place))
      if (known !== undefined && known.root !== fingerprint.root)
        return { kind: 'drifted', fingerprint, was: known.root, changes: changesBetween(known, fingerprint) }
      // Times may have moved without the content; the next look is quick again.
      const isFresh = known !== undefined && !hasMoved(known, fingerprint)
      if (!isFresh) await accept(place, fingerprint)
      return { kind: known === undefined ? 'recorded' : 'unchanged', fingerprint }
    },
    forget: (reference) => rm(fileOf(reference), { force: true }),
  }
}

const hasMoved = (before: Fingerprint, after: Fingerprint) =>
  before.entries.some((entry, index) => {
    const now = after.entries[index]
    return now === undefined || now.modified !== entry.modified || now.changed !== entry.changed
  })

const longestSummary = 256

/** A record begins with what is short, so that megabytes of entries need not be read for it. */
async function readSummary(file: string): Promise<FingerprintSummary | undefined> {
  const handle = await open(file).catch(() => undefined)
  if (handle === undefined) return undefined
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(longestSummary), 0, longestSummary, 0)
    const match = /^\{"root":"([0-9a-f]{64})","files":(\d+),"bytes":(\d+),/.exec(
      buffer.toString('latin1', 0, bytesRead),
    )
    return match ? { root: match[1]!, files: Number(match[2]), bytes: Number(match[3]) } : undefined
  } finally {
    await handle.close()
  }
}
