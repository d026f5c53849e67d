import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { downloadArtifacts } from '../../../main/engine/artifacts/download-artifacts.ts'
import { stagingDir } from '../../../main/engine/artifacts/staging.ts'
import { uploadArtifacts } from '../../../main/engine/artifacts/upload-artifacts.ts'
import { artifactServer, fileInForm, sleepless } from '../../support/artifact-server.ts'
import { hostEnvironment } from '../../support/host-environment.ts'
import { aContext, anArtifact, variables } from '../../support/job-context.ts'
import { keptOutput } from '../../support/kept-output.ts'
import { canMount, smallDisk } from '../../support/small-disk.ts'
import { tempDir } from '../../support/temp-dir.ts'

const signal = new AbortController().signal

let place: Awaited<ReturnType<typeof tempDir>>
let project: string
let staging: string
beforeEach(async () => {
  place = await tempDir()
  project = join(place.path, 'shop')
  staging = join(place.path, 'staging')
  await mkdir(join(project, 'out'), { recursive: true })
  await mkdir(staging)
  await writeFile(join(project, 'out/noise'), randomBytes(3_000_000))
})
afterEach(() => place[Symbol.asyncDispose]())

const artifact = anArtifact()

function aJob(dir = staging) {
  const dependencies = [
    { id: 1, name: 'before', token: 'glcbt-before', artifacts: { filename: 'a.zip', size: 1 } },
  ]
  const runner = { environment: [`ARCHIVER_STAGING_DIR=${dir}`] }
  const context = aContext({ job: { artifacts: [artifact], dependencies }, runner })
  return { ...context, dirs: { ...context.dirs, project } }
}

/** The last line of the log that was not a success. */
async function lastLine(work: (output: ReturnType<typeof keptOutput>) => Promise<void>): Promise<string> {
  const output = keptOutput()
  await work(output).catch(() => undefined)
  return (
    output
      .lines()
      .at(-1)
      ?.replaceAll(place.path, '')
      .replace(/artifacts-\w+/, 'artifacts-X')
      .trim() ?? ''
  )
}

const upload = (job: ReturnType<typeof aJob>, server: Awaited<ReturnType<typeof artifactServer>>) =>
  lastLine((output) =>
    uploadArtifacts(job, hostEnvironment(), output, server.gateway, 'success', signal, sleepless),
  )

describe('a staging directory', () => {
  it('is named by the runner’s owner, not by a job', () => {
    const asked = aContext({ job: { variables: variables({ ARCHIVER_STAGING_DIR: '/etc' }) } })
    const relative = aContext({ runner: { environment: ['ARCHIVER_STAGING_DIR=here'] } })
    expect([stagingDir(asked), stagingDir(relative), stagingDir(aJob())]).toEqual([
      undefined,
      undefined,
      staging,
    ])
  })

  it('holds an archive that is made once for all tries, and nothing afterwards', async () => {
    await using server = await artifactServer(500, 500, 500, 500, 500, 201)
    await upload(aJob(), server)
    const bodies = server.received.map((received) => fileInForm(received).content)
    expect({
      same: bodies.every((body) => body.equals(bodies[0]!)),
      tries: bodies.length,
      left: await readdir(staging),
    }).toEqual({ same: true, tries: 6, left: [] })
  })

  it('that is not there fails the stage in words', async () => {
    await using server = await artifactServer(201)
    expect(await upload(aJob(join(staging, 'gone')), server)).toMatch(
      /^FATAL: archives cannot be put into \/staging\/gone: ENOENT/,
    )
  })

  it.runIf(canMount)('that is full fails both ways in words, and is left empty', async () => {
    using full = smallDisk(staging, 1)
    void full
    await using server = await artifactServer(201)
    const up = await upload(aJob(), server)
    const zip = join(place.path, 'a.zip')
    execFileSync('zip', ['-q', '-r', zip, 'out'], { cwd: project })
    const archive = await readFile(zip)
    await using storage = await artifactServer((_, response) => response.writeHead(200).end(archive))
    const down = await lastLine((output) =>
      downloadArtifacts(aJob(), hostEnvironment(), output, storage.gateway, signal, sleepless),
    )
    const words =
      'FATAL: no space left for the archive in /staging/drydock-artifacts-X. Free space there, or name a folder of a larger disk as ARCHIVER_STAGING_DIR in environment of config.toml'
    expect({ up, down, left: await readdir(staging), sent: server.received.length }).toEqual({
      up: words,
      down: words,
      left: [],
      sent: 0,
    })
  })
})
