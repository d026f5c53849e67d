import { useStore } from 'zustand'

import type { Watched, WatchedStore } from '../state/watched.ts'

/** A watched store as a component draws it. */
export function useWatched<T>(store: WatchedStore<T>): Watched<T> {
  return useStore(store)
}

/** Its value, or undefined while there is none. */
export function useReady<T>(store: WatchedStore<T>): T | undefined {
  return useStore(store, (watched) => (watched.kind === 'ready' ? watched.value : undefined))
}
