import { fetchPieces } from '../artifacts/fetch-pieces.ts'
import type { Clock } from '../clock.ts'
import { RemoteProblem, type RemoteObject, type RemoteStore } from './remote-store.ts'

export interface FetchOptions {
  readonly store: RemoteStore
  readonly name: string
  readonly seen: RemoteObject
  /** Bytes of one piece. */
  readonly chunkSize: number
  /** Pieces fetched at once. */
  readonly concurrency: number
  readonly signal: AbortSignal
  readonly clock: Pick<Clock, 'sleep'>
  /** Told of every piece of bytes that has arrived. */
  readonly onBytes?: (count: number) => void
}

/**
 * Fetches an object into a file, several pieces at once.
 * @throws RemoteProblem when the store gives up, or the object was replaced meanwhile.
 */
export async function fetchObject(path: string, options: FetchOptions): Promise<void> {
  const { store, name, seen } = options
  await fetchPieces(path, {
    ...options,
    size: seen.size,
    flush: true,
    read: (from, to, signal) => store.read(name, seen, from, to, signal),
    isFinal: (error) => error instanceof RemoteProblem && !error.isPassing,
  })
}
