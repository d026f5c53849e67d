import type { Clock } from '../../clock.ts'
import { referenceOf, type Toolchain } from '../toolchain.ts'
import type { FingerprintStore, Look } from './fingerprint-store.ts'

// A changed file is noticed within a minute; jobs that begin one after another do not each look through the tree.
const looksHoldMs = 60_000

/** Looks at toolchains for jobs that begin. */
export interface RecentLooks {
  /** The latest look, unless it is too old or found something wrong that may have been mended since. */
  at(toolchain: Toolchain): Promise<Look>
}

export function createRecentLooks(fingerprints: FingerprintStore, clock: Clock): RecentLooks {
  const looks = new Map<string, { readonly at: number; readonly look: Promise<Look> }>()
  return {
    at: (toolchain) => {
      const key = `${referenceOf(toolchain)} ${toolchain.folder}`
      const last = looks.get(key)
      if (last !== undefined && clock.now() - last.at < looksHoldMs) return last.look
      const look = fingerprints.look(toolchain)
      looks.set(key, { at: clock.now(), look })
      look.then(
        ({ kind }) => kind === 'drifted' && looks.delete(key),
        () => looks.delete(key),
      )
      return look
    },
  }
}
