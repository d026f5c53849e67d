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

const drawnEvery = 100

/** Reads a job's log into the document from wherever it has come to, through lost connections. */
export function createLogStore(
  connection: Connection,
  id: number,
  document: LogDocument,
  signal: AbortSignal,
  drawn: () => Promise<void> = nextFrame,
): LogStore {
  const store = createStore<LogState>(() => ({ document, version: 0, ended: false, error: undefined }))
  let offset = 0
  let ended = false
  let toldAt = -Infinity
  let telling: ReturnType<typeof setTimeout> | undefined
  const tell = () => {
    telling = undefined
    toldAt = performance.now()
    store.setState(({ version }) => ({ version: version + 1, ended }))
  }
  signal.addEventListener('abort', () => clearTimeout(telling), { once: true })
  connection
    .follow(
      (api, stop) => api.watchLog({ id, offset }, stop),
      (chunk): void | Promise<void> => {
        offset = chunk.nextOffset
        document.append(chunk.text)
        if (chunk.ended) document.end()
        ;({ ended } = chunk)
        if (toldAt === -Infinity) {
          // The first lines are on the screen before the rest is read.
          tell()
          return drawn()
        }
        // A flood is drawn a few times a second, not with every chunk.
        telling ??= setTimeout(tell, Math.max(0, toldAt + drawnEvery - performance.now()))
      },
      signal,
    )
    .catch((error: ApiError) => {
      if (!signal.aborted) store.setState({ error })
    })
  return store
}

/** After the next frame is drawn, or soon where nothing is drawn because nobody looks. */
const nextFrame = () =>
  new Promise<void>((resolve) => {
    const soon = setTimeout(resolve, 100)
    requestAnimationFrame(() => {
      clearTimeout(soon)
      setTimeout(resolve)
    })
  })
