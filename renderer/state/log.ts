import { createStore, type StoreApi } from 'zustand/vanilla'

import type { ApiError } from '../../main/contract/table.ts'
import type { LogDocument } from '../log/log-document.ts'
import type { Connection } from './connection.ts'

export interface LogState {
  /** Grows in place; `version` tells when. */
  readonly document: LogDocument
  readonly version: number
  /** No byte will follow. */
  readonly ended: boolean
  readonly error: ApiError | undefined
}

export type LogStore = StoreApi<LogState>

/** Reads a job's log into the document from wherever it has come to, through lost connections. */
export function createLogStore(
  connection: Connection,
  id: number,
  document: LogDocument,
  signal: AbortSignal,
): LogStore {
  const store = createStore<LogState>(() => ({ document, version: 0, ended: false, error: undefined }))
  let offset = 0
  connection
    .follow(
      (api, stop) => api.watchLog({ id, offset }, stop),
      (chunk) => {
        offset = chunk.nextOffset
        document.append(chunk.text)
        if (chunk.ended) document.end()
        store.setState(({ version }) => ({ version: version + 1, ended: chunk.ended }))
      },
      signal,
    )
    .catch((error: ApiError) => {
      if (!signal.aborted) store.setState({ error })
    })
  return store
}
