import { execFileSync } from 'node:child_process'
import { mkdir, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { uploadArtifacts } from '../../../main/engine/artifacts/upload-artifacts.ts'
import type { ArtifactGateway } from '../../../main/engine/gitlab/artifact-port.ts'
import type { JobArtifact } from '../../../main/engine/job/job.ts'
import {
  artifactServer,
  cuttingProxy,
  earlyRefusal,
  fileInForm,
  sleepless,
} from '../../support/artifact-server.ts'
import { hostEnvironment } from '../../support/host-environment.ts'
import { aContext, variables as variablesOf } from '../../support/job-context.ts'
import { keptOutput } from '../../support/kept-output.ts'
import { tempDir } from '../../support/temp-dir.ts'

const anArtifact = (given: Partial<JobArtifact> = {}): JobArtifact => ({
  name: '',
  untracked: false,
  paths: ['out/**'],
  exclude: [],
  when: 'on_success',
  expireIn: '',
  type: 'archive',
  format: 'zip',
  ...given,
})

let place: Awaited<ReturnType<typeof tempDir>>
let project: string
beforeEach(async () => {
  place = await tempDir()
  project = join(place.path, 'shop')
  await mkdir(join(project, 'out/deep'), { recursive: true })
  await writeFile(join(project, 'out/a.txt'), 'first\n')
  await writeFile(join(project, 'out/deep/b.bin'), Buffer.alloc(3_000_000, 'drydock'))
  await symlink('a.txt', join(project, 'out/link'))
  await utimes(join(project, 'out/a.txt'), 1_600_000_000, 1_600_000_000)
})
afterEach(() => place[Symbol.asyncDispose]())

async function upload(
  gateway: ArtifactGateway,
  artifacts: readonly JobArtifact[],
  values: Readonly<Record<string, string>> = {},
) {
  const context = aContext({ job: { artifacts, variables: variablesOf(values) } })
  const output = keptOutput()
  const outcome = await uploadArtifacts(
    { ...context, dirs: { ...context.dirs, project } },
    hostEnvironment(),
    output,
    gateway,
    'success',
    new AbortController().signal,
    sleepless,
  ).then(
    () => 'uploaded',
    (error: Error) => error.message,
  )
  return { outcome, lines: output.lines() }
}

const found = 'out/**: found 5 matching artifact files and directories'

describe('uploading artifacts', () => {
  it('sends one form with one file, streamed, and says so as the helper would', async () => {
    await using server = await artifactServer(201)
    const artifact = anArtifact({ name: 'build-$FLAVOR', expireIn: '1 week' })
    const { outcome, lines } = await upload(server.gateway, [artifact], { FLAVOR: 'fast' })
    const [request] = server.received
    const form = fileInForm(request!)
    await writeFile(join(place.path, 'got.zip'), form.content)
    execFileSync('unzip', ['-q', 'got.zip', '-d', 'got'], { cwd: place.path })
    const requestId = request!.headers['x-request-id'] as string
    expect({ outcome, lines: lines.map((line) => line.replace(requestId, '<id>')) }).toEqual({
      outcome: 'uploaded',
      lines: [
        'Uploading artifacts...',
        found,
        'Uploading artifacts as "archive" to coordinator... 201 Created  correlation_id=<id> id=7031 responseStatus=201 Created token=64_kQx3vR',
      ],
    })
    expect({
      url: request!.url,
      token: request!.headers['job-token'],
      encoding: request!.headers['transfer-encoding'],
      disposition: form.disposition,
      type: form.type,
      isWhole: form.isWhole,
      same: execFileSync('diff', ['-r', '--no-dereference', 'shop/out', 'got/out'], {
        cwd: place.path,
      }).toString(),
    }).toEqual({
      url: '/api/v4/jobs/7031/artifacts?expire_in=1+week&artifact_format=zip&artifact_type=archive',
      token: 'glcbt-64_kQx3vR9sWbN1mYtZpLfE',
      encoding: 'chunked',
      disposition: 'form-data; name="file"; filename="build-fast.zip"',
      type: 'application/octet-stream',
      isWhole: true,
      same: '',
    })
  })

  it('uploads several artifacts in order, each in its format', async () => {
    await using server = await artifactServer(201)
    const { outcome } = await upload(server.gateway, [
      anArtifact({ paths: ['out/a.txt'], type: 'junit', format: 'gzip', name: 'junit.xml' }),
      anArtifact({ paths: ['out/a.txt'], type: 'sast', format: 'raw', name: 'sast.json' }),
      anArtifact({ when: 'on_failure' }),
    ])
    const forms = server.received.map(fileInForm)
    await writeFile(join(place.path, 'got.gz'), forms[0]!.content)
    expect({
      outcome,
      names: forms.map(({ disposition }) => /filename="(.*)"/.exec(disposition ?? '')?.[1]),
      gzip: execFileSync('gzip', ['-dc', 'got.gz'], { cwd: place.path }).toString(),
      raw: forms[1]!.content.toString(),
    }).toEqual({ outcome: 'uploaded', names: ['junit.xml.gz', 'sast.json'], gzip: 'first\n', raw: 'first\n' })
  })

  it('succeeds without a request when nothing matches', async () => {
    await using server = await artifactServer(201)
    const { outcome, lines } = await upload(server.gateway, [anArtifact({ paths: ['no/such'] })])
    expect({ outcome, lines, requests: server.received.length }).toEqual({
      outcome: 'uploaded',
      lines: [
        'Uploading artifacts...',
        `WARNING: no/such: no matching files. Ensure that the artifact path is relative to the working directory (${project})`,
        'ERROR: No files to upload',
      ],
      requests: 0,
    })
  })

  it.each([
    { status: 403, says: 'permission denied', tries: 1 },
    { status: 413, says: 'too large', tries: 1 },
    // Under each of the tries lie five of the transport.
    { status: 503, says: 'service unavailable', tries: 30 },
    { status: 400, says: /^POST http.*: 400 Bad Request$/, tries: 3 },
    { status: 500, says: /^POST http.*: 500 Internal Server Error$/, tries: 15 },
  ])('fails the stage on $status after $tries requests', async ({ status, says, tries }) => {
    await using server = await artifactServer(status)
    const { outcome, lines } = await upload(server.gateway, [
      anArtifact({ paths: ['out/a.txt'] }),
      anArtifact(),
    ])
    expect({ outcome, last: lines.at(-1), requests: server.received.length }).toEqual({
      outcome: 'exit code 1',
      last:
        says instanceof RegExp
          ? expect.stringMatching(new RegExp(`^FATAL: ${says.source.slice(1)}`))
          : `FATAL: ${says}`,
      requests: tries,
    })
  })

  it('hears an early 413 while it still sends', async () => {
    await using early = await earlyRefusal()
    const { outcome, lines } = await upload(early.gateway, [anArtifact()])
    expect({ outcome, last: lines.at(-1) }).toEqual({ outcome: 'exit code 1', last: 'FATAL: too large' })
  })

  it('goes on at the host a redirect names', async () => {
    await using target = await artifactServer(201)
    await using server = await artifactServer((_, response) =>
      response.writeHead(307, { Location: `${target.url}/elsewhere` }).end(),
    )
    const { outcome, lines } = await upload(server.gateway, [anArtifact()])
    expect({
      outcome,
      lines: lines.map((line) => line.replace(/ {2}.*/, '')),
      paths: [...server.received, ...target.received].map(({ url }) => url.replace(/\?.*/, '')),
      isWhole: fileInForm(target.received[0]!).isWhole,
    }).toEqual({
      outcome: 'uploaded',
      lines: [
        'Uploading artifacts...',
        found,
        'Upload request redirected',
        'WARNING: Retrying...',
        'Uploading artifacts as "archive" to coordinator... 201 Created',
      ],
      paths: ['/api/v4/jobs/7031/artifacts', '/api/v4/jobs/7031/artifacts'],
      isWhole: true,
    })
  })

  it('makes the archive again when the connection breaks in the middle', async () => {
    await using server = await artifactServer(201)
    await using cut = await cuttingProxy(server, [1000, 70_000])
    const { outcome, lines } = await upload(cut.gateway, [
      anArtifact({ format: 'raw', paths: ['out/deep/b.bin'] }),
    ])
    expect({
      outcome,
      retries: lines.filter((line) => line.includes('Retrying')).length,
      content: fileInForm(server.received.at(-1)!).content.length,
    }).toEqual({ outcome: 'uploaded', retries: 2, content: 3_000_000 })
  })

  it.each([
    {
      what: 'several files as raw',
      given: { format: 'raw' },
      values: {},
      says: 'only one file can be sent as raw',
    },
    {
      what: 'a link in a report',
      given: { format: 'gzip', paths: ['out/link'] },
      values: {},
      says: 'the "out/link" is not a regular file',
    },
    {
      what: 'a concurrency that is no number',
      given: {},
      values: { FASTZIP_ARCHIVER_CONCURRENCY: 'many' },
      says: 'FASTZIP_ARCHIVER_CONCURRENCY: "many" is not a number',
    },
  ] as const)('fails the stage over $what', async ({ given, values, says }) => {
    await using server = await artifactServer(201)
    const { outcome, lines } = await upload(server.gateway, [anArtifact(given)], values)
    expect({ outcome, last: lines.at(-1) }).toEqual({ outcome: 'exit code 1', last: `FATAL: ${says}` })
  })
})
