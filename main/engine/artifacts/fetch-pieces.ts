import { open, type FileHandle } from 'node:fs/promises'
import type { Readable } from 'node:stream'

import type { Clock } from '../clock.ts'

const tries = 3
const retryDelay = 1000

export interface PiecesOptions {
  /** Bytes in all. */
  readonly size: number
  /** Reads bytes `from` to `to`, both included. */
  readonly read: (from: number, to: number, signal: AbortSignal) => Promise<Readable>
  /** Bytes of one piece. */
  readonly chunkSize: number
  /** Pieces fetched at once. */
  readonly concurrency: number
  readonly signal: AbortSignal
  readonly clock: Pick<Clock, 'sleep'>
  /** Whether the file has to be on the disk in the end, whatever happens to the machine. */
  readonly flush: boolean
  /** Whether trying once more is of no use. */
  readonly isFinal: (error: unknown) => boolean
  /** Told of every piece of bytes that has arrived. */
  readonly onBytes?: ((count: number) => void) | undefined
}

/** Fetches something into a file, several pieces at once. A piece that breaks off goes on where it broke. */
export async function fetchPieces(path: string, options: PiecesOptions): Promise<void> {
  const { size, chunkSize, concurrency } = options
  const gaveUp = new AbortController()
  const signal = AbortSignal.any([options.signal, gaveUp.signal])
  const file = await open(path, 'w', 0o600)
  let next = 0
  const worker = async () => {
    while (next < size) {
      const from = next
      next += chunkSize
      await fetchPiece(file, from, Math.min(from + chunkSize, size), { ...options, signal })
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
    if (options.flush) await file.sync()
  } finally {
    await file.close()
  }
}

async function fetchPiece(
  file: FileHandle,
  start: number,
  end: number,
  { read, signal, clock, isFinal, onBytes }: PiecesOptions,
): Promise<void> {
  let at = start
  for (let tried = 1; at < end; tried += 1) {
    try {
      const content = await read(at, end - 1, signal)
      for await (const chunk of content as AsyncIterable<Uint8Array>) {
        if (at + chunk.length > end) throw new Error('the server sent more than it was asked for')
        await file.write(chunk, 0, chunk.length, at)
        at += chunk.length
        onBytes?.(chunk.length)
      }
      if (at < end) throw new Error('the content broke off')
    } catch (error) {
      signal.throwIfAborted()
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOSPC' || tried >= tries || isFinal(error)) throw error
      await clock.sleep(retryDelay, signal)
    }
  }
}
