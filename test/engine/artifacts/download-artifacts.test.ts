import { randomBytes } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { downloadArtifacts } from '../../../main/engine/artifacts/download-artifacts.ts'
import type { ArtifactGateway } from '../../../main/engine/gitlab/artifact-port.ts'
import type { JobDependency } from '../../../main/engine/job/job.ts'
import { makeZip } from '../../support/archives.ts'
import { artifactServer, inPieces, sleepless, type Answer } from '../../support/artifact-server.ts'
import { hostEnvironment } from '../../support/host-environment.ts'
import { aContext, variables as variablesOf } from '../../support/job-context.ts'
import { keptOutput } from '../../support/kept-output.ts'
import { tempDir } from '../../support/temp-dir.ts'

let place: Awaited<ReturnType<typeof tempDir>>
let project: string
beforeEach(async () => {
  place = await tempDir()
  project = join(place.path, 'shop')
  await mkdir(project)
})
afterEach(() => place[Symbol.asyncDispose]())

const compile: JobDependency = {
  id: 7001,
  name: 'compile',
  token: 'glcbt-dependency-token',
  artifacts: { filename: 'artifacts.zip', size: 10 },
}

const sends =
  (body: Buffer): Answer =>
  (_, response) =>
    response.writeHead(200, { 'Content-Type': 'application/octet-stream' }).end(body)

async function download(
  gateway: ArtifactGateway,
  dependencies: readonly JobDependency[] = [compile],
  values: Readonly<Record<string, string>> = {},
) {
  const context = aContext({ job: { dependencies, variables: variablesOf(values) } })
  const output = keptOutput()
  const outcome = await downloadArtifacts(
    { ...context, dirs: { ...context.dirs, project } },
    hostEnvironment(),
    output,
    gateway,
    new AbortController().signal,
    sleepless,
  ).then(
    () => 'downloaded',
    (error: Error) => error.message,
  )
  const lines = output
    .lines()
    .map((line) => line.replace(/ {2}correlation_id=\w+/, ' ').replace(/ {2,}(?=\S+=)/, '  '))
  return { outcome, lines }
}

describe('downloading artifacts', () => {
  it('asks with the token of the dependency, allows object storage, and extracts in order', async () => {
    const first = makeZip([
      { name: 'a', content: 'first' },
      { name: 'both', content: 'first' },
    ])
    const second = makeZip([{ name: 'both', content: 'second' }])
    await using server = await artifactServer((request, response, received) =>
      sends(request.url?.includes('7001') ? first : second)(request, response, received),
    )
    const { outcome, lines } = await download(server.gateway, [
      compile,
      { ...compile, id: 7000, name: 'nothing', artifacts: undefined },
      { ...compile, id: 7002, name: 'link' },
    ])
    const read = (name: string) => readFile(join(project, name), 'utf8')
    expect({
      outcome,
      lines,
      requests: server.received
        .map(({ url, headers }) => `${url} ${String(headers['job-token'])}`)
        .toSorted(),
      files: [await read('a'), await read('both')],
    }).toEqual({
      outcome: 'downloaded',
      lines: [
        'Downloading artifacts for compile (7001)...',
        'Downloading artifacts from coordinator... ok  id=7001 responseStatus=200 OK token=dependenc',
        'Downloading artifacts for link (7002)...',
        'Downloading artifacts from coordinator... ok  id=7002 responseStatus=200 OK token=dependenc',
      ],
      requests: [
        '/api/v4/jobs/7001/artifacts?direct_download=true glcbt-dependency-token',
        '/api/v4/jobs/7002/artifacts?direct_download=true glcbt-dependency-token',
      ],
      files: ['first', 'second'],
    })
  })

  it('follows GitLab to its object storage without the token', async () => {
    await using storage = await artifactServer(sends(makeZip([{ name: 'a', content: 'stored' }])))
    await using server = await artifactServer((_, response) =>
      response.writeHead(302, { Location: `${storage.url}/bucket/key?signature=s` }).end(),
    )
    const { outcome, lines } = await download(server.gateway)
    const host = new URL(storage.url).host
    expect({
      outcome,
      lines,
      storage: storage.received.map(({ url, headers }) => ({ url, token: headers['job-token'] })),
    }).toEqual({
      outcome: 'downloaded',
      lines: [
        'Downloading artifacts for compile (7001)...',
        `Direct download from ${host}`,
        `Downloading artifacts from coordinator... ok  host=${host} id=7001 responseStatus=200 OK token=dependenc`,
      ],
      storage: [{ url: '/bucket/key?signature=s', token: undefined }],
    })
  })

  it('fetches one archive while another is still on its way, and reads as if it had not', async () => {
    const whole = makeZip([{ name: 'a', content: 'stored' }])
    let first: ServerResponse | undefined
    await using server = await artifactServer((request, response) => {
      if (request.url?.includes('7001')) return void (first = response)
      response.writeHead(200).end(whole)
      // Nothing of the first archive comes before the last one is asked for.
      if (request.url?.includes('7003')) first?.writeHead(200).end(whole)
    })
    const { outcome, lines } = await download(server.gateway, [
      compile,
      { ...compile, id: 7002, name: 'link' },
      { ...compile, id: 7003, name: 'pack' },
    ])
    expect({ outcome, lines: lines.map((line) => line.replace(/ {2}.*/, '')) }).toEqual({
      outcome: 'downloaded',
      lines: [
        'Downloading artifacts for compile (7001)...',
        'Downloading artifacts from coordinator... ok',
        'Downloading artifacts for link (7002)...',
        'Downloading artifacts from coordinator... ok',
        'Downloading artifacts for pack (7003)...',
        'Downloading artifacts from coordinator... ok',
      ],
    })
  })

  it('asks GitLab to hand the bytes through after a failure', async () => {
    const whole = makeZip([{ name: 'a', content: 'stored' }])
    await using server = await artifactServer((_, response) => {
      response.writeHead(200, { 'Content-Length': whole.length })
      response.write(whole.subarray(0, 20), () => response.destroy())
    }, sends(whole))
    const { outcome } = await download(server.gateway)
    expect({ outcome, urls: server.received.map(({ url }) => url) }).toEqual({
      outcome: 'downloaded',
      urls: ['/api/v4/jobs/7001/artifacts?direct_download=true', '/api/v4/jobs/7001/artifacts'],
    })
  })

  it('does not ask for object storage where the flag forbids it', async () => {
    await using server = await artifactServer(sends(makeZip([{ name: 'a' }])))
    await download(server.gateway, [compile], { FF_USE_DIRECT_DOWNLOAD: 'false' })
    expect(server.received.map(({ url }) => url)).toEqual(['/api/v4/jobs/7001/artifacts'])
  })

  it.each([
    {
      status: 401,
      line: 'ERROR: Downloading artifacts from coordinator... unauthorized',
      fatal: 'permission denied',
      requests: 1,
    },
    {
      status: 403,
      line: 'ERROR: Downloading artifacts from coordinator... forbidden',
      fatal: 'permission denied',
      requests: 1,
    },
    {
      status: 404,
      line: 'ERROR: Downloading artifacts from coordinator... not found',
      fatal: 'file does not exist',
      requests: 1,
    },
    {
      status: 400,
      line: 'WARNING: Downloading artifacts from coordinator... failed',
      fatal: 'invalid argument',
      requests: 3,
    },
  ])('fails the stage on $status', async ({ status, line, fatal, requests }) => {
    await using server = await artifactServer(status)
    const { outcome, lines } = await download(server.gateway)
    expect({
      outcome,
      line: lines[1]?.replace(/ {2}.*/, ''),
      last: lines.at(-1),
      requests: server.received.length,
    }).toEqual({ outcome: 'exit code 1', line, last: `FATAL: ${fatal}`, requests })
  })

  it('fails the stage over an archive that would write outside', async () => {
    await using server = await artifactServer(sends(makeZip([{ name: '../out' }])))
    const { outcome, lines } = await download(server.gateway)
    expect({ outcome, last: lines.at(-1) }).toEqual({
      outcome: 'exit code 1',
      last: `FATAL: ../out cannot be extracted outside of chroot (${project})`,
    })
  })
})

describe('a long artifact', () => {
  const long = makeZip([{ name: 'noise', content: randomBytes(40_000_000) }])
  const ranges = (server: Awaited<ReturnType<typeof artifactServer>>) =>
    server.received.map(({ headers }) => headers.range ?? 'all').toSorted()
  const isWhole = async () =>
    (await readFile(join(project, 'noise'))).equals(long.subarray(35, 35 + 40_000_000))

  it('comes from object storage in pieces, without the token', async () => {
    await using storage = await artifactServer(inPieces(long))
    await using server = await artifactServer((_, response) =>
      response.writeHead(302, { Location: `${storage.url}/bucket/key?signature=s` }).end(),
    )
    const { outcome } = await download(server.gateway)
    expect({
      outcome,
      isWhole: await isWhole(),
      ranges: ranges(storage),
      tokens: storage.received.filter(({ headers }) => headers['job-token'] !== undefined).length,
      asked: server.received.length,
    }).toEqual({
      outcome: 'downloaded',
      isWhole: true,
      ranges: ['all', 'bytes=0-16777215', 'bytes=16777216-33554431', `bytes=33554432-${long.length - 1}`],
      tokens: 0,
      asked: 1,
    })
  })

  it('goes on where a piece broke off', async () => {
    let broken = 0
    await using server = await artifactServer((request, response, received) => {
      if (request.headers.range?.startsWith('bytes=16777216-') && broken++ === 0) {
        response.writeHead(206, { 'Content-Range': `bytes 16777216-33554431/${long.length}` })
        return void response.write(long.subarray(16_777_216, 20_000_000), () => response.destroy())
      }
      inPieces(long)(request, response, received)
    })
    const { outcome } = await download(server.gateway)
    expect({ outcome, isWhole: await isWhole(), broken }).toEqual({
      outcome: 'downloaded',
      isWhole: true,
      broken: 1,
    })
  })

  it.each([
    { what: 'does not say it hands out pieces', answer: sends(long) },
    { what: 'has no strong mark for its content', answer: inPieces(long, 'W/"v1"') },
    {
      what: 'says so and does not',
      answer: ((request, response) =>
        response
          .writeHead(request.headers.range === undefined ? 200 : 501, {
            'Accept-Ranges': 'bytes',
            ETag: '"v1"',
            ...(request.headers.range === undefined && { 'Content-Length': long.length }),
          })
          .end(request.headers.range === undefined ? long : undefined)) satisfies Answer,
    },
  ])('comes in one stream from a server that $what', async ({ answer }) => {
    await using server = await artifactServer(answer)
    const { outcome } = await download(server.gateway)
    expect({
      outcome,
      isWhole: await isWhole(),
      whole: ranges(server).filter((one) => one === 'all').length,
    }).toEqual({
      outcome: 'downloaded',
      isWhole: true,
      whole: 1,
    })
  })

  it('that is replaced on its way is fetched anew as a whole', async () => {
    await using server = await artifactServer((request, response, received) =>
      inPieces(long, request.headers.range === 'bytes=16777216-33554431' ? '"v2"' : '"v1"')(
        request,
        response,
        received,
      ),
    )
    const { outcome, lines } = await download(server.gateway)
    expect({
      outcome,
      isWhole: await isWhole(),
      last: lines.at(-1)?.replace(/ {2}.*/, ''),
    }).toEqual({ outcome: 'downloaded', isWhole: true, last: 'Downloading artifacts from coordinator... ok' })
  })
})
