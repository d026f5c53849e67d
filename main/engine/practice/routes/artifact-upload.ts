import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'

import { Busboy } from '@fastify/busboy'
import { z } from 'zod'

import { notProcessing, runningJob } from '../auth.ts'
import { reportTypes } from '../pipeline/report-types.ts'
import { isOnRunner, type JobRecord, type StoredArtifact } from '../records.ts'
import { badParameter, Refusal } from '../refusal.ts'
import { checkParams, row, type Call, type Reply } from '../route.ts'

const query = z.object({
  artifact_type: z.enum(['archive', 'metadata', 'trace', ...Object.keys(reportTypes)]).default('archive'),
  artifact_format: z.enum(['zip', 'gzip', 'raw', 'zipzstd', 'tarzstd']).default('zip'),
  expire_in: z.string().optional(),
})

/** Artifacts on their way to the server (coordinator-api.md §11). */
export const artifactUploadRoutes = [row('POST', '/api/v4/jobs/:id/artifacts', runningJob, upload)]

async function upload(call: Call, job: JobRecord): Promise<Reply> {
  const { gitlab } = call
  const {
    artifact_type: type,
    artifact_format: format,
    expire_in: expireIn,
  } = checkParams(query, Object.fromEntries(call.url.searchParams))
  call.about.detail = { kind: 'artifact-upload', type, format, bytes: 0 }
  const expected = type === 'archive' ? ['zip', 'zipzstd', 'tarzstd'] : [reportTypes[type]?.format ?? 'raw']
  if (!expected.includes(format)) {
    throw new Refusal(400, { message: `Invalid file format with specified file type: ${format} for ${type}` })
  }

  const folder = join(gitlab.directory, 'artifacts', String(job.id))
  await mkdir(folder, { recursive: true })
  const incoming = join(folder, `incoming-${randomUUID()}`)
  try {
    const part = await receive(call, incoming)
    call.about.detail = { kind: 'artifact-upload', type, format, bytes: part.size }
    // Large uploads outlive their jobs: the server looks again before it keeps one.
    if (!isOnRunner(job)) throw notProcessing(job)
    const earlier = job.artifacts.find((artifact) => artifact.type === type)
    if (earlier && earlier.sha256 !== part.sha256) {
      throw new Refusal(400, { message: 'another artifact of the same type already exists' })
    }
    if (earlier) return created
    const file = join(folder, `${type}.${format}`)
    await rename(incoming, file)
    if (type === 'dotenv') job.dotenv = await readDotenv(file)
    const artifact: StoredArtifact = { type, format, expireIn, file, ...part }
    job.artifacts.push(artifact)
    gitlab.events.add({ type: 'artifact-stored', job: job.id, artifactType: type })
    return created
  } finally {
    await rm(incoming, { force: true })
  }
}

const created: Reply = { status: 201, headers: { 'content-type': 'application/json' }, body: '201' }

interface ReceivedPart {
  readonly filename: string
  readonly size: number
  readonly sha256: string
}

// What the front proxy says to a form it does not like; it gives no reason.
const badForm = () => new Refusal(500, 'Internal Server Error\n')

/** Streams the one part named `file` to the disk. */
async function receive({ request, gitlab }: Call, to: string): Promise<ReceivedPart> {
  const type = request.headers['content-type'] ?? ''
  if (!/^multipart\/form-data\b/i.test(type)) throw badParameter('file is missing')
  if (!/boundary=/i.test(type)) throw new Refusal(400, 'Bad Request\n')

  const form = new Busboy({
    headers: { ...request.headers, 'content-type': type },
    preservePath: true,
    limits: { fileSize: gitlab.behaviour.maxArtifactBytes },
  })
  let file: Readable | undefined
  let part: Promise<ReceivedPart> | undefined
  let isBad = false
  let isTooLarge = false
  form.on('file', (field, stream, filename) => {
    stream.once('limit', () => {
      isTooLarge = true
    })
    isBad ||= field !== 'file' || part !== undefined
    if (isBad) return void stream.resume()
    file = stream
    part = store(stream, to).then((stored) => ({ filename, ...stored }))
    part.catch(() => form.destroy()) // a disk that is full, say: nothing reads the form any more
  })
  form.on('field', () => {
    isBad = true
  })
  try {
    await pipeline(request, form)
  } catch {
    file?.destroy()
    await part?.catch(() => {})
    // A body that ends before its last boundary: the client went away, or the form is none.
    throw new Refusal(400, 'Bad Request\n', { connection: 'close' })
  }
  // Also what is refused is written to its end first, so that it can be removed.
  const received = await part
  if (isBad) throw badForm()
  // What came after the limit was read and dropped, so that the sender hears the answer.
  if (isTooLarge) throw new Refusal(413, 'Request Entity Too Large\n')
  if (!received) throw badParameter('file is missing')
  return received
}

async function store(stream: Readable, to: string): Promise<Omit<ReceivedPart, 'filename'>> {
  const hash = createHash('sha256')
  let size = 0
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length
      hash.update(chunk)
      done(null, chunk)
    },
  })
  await pipeline(stream, measure, createWriteStream(to))
  return { size, sha256: hash.digest('hex') }
}

/** The `NAME=value` lines of a dotenv report. */
async function readDotenv(file: string): Promise<readonly (readonly [string, string])[]> {
  const pieces: Buffer[] = []
  try {
    for await (const piece of createReadStream(file).pipe(createGunzip())) pieces.push(piece as Buffer)
  } catch {
    return [] // no gzip: the real server notes the failed report in its interface only
  }
  return Buffer.concat(pieces)
    .toString()
    .split('\n')
    .flatMap((line) => {
      const [, key, value] = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? []
      return key === undefined || value === undefined
        ? []
        : [[key, value.replace(/^(["'])(.*)\1$/, '$2')] as const]
    })
}
