import type { Clock } from '../../clock.ts'
import { referenceOf, type Toolchain } from '../toolchain.ts'
import type { Change } from './fingerprint.ts'
import type { FingerprintStore } from './fingerprint-store.ts'

// A changed file is noticed within a minute; jobs that begin one after another do not each look through the tree.
const looksHoldMs = 60_000

/** What a toolchain is now, held against what was recorded. */
export interface RecentLook {
  readonly root: string
  /** Empty where it is what it was. */
  readonly changes: readonly Change[]
}

/** Looks at toolchains for jobs that begin. */
export interface RecentLooks {
  /** The latest look, unless it is too old or found something wrong that may have been mended since. */
  at(toolchain: Toolchain): Promise<RecentLook>
}

export function createRecentLooks(fingerprints: FingerprintStore, clock: Clock): RecentLooks {
  const looks = new Map<string, { readonly at: number; readonly look: Promise<RecentLook> }>()

  async function look(toolchain: Toolchain): Promise<RecentLook> {
    const recorded = await fingerprints.summary(toolchain)
    if (recorded !== undefined && (await fingerprints.looksSame(toolchain)))
      return { root: recorded.root, changes: [] }
    const found = await fingerprints.look(toolchain)
    return { root: found.fingerprint.root, changes: found.kind === 'drifted' ? found.changes : [] }
  }

  return {
    at: (toolchain) => {
      const key = `${referenceOf(toolchain)} ${toolchain.folder}`
      const last = looks.get(key)
      if (last !== undefined && clock.now() - last.at < looksHoldMs) return last.look
      const fresh = look(toolchain)
      looks.set(key, { at: clock.now(), look: fresh })
      fresh.then(
        ({ changes }) => changes.length > 0 && looks.delete(key),
        () => looks.delete(key),
      )
      return fresh
    },
  }
}
