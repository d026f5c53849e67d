import { readFile, readdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { describe, expect, it } from 'vitest'

import { practice, statusAndBody, type Practice } from './kit.ts'

/** One file under a field's name. */
type Part = readonly [field: string, filename: string, content: string]

async function upload(
  server: Practice,
  { id, token }: { id: number; token: string },
  query: string,
  ...parts: Part[]
) {
  const form = new FormData()
  for (const [field, filename, content] of parts) form.append(field, new Blob([content]), filename)
  const url = `${server.gitlab.url}/api/v4/jobs/${id}/artifacts${query}`
  const response = await fetch(url, { method: 'POST', headers: { 'job-token': token }, body: form })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json')
  return { status: response.status, body: isJson ? (JSON.parse(text) as unknown) : text }
}
const zip: Part = ['file', 'build.zip', 'PK...']
const tooLarge = { status: 413, body: 'Request Entity Too Large\n' }
const badForm = { status: 500, body: 'Internal Server Error\n' }

describe('uploading an artifact', () => {
  it('streams the file to the disk and remembers what was said of it', async () => {
    await using server = await practice()
    const job = await server.runningJob()
    expect(
      await upload(server, job, '?artifact_type=archive&artifact_format=zip&expire_in=1+week', zip),
    ).toEqual({
      status: 201,
      body: 201,
    })
    const [artifact, ...others] = server.gitlab.job(job.id).artifacts
    expect([artifact, others]).toEqual([
      {
        type: 'archive',
        format: 'zip',
        expireIn: '1 week',
        filename: 'build.zip',
        size: 5,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        file: expect.any(String),
      },
      [],
    ])
    expect(await readFile(artifact?.file ?? '', 'utf8')).toBe('PK...')
  })

  it.each<{ case: string; parts: Part[]; query?: string; answer: object }>([
    { case: 'another field name', parts: [['artifact', 'a.zip', 'x']], answer: badForm },
    { case: 'two parts', parts: [zip, ['file', 'b.zip', 'y']], answer: badForm },
    { case: 'a part beside the file', parts: [zip, ['metadata', 'm.gz', 'y']], answer: badForm },
    { case: 'no part', parts: [], answer: { status: 400, body: expect.anything() } },
    {
      case: 'an unknown type',
      query: '?artifact_type=moon',
      parts: [zip],
      answer: { status: 400, body: { error: 'artifact_type does not have a valid value' } },
    },
    {
      case: 'the wrong format for its type',
      query: '?artifact_type=junit&artifact_format=zip',
      parts: [zip],
      answer: {
        status: 400,
        body: { message: 'Invalid file format with specified file type: zip for junit' },
      },
    },
    { case: 'one byte too many', parts: [['file', 'a.zip', 'x'.repeat(101)]], answer: tooLarge },
    { case: 'far too many bytes', parts: [['file', 'a.zip', 'x'.repeat(5_000_000)]], answer: tooLarge },
  ])('with $case is refused and leaves nothing', async ({ parts, query = '', answer }) => {
    await using server = await practice({ maxArtifactBytes: 100 })
    const job = await server.runningJob()
    expect(await upload(server, job, query, ...parts)).toEqual(answer)
    expect(server.gitlab.job(job.id).artifacts).toEqual([])
    const left = await readdir(join(server.scratch, 'server', 'artifacts', String(job.id))).catch(() => [])
    expect(left).toEqual([])
  })

  it('takes exactly the limit', async () => {
    await using server = await practice({ maxArtifactBytes: 100 })
    const job = await server.runningJob()
    expect((await upload(server, job, '', ['file', 'a.zip', 'x'.repeat(100)])).status).toBe(201)
  })

  it('that is no form, or breaks off, is 400', async () => {
    await using server = await practice()
    const { id, token } = await server.runningJob()
    const send = (type: string, body: string) =>
      server.call('POST', `/jobs/${id}/artifacts`, {
        headers: { 'job-token': token, 'content-type': type },
        body,
      })
    const answers = [
      await send('application/zip', 'PK'),
      await send('multipart/form-data', 'PK'),
      await send(
        'multipart/form-data; boundary=b',
        '--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nPK',
      ),
    ]
    expect(answers.map(statusAndBody)).toEqual([
      { status: 400, body: { error: 'file is missing' } },
      { status: 400, body: 'Bad Request\n' },
      { status: 400, body: 'Bad Request\n' },
    ])
  })

  it('leaves nothing when the client goes away in the midst of it', async () => {
    await using server = await practice()
    const { id, token } = await server.runningJob()
    const { hostname, port } = new URL(server.gitlab.url)
    const socket = connect(Number(port), hostname)
    const form = '--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nPK'
    socket.write(
      `POST /api/v4/jobs/${id}/artifacts HTTP/1.1\r\nhost: x\r\njob-token: ${token}\r\n` +
        `content-type: multipart/form-data; boundary=b\r\ncontent-length: 1000000\r\n\r\n${form}${'x'.repeat(100_000)}`,
    )
    const folder = join(server.scratch, 'server', 'artifacts', String(id))
    const left = () => readdir(folder).catch(() => [])
    await expect.poll(left).toHaveLength(1)
    socket.destroy()
    await expect.poll(left).toEqual([])
    expect(server.gitlab.job(id)).toMatchObject({ status: 'running', artifacts: [] })
  })

  it('is 403 for a wrong token and for a job that is over', async () => {
    await using server = await practice()
    const { id, token } = await server.runningJob()
    expect((await upload(server, { id, token: 'glcbt-wrong' }, '', zip)).status).toBe(403)
    await server.call('PUT', `/jobs/${id}`, { body: { token, state: 'success' } })
    expect(await upload(server, { id, token }, '', zip)).toEqual({
      status: 403,
      body: { message: '403 Forbidden - Job is not processing on runner' },
    })
  })

  it('twice is accepted when the bytes are the same, and one of each type', async () => {
    await using server = await practice()
    const job = await server.runningJob()
    const answers = [
      await upload(server, job, '', zip),
      await upload(server, job, '', zip),
      await upload(server, job, '', ['file', 'build.zip', 'other']),
      await upload(server, job, '?artifact_type=junit&artifact_format=gzip', ['file', 'junit.xml.gz', 'x']),
    ]
    expect(answers).toEqual([
      { status: 201, body: 201 },
      { status: 201, body: 201 },
      { status: 400, body: { message: 'another artifact of the same type already exists' } },
      { status: 201, body: 201 },
    ])
    expect(server.gitlab.job(job.id).artifacts.map(({ type }) => type)).toEqual(['archive', 'junit'])
  })
})

describe('downloading artifacts', () => {
  async function uploaded(server: Practice) {
    const job = await server.runningJob()
    await upload(server, job, '', zip)
    const get = (token: string | undefined, query = '', headers = {}) =>
      server.call('GET', `/jobs/${job.id}/artifacts${query}`, {
        headers: { ...(token !== undefined && { 'job-token': token }), ...headers },
      })
    return { ...job, get }
  }

  it('serves the archive to a job at work in the project, even after the job that made it', async () => {
    await using server = await practice()
    const { id, token, get } = await uploaded(server)
    await server.call('PUT', `/jobs/${id}`, { body: { token, state: 'success' } })
    const later = await server.runningJob()
    expect(statusAndBody(await get(later.token))).toEqual({ status: 200, body: 'PK...' })
    expect(statusAndBody(await get(token))).toEqual({ status: 200, body: 'PK...' })
  })

  it('redirects a direct download to an object storage that wants no token and serves ranges', async () => {
    await using server = await practice()
    const { token, get } = await uploaded(server)
    const { status, headers } = await get(token, '?direct_download=true')
    const location = headers.get('location') ?? ''
    const whole = await fetch(location)
    const part = await fetch(location, { headers: { range: 'bytes=0-1' } })
    expect([
      status,
      whole.status,
      await whole.text(),
      part.status,
      part.headers.get('content-range'),
      await part.text(),
      (await fetch(location.replace(/[0-9a-f]{8}-/, '00000000-'))).status,
    ]).toEqual([302, 200, 'PK...', 206, 'bytes 0-1/5', 'PK', 403])
  })

  it('is 401 without a token, 403 for a foreign one, 404 where there is nothing', async () => {
    await using server = await practice()
    await server.gitlab.createProject({ path: 'a/other' })
    const { token, get } = await uploaded(server)
    const foreign = await server.runningJob({}, { project: 'a/other' })
    const bare = await server.runningJob()
    const answers = [
      await get(undefined),
      await get('glcbt-wrong'),
      await get(foreign.token),
      await server.call('GET', `/jobs/${bare.id}/artifacts`, { headers: { 'job-token': token } }),
    ]
    expect(answers.map(statusAndBody)).toEqual([
      { status: 401, body: { message: '401 Unauthorized' } },
      { status: 403, body: { message: '403 Forbidden' } },
      { status: 403, body: { message: '403 Forbidden' } },
      { status: 404, body: { message: '404 Not Found' } },
    ])
  })
})

it('survives a dotenv report that is no gzip, and reads one that is', async () => {
  await using server = await practice()
  const query = '?artifact_type=dotenv&artifact_format=gzip'
  const job = await server.runningJob()
  expect((await upload(server, job, query, ['file', '.env.gz', 'plain'])).status).toBe(201)
  const other = await server.runningJob()
  const form = new FormData()
  form.append('file', new Blob([gzipSync('A=1\n')]), '.env.gz')
  const url = `${server.gitlab.url}/api/v4/jobs/${other.id}/artifacts${query}`
  const { status } = await fetch(url, { method: 'POST', headers: { 'job-token': other.token }, body: form })
  expect(status).toBe(201)
})
