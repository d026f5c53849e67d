import { STATUS_CODES } from 'node:http'

import { Readable } from 'node:stream'

import { describeRefusal } from './answer.ts'
import type { DownloadAnswer, ReadPiece } from './artifact-port.ts'
import type { HttpResponse, Transport } from './http.ts'
import { NoAnswer, noAnswer } from './network-problem.ts'
import type { JobHandle } from './port.ts'

export interface DownloadOptions {
  readonly from: 'storage' | 'gitlab'
  /** Milliseconds that the content may stand still. */
  readonly stallTimeout: number
}

/** Asks for a job's artifacts, following GitLab to its object storage where allowed (coordinator-api.md §12). */
export async function downloadArtifact(
  transport: Transport,
  job: JobHandle,
  { from, stallTimeout }: DownloadOptions,
  signal: AbortSignal,
): Promise<DownloadAnswer> {
  try {
    const response = await transport.send(
      {
        method: 'GET',
        path: `jobs/${job.id}/artifacts`,
        ...(from === 'storage' && { query: { direct_download: 'true' } }),
        token: { header: 'Job-Token', value: job.token },
        stallTimeout,
      },
      signal,
    )
    const status = `${response.status} ${STATUS_CODES[response.status] ?? ''}`.trim()
    const answered = { status, correlationId: response.requestId }
    if (response.status === 200) {
      const host = new URL(response.url).host
      const length = Number(response.header('content-length') || 'x')
      return {
        kind: 'content',
        ...answered,
        directFrom: host === transport.host ? undefined : host,
        size: Number.isSafeInteger(length) ? length : undefined,
        content: contentOf(response),
        readPiece: piecesOf(transport, job, response, stallTimeout),
      }
    }
    const problem = await describeRefusal(response)
    if (response.status === 401 || response.status === 403) return { kind: 'forbidden', problem, ...answered }
    return { kind: response.status === 404 ? 'not-found' : 'refused', problem, ...answered }
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof NoAnswer) return { kind: 'no-answer', problem: error.message }
    throw error
  }
}

/** The body, whose failures name the host. */
function contentOf({ body, address }: HttpResponse): Readable {
  async function* read(): AsyncGenerator<Uint8Array> {
    try {
      yield* body as AsyncIterable<Uint8Array>
    } catch (error) {
      throw noAnswer(error, address.host)
    }
  }
  const content = Readable.from(read(), { objectMode: false })
  // One that nobody has begun to read would not reach the connection otherwise.
  return content.once('close', () => body.destroy())
}

/** Without a strong mark of the content, pieces of two contents could be put together. */
function piecesOf(
  transport: Transport,
  job: JobHandle,
  whole: HttpResponse,
  stallTimeout: number,
): ReadPiece | undefined {
  const mark = whole.header('etag') ?? ''
  const length = Number(whole.header('content-length') || 'x')
  if (whole.header('accept-ranges') !== 'bytes' || !mark.startsWith('"') || !Number.isSafeInteger(length)) {
    return undefined
  }
  return async (from, to, signal) => {
    const response = await transport.send(
      {
        method: 'GET',
        path: `jobs/${job.id}/artifacts`,
        address: whole.address,
        token: { header: 'Job-Token', value: job.token },
        headers: { Range: `bytes=${from}-${to}`, 'If-Match': mark },
        stallTimeout,
      },
      signal,
    )
    if (response.status === 206 && response.header('content-range') === `bytes ${from}-${to}/${length}`) {
      return contentOf(response)
    }
    await response.discard()
    throw new NoAnswer(`${response.url} does not hand out pieces: ${response.status}`)
  }
}
