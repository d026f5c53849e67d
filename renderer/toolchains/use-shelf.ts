import { useEffect, useState } from 'react'

import type { ToolchainShelf } from '../../main/contract/toolchain.ts'
import type { Connection } from '../state/connection.ts'
import { watchInto, type WatchedStore } from '../state/watched.ts'

/** The library of toolchains, followed for as long as a page shows it. */
export function useShelf(connection: Connection): WatchedStore<ToolchainShelf> {
  const [{ store, left }] = useState(() => {
    const left = new AbortController()
    const store = watchInto<ToolchainShelf, ToolchainShelf>(
      connection,
      (api, signal) => api.watchToolchains(undefined, signal),
      (_, next) => next,
      left.signal,
    )
    return { store, left }
  })
  useEffect(() => () => left.abort(), [left])
  return store
}
