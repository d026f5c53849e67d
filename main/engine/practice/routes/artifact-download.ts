import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'

import { anyone, readableJob } from '../auth.ts'
import type { JobRecord } from '../records.ts'
import { notFound, Refusal } from '../refusal.ts'
import { row, type Call, type Reply } from '../route.ts'

/** Archives on their way back (coordinator-api.md §12). */
export const artifactDownloadRoutes = [
  row('GET', '/api/v4/jobs/:id/artifacts', readableJob, download),
  row('GET', '/object-storage/:key/:name', anyone, fetchObject),
]

function download(call: Call, job: JobRecord): Reply {
  const direct = call.url.searchParams.get('direct_download') === 'true'
  call.about.detail = { kind: 'artifact-download', direct }
  const archive = job.artifacts.find(({ type }) => type === 'archive')
  if (!archive) throw notFound()
  if (!direct) {
    return {
      status: 200,
      headers: {
        'content-type': 'application/octet-stream',
        'content-length': String(archive.size),
        'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(archive.filename)}`,
      },
      body: createReadStream(archive.file),
    }
  }
  const key = randomUUID()
  call.gitlab.objectStorage.set(key, archive.file)
  const location = `${call.gitlab.address.url}/object-storage/${key}/${encodeURIComponent(archive.filename)}`
  return { status: 302, headers: { location } }
}

/** A file by its secret address, as an object storage serves it: whole, or one range of it. */
async function fetchObject({ gitlab, params, request }: Call): Promise<Reply> {
  const file = gitlab.objectStorage.get(params['key'] ?? '')
  if (!file) throw new Refusal(403, accessDenied, { 'content-type': 'application/xml' })
  const { size } = await stat(file)
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? []
  const headers = { 'content-type': 'application/octet-stream', 'accept-ranges': 'bytes' }
  if (from === undefined) {
    return {
      status: 200,
      headers: { ...headers, 'content-length': String(size) },
      body: createReadStream(file),
    }
  }
  const start = Number(from)
  if (start >= size) throw new Refusal(416, '', { 'content-range': `bytes */${size}` })
  const end = to ? Math.min(Number(to), size - 1) : size - 1
  return {
    status: 206,
    headers: {
      ...headers,
      'content-range': `bytes ${start}-${end}/${size}`,
      'content-length': String(end - start + 1),
    },
    body: createReadStream(file, { start, end }),
  }
}

const accessDenied =
  '<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code><Message>Access Denied.</Message></Error>'
