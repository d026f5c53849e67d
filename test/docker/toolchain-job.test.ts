import { writeFile } from 'node:fs/promises'
import { mkdtemp, mkdir, rm, chmod } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'

import { openFingerprintStore } from '../../main/engine/toolchain/fingerprint/fingerprint-store.ts'
import { openToolchainLibrary } from '../../main/engine/toolchain/library.ts'
import { referenceOf, toolchainSchema, type Toolchain } from '../../main/engine/toolchain/toolchain.ts'
import { startRunner, type RunnerUnderTest } from '../support/runner-under-test.ts'
import { images } from './kit.ts'

let runner: RunnerUnderTest
let folder: string
let toolchain: Toolchain
let root: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drydock-tools-'))
  await chmod(folder, 0o755)
  await mkdir(join(folder, 'bin'))
  await writeFile(join(folder, 'bin/tool'), '#!/bin/sh\necho "tool of $TOOLS_HOME"\n', { mode: 0o755 })
  runner = await startRunner({ dockerHost: inject('dockerHost'), gitlab: { longPollSeconds: 0 } })
  toolchain = toolchainSchema.parse({
    name: 'tools',
    version: '1',
    folder,
    mountPoint: '/opt/tools',
    variables: { TOOLS_HOME: '/opt/tools' },
    path: ['bin'],
    onRequest: ['under test'],
  })
  await openToolchainLibrary(join(runner.dataDir, 'toolchains')).save(toolchain)
  const fingerprints = openFingerprintStore(join(runner.dataDir, 'fingerprints'))
  root = (await fingerprints.look(toolchain)).fingerprint.root
})

afterAll(async () => {
  await runner[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

async function run(script: readonly string[], asked?: string) {
  const variable = (key: string, value: string) => ({
    key,
    value,
    public: true,
    masked: false,
    file: false,
    raw: false,
  })
  const variables = [variable('GIT_STRATEGY', 'none')]
  if (asked !== undefined) variables.push(variable('DRYDOCK_TOOLCHAINS', asked))
  const steps = [{ name: 'script', script, timeout: 3600, when: 'on_success', allow_failure: false }]
  const { id } = runner.gitlab.enqueue({ image: { name: images.busybox }, steps, variables })
  const job = await runner.gitlab.waitForJob(id, 'finished')
  // oxlint-disable-next-line no-control-regex -- colours are what is taken out
  return { job, log: job.log.toString().replace(/\u001B\[[0-9;]*[mK]/g, '') }
}

describe('a job on a runner that permits a toolchain', () => {
  it('has it when it asks: on PATH, read-only, named in the header with its fingerprint', async () => {
    const { job, log } = await run(
      ['tool', 'touch /opt/tools/bin/new 2>&1 || true', 'echo "[$PATH]"'],
      'tools@1',
    )
    expect(job.status).toBe('success')
    expect(log).toContain(`  toolchain tools@1 (${root.slice(0, 8)}), read-only at /opt/tools\n`)
    expect(log).toContain('tool of /opt/tools\n')
    expect(log).toContain('Read-only file system')
    expect(log).toMatch(/\[\/opt\/tools\/bin:\/[^\]]*[^:\]]\]/)
  })

  it('does not have it when it does not ask', async () => {
    const { job, log } = await run(['if [ -e /opt/tools ]; then exit 3; fi'])
    expect([job.status, log.includes('toolchain')]).toEqual(['success', false])
  })

  it('fails with a clear reason, before anything starts, when it asks for another', async () => {
    const { job, log } = await run(['echo never'], 'tools@2')
    expect({ status: job.status, reason: job.failureReason }).toEqual({
      status: 'failed',
      reason: 'runner_configuration_error',
    })
    expect(log).toContain('DRYDOCK_TOOLCHAINS: There is no version 2 of the toolchain tools; there is 1.')
    expect(log).not.toContain('Preparing')
  })

  it('does not begin when the content has changed since it was recorded', async () => {
    const other = { ...toolchain, version: '3' }
    await openToolchainLibrary(join(runner.dataDir, 'toolchains')).save(other)
    await openFingerprintStore(join(runner.dataDir, 'fingerprints')).look(other)
    await writeFile(join(folder, 'bin/extra'), 'surprise')
    const { job, log } = await run(['echo never'], referenceOf(other))
    await rm(join(folder, 'bin/extra'))
    expect(job.status).toBe('failed')
    expect(log).toContain('The toolchain tools@3 is no longer what it was: bin/extra was added.')
  })
})
