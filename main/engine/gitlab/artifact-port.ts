import type { Readable } from 'node:stream'

import type { JobHandle } from './port.ts'

export interface ArtifactUpload {
  /** Such as `archive` or `junit`; empty where GitLab did not say. */
  readonly type: string
  readonly format: string
  readonly expireIn: string
  readonly filename: string
  /** Makes the archive, anew for every attempt. */
  readonly content: () => AsyncIterable<Uint8Array>
  /** Scheme and host that an earlier answer pointed to. */
  readonly origin?: string
}

interface Answered {
  /** As the log shows it, such as `201 Created`. */
  readonly status: string
  readonly correlationId: string
}

/** What GitLab says to an artifact. HTTP statuses end behind this type. */
export type UploadAnswer =
  | (Answered & { readonly kind: 'stored' })
  /** Go on at another scheme and host. */
  | (Answered & { readonly kind: 'moved'; readonly origin: string })
  | (Answered & {
      readonly kind: 'forbidden' | 'too-large' | 'unavailable' | 'refused'
      readonly problem: string
    })
  /** No answer came. */
  | { readonly kind: 'no-answer'; readonly problem: string }

/** Rejects when the server does not answer with exactly these bytes, or the content is another one by now. */
export type ReadPiece = (from: number, to: number, signal: AbortSignal) => Promise<Readable>

/** What GitLab says when asked for a job's artifacts. */
export type DownloadAnswer =
  | (Answered & {
      readonly kind: 'content'
      /** Host of the object storage it comes from, where that is not GitLab itself. */
      readonly directFrom: string | undefined
      /** Bytes; `undefined` where the server did not say. */
      readonly size: number | undefined
      /** To be read to its end or destroyed. */
      readonly content: Readable
      /** Reads bytes `from` to `to`, both included, of the same content, where the server hands out pieces. */
      readonly readPiece: ReadPiece | undefined
    })
  | (Answered & { readonly kind: 'forbidden' | 'not-found' | 'refused'; readonly problem: string })
  | { readonly kind: 'no-answer'; readonly problem: string }

/** A job's artifacts on GitLab. Calls reject when `signal` aborts, and with what `content` threw. */
export interface ArtifactGateway {
  upload(job: JobHandle, artifact: ArtifactUpload, signal: AbortSignal): Promise<UploadAnswer>
  /** @param from `storage` allows GitLab to point to its object storage; `gitlab` makes it hand the bytes through. */
  download(job: JobHandle, from: 'storage' | 'gitlab', signal: AbortSignal): Promise<DownloadAnswer>
}
