import { open } from 'node:fs/promises'

import type { Clock } from '../clock.ts'
import { RemoteProblem, type RemoteObject, type RemoteStore } from './remote-store.ts'

const tries = 3
const retryDelay = 1000

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
 * Fetches an object into a file, several pieces at once. A piece that breaks off goes on where it broke.
 * @throws RemoteProblem when the store gives up, or the object was replaced meanwhile.
 */
export async function fetchObject(path: string, options: FetchOptions): Promise<void> {
  const { seen, chunkSize, concurrency } = options
  const gaveUp = new AbortController()
  const signal = AbortSignal.any([options.signal, gaveUp.signal])
  const file = await open(path, 'w', 0o600)
  let next = 0
  const worker = async () => {
    while (next < seen.size) {
      const from = next
      next += chunkSize
      await fetchPiece(file, from, Math.min(from + chunkSize, seen.size), { ...options, signal })
    }
  }
  try {
    const workers = Array.from({ length: Math.max(1, concurrency) }, worker)
    try {
      await Promise.all(workers)
    } catch (error) {
      gaveUp.abort(error)
      await Promise.allSettled(workers)
      throw error
    }
    await file.sync()
  } finally {
    await file.close()
  }
}

async function fetchPiece(
  file: Awaited<ReturnType<typeof open>>,
  start: number,
  end: number,
  { store, name, seen, signal, clock, onBytes }: FetchOptions,
): Promise<void> {
  let at = start
  for (let tried = 1; at < end; tried += 1) {
    try {
      const content = await store.read(name, seen, at, end - 1, signal)
      for await (const chunk of content as AsyncIterable<Uint8Array>) {
        if (at + chunk.length > end) throw new RemoteProblem('the store sent more than it was asked for')
        await file.write(chunk, 0, chunk.length, at)
        at += chunk.length
        onBytes?.(chunk.length)
      }
      if (at < end) throw new RemoteProblem('the content broke off', { isPassing: true })
    } catch (error) {
      signal.throwIfAborted()
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOSPC') throw error
      if (tried >= tries || (error instanceof RemoteProblem && !error.isPassing)) throw error
      await clock.sleep(retryDelay, signal)
    }
  }
}
