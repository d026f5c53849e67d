import { createStore, type StoreApi } from 'zustand/vanilla'

import type { RunnerApi } from '../../main/contract/api.ts'
import type { ApiError } from '../../main/contract/table.ts'
import type { Connection } from './connection.ts'

/** What a stream over state has said so far. */
export type Watched<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: ApiError }

export type WatchedStore<T> = StoreApi<Watched<T>>

/**
 * Folds a stream into a store until the signal aborts.
 * @param fold makes the next value of the one before, which is undefined at first, and an item.
 */
export function watchInto<Item, T>(
  connection: Connection,
  watch: (api: RunnerApi, signal: AbortSignal) => AsyncIterable<Item>,
  fold: (before: T | undefined, item: Item) => T,
  signal: AbortSignal,
): WatchedStore<T> {
  const store = createStore<Watched<T>>(() => ({ kind: 'loading' }))
  const put = (item: Item) => {
    const before = store.getState()
    store.setState(
      { kind: 'ready', value: fold(before.kind === 'ready' ? before.value : undefined, item) },
      true,
    )
  }
  connection.follow(watch, put, signal).catch((error: ApiError) => {
    if (!signal.aborted) store.setState({ kind: 'failed', error }, true)
  })
  return store
}
