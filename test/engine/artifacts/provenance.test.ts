import { createHash } from 'node:crypto'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { provenanceDocument } from '../../../main/engine/artifacts/provenance-document.ts'
import { uploadArtifacts } from '../../../main/engine/artifacts/upload-artifacts.ts'
import type { JobArtifact } from '../../../main/engine/job/job.ts'
import { artifactServer, fileInForm, sleepless } from '../../support/artifact-server.ts'
import { hostEnvironment } from '../../support/host-environment.ts'
import { aContext, anArtifact, variables as variablesOf } from '../../support/job-context.ts'
import { keptOutput } from '../../support/kept-output.ts'
import { tempDir } from '../../support/temp-dir.ts'

let place: Awaited<ReturnType<typeof tempDir>>
let project: string
beforeEach(async () => {
  place = await tempDir()
  project = join(place.path, 'shop')
  await mkdir(join(project, 'dist'), { recursive: true })
  await writeFile(join(project, 'dist/app'), 'binary')
})
afterEach(() => place[Symbol.asyncDispose]())

const secret = 'hunter2-planted-secret'

async function upload(values: Readonly<Record<string, string>>, given: Partial<JobArtifact> = {}) {
  await using server = await artifactServer(201)
  const artifact = anArtifact({ name: 'app-$CI_COMMIT_REF_SLUG', paths: ['dist'], ...given })
  const variables = variablesOf({
    RUNNER_GENERATE_ARTIFACTS_METADATA: 'true',
    CI_COMMIT_REF_SLUG: 'main',
    CI_RUNNER_ID: '12',
    CI_JOB_STARTED_AT: '2025-12-31T23:59:00Z',
    DEPLOY_PASSWORD: secret,
    ...values,
  })
  const context = aContext({ job: { artifacts: [artifact], variables } })
  const output = keptOutput()
  const clock = { ...sleepless, now: () => Date.UTC(2026, 0, 1) }
  const located = { ...context, dirs: { ...context.dirs, project } }
  const signal = new AbortController().signal
  await uploadArtifacts(located, hostEnvironment(), output, server.gateway, 'success', signal, clock)
  const path = join(project, 'app-main-metadata.json')
  const text = await readFile(path, 'utf8').catch(() => undefined)
  return { lines: output.lines(), path, text, sent: fileInForm(server.received[0]!).content }
}

describe('the statement about an artifact', () => {
  const materials = [
    { uri: 'https://gitlab.example.com/acme/web/shop' },
    { uri: 'docker://registry.example.com/build:12', digest: { sha256: 'ab'.repeat(32) } },
    { uri: 'pkg:generic/arm-gnu@13.2', digest: { sha256: 'cd'.repeat(32) } },
  ]
  it.each([
    { schema: 'v1', predicate: { buildDefinition: { resolvedDependencies: materials } } },
    { schema: 'v0.2', predicate: { materials } },
  ] as const)(
    'names by their content the image the scripts ran in and the toolchains, in schema $schema',
    ({ schema, predicate }) => {
      const image = { name: 'registry.example.com/build:12', digest: 'ab'.repeat(32) }
      const toolchain = {
        name: 'arm-gnu',
        version: '13.2',
        fingerprint: 'cd'.repeat(32),
        source: '/opt/arm-gnu',
        mountPoint: '/opt/arm-gnu',
        writable: 'no',
        variables: {},
        exports: [],
      } as const
      const context = { ...aContext(), toolchains: [toolchain] }
      const facts = { subjects: [], schema, startedAt: 0, finishedAt: 0, image }
      expect(provenanceDocument(context, facts)).toMatchObject({ predicate })
    },
  )

  it('says what went in and where it comes from, and is in the archive and the work tree', async () => {
    const { lines, path, text, sent } = await upload({ SLSA_PROVENANCE_SCHEMA_VERSION: 'v1' })
    const source = 'https://gitlab.example.com/acme/web/shop'
    const document = JSON.parse(text!) as { predicate: { buildDefinition: { externalParameters: object } } }
    expect({
      document,
      mode: ((await stat(path)).mode & 0o777).toString(8),
      archived: sent.includes('app-main-metadata.json'),
      line: lines.includes('Generating artifacts statement'),
    }).toEqual({
      document: {
        _type: 'https://in-toto.io/Statement/v0.1',
        subject: [
          { name: 'dist/app', digest: { sha256: createHash('sha256').update('binary').digest('hex') } },
        ],
        predicateType: 'https://slsa.dev/provenance/v1',
        predicate: {
          buildDefinition: {
            buildType: 'https://gitlab.com/gitlab-org/gitlab-runner/-/blob/d0c4d0c4/PROVENANCE.md',
            externalParameters: {
              RUNNER_GENERATE_ARTIFACTS_METADATA: '',
              CI_COMMIT_REF_SLUG: '',
              CI_RUNNER_ID: '',
              CI_JOB_STARTED_AT: '',
              DEPLOY_PASSWORD: '',
              SLSA_PROVENANCE_SCHEMA_VERSION: '',
              entryPoint: 'test:unit',
              source,
            },
            internalParameters: { architecture: 'amd64', executor: 'docker', job: '7031', name: 'workshop' },
            resolvedDependencies: [
              { digest: { sha256: '9f1c0e2d4b6a8c0e2f4a6b8c0d2e4f60718293a4' }, uri: source },
            ],
          },
          runDetails: {
            builder: { id: `${source}/-/runners/12`, version: { 'gitlab-runner': 'd0c4d0c4' } },
            metadata: {
              finishedOn: '2026-01-01T00:00:00Z',
              invocationId: '7031',
              startedOn: '2025-12-31T23:59:00Z',
            },
          },
        },
      },
      mode: '644',
      archived: true,
      line: true,
    })
  })

  it.each(['v1', 'v0.2', ''])('in schema %j has no value of any variable', async (schema) => {
    const { text } = await upload({ SLSA_PROVENANCE_SCHEMA_VERSION: schema })
    expect([text!.includes('DEPLOY_PASSWORD'), text!.includes(secret)]).toEqual([true, false])
  })

  it('falls back to v1 with a warning', async () => {
    const { lines, text } = await upload({})
    expect([
      lines.includes('WARNING: Unknown SLSA provenance version unknown, defaulting to v1'),
      text!.includes('https://slsa.dev/provenance/v1'),
    ]).toEqual([true, true])
  })

  it('knows the schema before v1', async () => {
    const { text } = await upload({ SLSA_PROVENANCE_SCHEMA_VERSION: 'v0.2' })
    const { predicateType, predicate } = JSON.parse(text!) as {
      predicateType: string
      predicate: { invocation: object }
    }
    expect([predicateType, Object.keys(predicate.invocation)]).toEqual([
      'https://slsa.dev/provenance/v0.2',
      ['configSource', 'parameters', 'environment'],
    ])
  })

  it.each([
    { what: 'not asked for', values: { RUNNER_GENERATE_ARTIFACTS_METADATA: 'yes' }, given: {} },
    { what: 'for a report', values: {}, given: { format: 'raw', paths: ['dist/app'] } },
  ] as const)('is not made when $what', async ({ values, given }) => {
    expect((await upload(values, given)).text).toBeUndefined()
  })

  it('stays out of the archive where it is excluded', async () => {
    const { text, sent } = await upload({}, { exclude: ['*-metadata.json'] })
    expect([text !== undefined, sent.includes('app-main-metadata.json')]).toEqual([true, false])
  })
})
