import { randomBytes } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import { Readable } from 'node:stream'

import { describeRefusal } from './answer.ts'
import type { ArtifactUpload, UploadAnswer } from './artifact-port.ts'
import type { HttpResponse, Transport } from './http.ts'
import { NoAnswer } from './network-problem.ts'
import type { JobHandle } from './port.ts'

export interface UploadLimits {
  /** Milliseconds for one attempt. */
  readonly timeout: number
  /** Milliseconds until the response's headers, counted from the end of the body. */
  readonly headersTimeout: number
}

/** Sends an artifact as it is made, as the one part of a form (coordinator-api.md §11). */
export async function uploadArtifact(
  transport: Transport,
  job: JobHandle,
  artifact: ArtifactUpload,
  limits: UploadLimits,
  signal: AbortSignal,
): Promise<UploadAnswer> {
  const { type, format, expireIn, origin } = artifact
  const boundary = randomBytes(24).toString('hex')
  const failure: { error?: unknown } = {}
  try {
    const response = await transport.send(
      {
        method: 'POST',
        path: `jobs/${job.id}/artifacts`,
        query: { expire_in: expireIn, artifact_format: format, artifact_type: type },
        token: { header: 'Job-Token', value: job.token },
        headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` },
        body: () =>
          Readable.from(formOf(artifact, boundary, failure), { objectMode: false, highWaterMark: 1 }),
        ...limits,
        ...(origin !== undefined && { origin }),
      },
      signal,
    )
    return await answerOf(response)
  } catch (error) {
    signal.throwIfAborted()
    if (failure.error !== undefined) throw failure.error
    if (error instanceof NoAnswer) return { kind: 'no-answer', problem: error.message }
    throw error
  }
}

/** The form's bytes. What the archive's maker threw is kept in `failure`: the transport knows broken bodies only. */
async function* formOf(
  { filename, content }: ArtifactUpload,
  boundary: string,
  failure: { error?: unknown },
): AsyncGenerator<Uint8Array> {
  delete failure.error
  const shownName = filename
    .replaceAll('\\', '\\\\')
    .replace(/["\r\n]/g, (char) => (char === '"' ? '\\"' : '_'))
  yield Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${shownName}"\r\n` +
      'Content-Type: application/octet-stream\r\n\r\n',
  )
  try {
    yield* content()
  } catch (error) {
    failure.error = error
    throw error
  }
  yield Buffer.from(`\r\n--${boundary}--\r\n`)
}

async function answerOf(response: HttpResponse): Promise<UploadAnswer> {
  const status = `${response.status} ${STATUS_CODES[response.status] ?? ''}`.trim()
  const answered = { status, correlationId: response.requestId }
  if (response.status === 201) {
    await response.discard()
    return { kind: 'stored', ...answered }
  }
  const location = response.header('location')
  if (response.status === 307 && location !== undefined && URL.canParse(location, response.url)) {
    await response.discard()
    return { kind: 'moved', origin: new URL(location, response.url).origin, ...answered }
  }
  const problem = await describeRefusal(response)
  switch (response.status) {
    case 403:
      return { kind: 'forbidden', problem, ...answered }
    case 413:
      return { kind: 'too-large', problem, ...answered }
    case 503:
      return { kind: 'unavailable', problem, ...answered }
    default:
      return { kind: 'refused', problem, ...answered }
  }
}
