import type { FingerprintState } from '../../../contract/toolchain.ts'
import { Changes } from '../../changes.ts'
import type { Clock } from '../../clock.ts'
import type { Fingerprint, FingerprintOptions } from '../fingerprint/fingerprint.ts'
import type { FingerprintStore, Look } from '../fingerprint/fingerprint-store.ts'
import { referenceOf, type Reference, type Toolchain } from '../toolchain.ts'

/** Fingerprints that can be looked at while they are taken, whoever asked for them. */
export interface WatchedFingerprints extends FingerprintStore {
  /** What is known of a toolchain; its record is read the first time. */
  state(toolchain: Toolchain): Promise<FingerprintState>
  /** Something has become known. */
  watch(signal: AbortSignal): AsyncIterable<string>
}

// A record holds every file; nobody reads a longer list of changes.
const mostChanges = 200

export function watchFingerprints(store: FingerprintStore, clock: Pick<Clock, 'now'>): WatchedFingerprints {
  const states = new Map<string, FingerprintState>()
  const looking = new Map<string, { readonly look: Promise<Look>; readonly stop: AbortController }>()
  const changes = new Changes<string, string>()

  function put(reference: Required<Reference>, state: FingerprintState): void {
    states.set(referenceOf(reference), state)
    changes.publish('state', referenceOf(reference))
  }

  function look(
    place: Parameters<FingerprintStore['look']>[0],
    options: FingerprintOptions = {},
  ): Promise<Look> {
    const name = referenceOf(place)
    const under = looking.get(name)
    // Reading gigabytes twice at once makes both slower and tells nothing more.
    if (under !== undefined) return under.look
    const before = states.get(name)
    const known = before !== undefined && 'root' in before ? { known: contentOf(before) } : {}
    let shown = -1
    put(place, { state: 'computing', done: 0, total: 0, ...known })
    const stop = new AbortController()
    const look = store.look(place, {
      ...options,
      signal: options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal,
      onProgress: (progress) => {
        options.onProgress?.(progress)
        const percent = Math.floor((progress.done / Math.max(1, progress.total)) * 100)
        if (percent === shown) return
        shown = percent
        put(place, { state: 'computing', ...progress, ...known })
      },
    })
    looking.set(name, { look, stop })
    look
      .then(
        (found) => put(place, stateOf(found, clock.now())),
        (error: unknown) =>
          put(place, { state: 'failed', problem: error instanceof Error ? error.message : String(error) }),
      )
      .finally(() => looking.delete(name))
    return look
  }

  return {
    look,
    looksSame: async (place) => {
      const isSame = await store.looksSame(place)
      const summary = isSame ? await store.summary(place) : undefined
      if (summary !== undefined)
        put(place, { state: 'known', verifiedAt: clock.now(), ...contentOf(summary) })
      return isSame
    },
    summary: (reference) => store.summary(reference),
    recorded: (reference) => store.recorded(reference),
    accept: async (reference, fingerprint) => {
      await store.accept(reference, fingerprint)
      put(reference, { state: 'known', verifiedAt: clock.now(), ...contentOf(fingerprint) })
    },
    forget: async (reference) => {
      const under = looking.get(referenceOf(reference))
      under?.stop.abort()
      // It would record what is to be forgotten.
      await under?.look.catch(() => undefined)
      await store.forget(reference)
      states.delete(referenceOf(reference))
    },
    state: async (toolchain) => {
      const name = referenceOf(toolchain)
      if (!states.has(name)) {
        const recorded = await store.recorded(toolchain)
        // Somebody may have looked meanwhile, and knows better.
        if (!states.has(name))
          states.set(name, recorded ? { state: 'known', ...contentOf(recorded) } : { state: 'none' })
      }
      return states.get(name) ?? { state: 'none' }
    },
    watch: (signal) => changes.watch(signal),
  }
}

const contentOf = ({ root, files, bytes }: Pick<Fingerprint, 'root' | 'files' | 'bytes'>) => ({
  root,
  files,
  bytes,
})

function stateOf(look: Look, now: number): FingerprintState {
  if (look.kind !== 'drifted') return { state: 'known', verifiedAt: now, ...contentOf(look.fingerprint) }
  return {
    state: 'drifted',
    was: look.was,
    noticedAt: now,
    changes: look.changes.slice(0, mostChanges),
    changeCount: look.changes.length,
    ...contentOf(look.fingerprint),
  }
}
