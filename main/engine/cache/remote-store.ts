import type { Readable } from 'node:stream'

export interface RemoteObject {
  /** Bytes. */
  readonly size: number
  /** Changes with the content. */
  readonly etag: string
}

export interface RemoteUpload {
  /** A file on this machine. */
  readonly path: string
  readonly size: number
  /** The cache's key as people see it, kept beside the object. */
  readonly cachekey: string
  /** Told how many bytes are on their way or there. */
  readonly onSent?: (bytes: number) => void
}

/**
 * A bucket that machines share their caches in. Objects are `cache.zip` archives, as gitlab-runner's are. Calls throw
 * RemoteProblem, or with `signal.reason` when the signal aborts.
 */
export interface RemoteStore extends Disposable {
  /** An address for the log, without credentials. */
  addressOf(name: string): string
  /** Whether a missing object lets the copy of this machine be used (job-execution.md §10.7). */
  readonly missingIsLocal: boolean
  /** What is known of an object; `undefined` where there is none. */
  look(name: string, signal: AbortSignal): Promise<RemoteObject | undefined>
  /** Bytes `from` to `to`, both included, of the object as it was seen; fails when it was replaced since. */
  read(name: string, seen: RemoteObject, from: number, to: number, signal: AbortSignal): Promise<Readable>
  write(name: string, upload: RemoteUpload, signal: AbortSignal): Promise<void>
}

/** A store did not do what was asked of it. The message says why in its words. */
export class RemoteProblem extends Error {
  override readonly name = 'RemoteProblem'
  /** Whether the same may go well a second later. */
  readonly isPassing: boolean
  constructor(message: string, { isPassing = false, cause }: { isPassing?: boolean; cause?: unknown } = {}) {
    super(message, { cause })
    this.isPassing = isPassing
  }
}

/** Metadata travels in headers, which know ASCII only. */
export const asHeader = (text: string): string =>
  /^[\x20-\x7e]*$/.test(text) ? text : encodeURIComponent(text)

export const contentType = 'application/octet-stream'

/** Bytes of one part of an upload: few enough to be held in memory several times. */
export const partSize = 8 * 1024 * 1024

export const partsAtOnce = 4
