import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { assert, asyncProperty, nat } from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { downloadArtifacts } from '../../../main/engine/artifacts/download-artifacts.ts'
import { uploadArtifacts } from '../../../main/engine/artifacts/upload-artifacts.ts'
import type { ArtifactGateway } from '../../../main/engine/gitlab/artifact-port.ts'
import {
  artifactServer,
  cuttingProxy,
  fileInForm,
  impatientServer,
  inPieces,
  silentAtFirst,
  sleepless,
  type Answer,
} from '../../support/artifact-server.ts'
import { hostEnvironment } from '../../support/host-environment.ts'
import { aContext, anArtifact } from '../../support/job-context.ts'
import { keptOutput } from '../../support/kept-output.ts'
import { brokenWire } from '../../support/object-servers.ts'
import { tempDir } from '../../support/temp-dir.ts'

const signal = new AbortController().signal
const noise = randomBytes(2_000_000)

let place: Awaited<ReturnType<typeof tempDir>>
let project: string
let archive: Buffer
beforeAll(async () => {
  place = await tempDir()
  project = join(place.path, 'shop')
  await mkdir(join(project, 'out'), { recursive: true })
  await writeFile(join(project, 'out/noise'), noise)
  execFileSync('zip', ['-q', '-r', '../whole.zip', 'out'], { cwd: project })
  archive = await readFile(join(place.path, 'whole.zip'))
})
afterAll(() => place[Symbol.asyncDispose]())

const artifact = anArtifact()
const dependency = { id: 1, name: 'before', token: 'glcbt-before', artifacts: { filename: 'a.zip', size: 1 } }

const aJob = (folder = project) => {
  const context = aContext({ job: { artifacts: [artifact], dependencies: [dependency] } })
  return { ...context, dirs: { ...context.dirs, project: folder } }
}

const upload = (gateway: ArtifactGateway, output = keptOutput()) =>
  uploadArtifacts(aJob(), hostEnvironment(), output, gateway, 'success', signal, sleepless)

/** What Info-ZIP finds in an archive that was sent. */
async function contentOf(sent: Buffer): Promise<Buffer> {
  const file = join(place.path, 'sent.zip')
  await writeFile(file, sent)
  return execFileSync('unzip', ['-p', file, 'out/noise'], { maxBuffer: 4_000_000 })
}

describe('an upload', () => {
  it('whose connections are cut at any byte arrives whole in the end', async () => {
    await assert(
      asyncProperty(nat(2_000_000), nat(2_000_000), async (first, second) => {
        await using server = await artifactServer(201)
        await using cut = await cuttingProxy(server, [first + 1, second + 1])
        await upload(cut.gateway)
        const { content, isWhole } = fileInForm(server.received.at(-1)!)
        expect({ isWhole, isSame: (await contentOf(content)).equals(noise) }).toEqual({
          isWhole: true,
          isSame: true,
        })
      }),
      { numRuns: 5 },
    )
  })

  it('that is answered too late is sent again', async () => {
    await using server = await silentAtFirst({ response_header_timeout: '2s' })
    const output = keptOutput()
    await upload(server.gateway, output)
    expect({
      uploads: server.uploads(),
      retries: output.lines().filter((line) => line.includes('Retrying...')).length,
    }).toEqual({ uploads: 2, retries: 1 })
  })

  it.each([{ answers: [500, 500, 500, 500, 201] }, { answers: [503, 201] }, { answers: [502, 201] }])(
    'gets through a server that answers $answers',
    async ({ answers }) => {
      await using server = await artifactServer(...answers)
      await upload(server.gateway)
      expect(server.received.length).toBe(answers.length)
    },
  )
})

describe('a download', () => {
  it('that stands still is broken off, and fetched anew', async () => {
    const half: Answer = (_, response) =>
      response.writeHead(200, { 'Content-Length': archive.length }).write(archive.subarray(0, 1_000_000))
    await using server = await impatientServer(1000, half, inPieces(archive))
    const target = join(place.path, 'stalled')
    await mkdir(target)
    const output = keptOutput()
    await downloadArtifacts(aJob(target), hostEnvironment(), output, server.gateway, signal, sleepless)
    expect({
      isWhole: (await readFile(join(target, 'out/noise'))).equals(noise),
      says: output.lines().some((line) => line.includes('began to answer and then sent nothing more')),
    }).toEqual({ isWhole: true, says: true })
  })

  it('whose first connection is cut at any byte is whole in the end, and half of it is nowhere', async () => {
    await using server = await artifactServer(inPieces(archive))
    await assert(
      asyncProperty(nat(archive.length), async (at) => {
        const target = join(place.path, 'target')
        await rm(target, { recursive: true, force: true })
        await mkdir(target)
        await using wire = await brokenWire(new URL(server.url).host, [at + 1])
        await using entry = await artifactServer((request, response) =>
          response.writeHead(302, { Location: `http://${wire.address}${request.url ?? ''}` }).end(),
        )
        await downloadArtifacts(
          aJob(target),
          hostEnvironment(),
          keptOutput(),
          entry.gateway,
          signal,
          sleepless,
        )
        expect((await readFile(join(target, 'out/noise'))).equals(noise)).toBe(true)
      }),
      { numRuns: 5 },
    )
  })
})
