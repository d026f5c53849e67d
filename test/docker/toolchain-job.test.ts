import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'

import type { PracticeJob } from '../../main/engine/practice/practice-gitlab.ts'
import { takeFingerprint } from '../../main/engine/toolchain/fingerprint/fingerprint.ts'
import { openFingerprintStore } from '../../main/engine/toolchain/fingerprint/fingerprint-store.ts'
import { openToolchainLibrary } from '../../main/engine/toolchain/library.ts'
import {
  referenceOf,
  toolchainSchema,
  type Toolchain,
  type ToolchainInput,
} from '../../main/engine/toolchain/toolchain.ts'
import { leftOnEngine } from '../support/left-on-engine.ts'
import { startRunner, type RunnerUnderTest } from '../support/runner-under-test.ts'
import { enqueue, finished, printed, runJob } from './run-job.ts'

let runner: RunnerUnderTest
let place: string

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'drydock-tools-'))
  await chmod(place, 0o755)
  await mkdir(join(place, 'gate'))
  runner = await startRunner({
    dockerHost: inject('dockerHost'),
    global: 'concurrent = 4',
    docker: `volumes = ["${place}/gate:/gate:ro"]`,
    gitlab: { longPollSeconds: 0 },
  })
})

afterAll(async () => {
  const left = await leftOnEngine(inject('dockerHost'), runner)
  await runner[Symbol.asyncDispose]()
  await rm(place, { recursive: true, force: true })
  expect(left).toEqual([])
})

/** A toolchain of one program in a folder of its own, not yet in the library. */
async function aFolder(version: string, given: Partial<ToolchainInput> = {}) {
  const folder = join(place, `tools-${version}`)
  await mkdir(join(folder, 'bin'), { recursive: true })
  await writeFile(join(folder, 'bin/tool'), `#!/bin/sh\necho "tool ${version} of $TOOLS_HOME"\n`, {
    mode: 0o755,
  })
  return toolchainSchema.parse({
    name: 'tools',
    version,
    folder,
    mountPoint: '/opt/tools',
    variables: { TOOLS_HOME: '/opt/tools' },
    path: ['bin'],
    onRequest: ['under test'],
    ...given,
  })
}

/** The same, added, its fingerprint taken. */
async function aToolchain(version: string, given: Partial<ToolchainInput> = {}) {
  const toolchain = await aFolder(version, given)
  await libraryOf(runner).save(toolchain)
  return { toolchain, root: (await storeOf(runner).look(toolchain)).fingerprint.root }
}

function expectProvenance({ artifacts: [archive] }: Pick<PracticeJob, 'artifacts'>, sha256: string): void {
  const statement = execFileSync('unzip', ['-p', archive!.file, '*-metadata.json']).toString()
  expect(JSON.parse(statement)).toMatchObject({
    predicate: {
      buildDefinition: {
        resolvedDependencies: expect.arrayContaining([
          expect.objectContaining({ digest: { sha256 } }),
        ]) as unknown[],
      },
    },
  })
}

/** What history says a job mounted. */
async function mountsOf(gitlabId: number) {
  const { api } = runner.engine
  const { jobs } = await api.findJobs({ limit: 100 })
  const { mounts } = await api.readJob({ id: jobs.find((job) => job.gitlabId === gitlabId)!.id })
  return mounts
}

const libraryOf = ({ dataDir }: RunnerUnderTest) => openToolchainLibrary(join(dataDir, 'toolchains'))
const storeOf = ({ dataDir }: RunnerUnderTest) => openFingerprintStore(join(dataDir, 'fingerprints'))
const asking = (toolchain: Pick<Toolchain, 'name' | 'version'>) => ({
  DRYDOCK_TOOLCHAINS: referenceOf(toolchain),
})

describe('a job on a runner that permits a toolchain', () => {
  it('has it when it asks: on PATH, read-only, named in the header with its fingerprint', async () => {
    const { toolchain, root } = await aToolchain('1')
    const { status, log } = await runJob(runner, {
      script: ['tool', 'touch /opt/tools/bin/new 2>&1 || true', 'echo "[$PATH]"'],
      variables: asking(toolchain),
    })
    expect(status).toBe('success')
    expect(log).toContain(`  toolchain tools@1 (${root.slice(0, 8)}), read-only at /opt/tools\n`)
    expect(log).toContain('tool 1 of /opt/tools\n')
    expect(log).toContain('Read-only file system')
    expect(log).toMatch(/\[\/opt\/tools\/bin:\/[^\]]*[^:\]]\]/)
  })

  it('is remembered with name, version and fingerprint, in history and in the provenance of artifacts', async () => {
    const { toolchain, root } = await aToolchain('2')
    const { id, job } = await runJob(runner, {
      script: ['echo built > out.bin'],
      variables: { ...asking(toolchain), RUNNER_GENERATE_ARTIFACTS_METADATA: 'true' },
      artifacts: ['out.bin'],
    })
    const mounts = await mountsOf(id)
    expect(mounts.filter(({ target }) => target === '/opt/tools')).toEqual([
      {
        source: toolchain.folder,
        target: '/opt/tools',
        readOnly: true,
        toolchain: { name: 'tools', version: '2', fingerprint: root },
      },
    ])
    expectProvenance(job, root)
  })

  it('waits for no fingerprint that is still being taken, and is remembered with it all the same', async () => {
    const toolchain = await aFolder('10')
    // Long enough to read that the job has begun by then.
    await writeFile(join(toolchain.folder, 'large'), '')
    await truncate(join(toolchain.folder, 'large'), 2 ** 31)
    await libraryOf(runner).save(toolchain)
    const id = enqueue(runner, {
      script: ['echo begun', 'until [ -e /gate/open ]; do sleep 0.1; done', 'echo built > out.bin'],
      variables: { ...asking(toolchain), RUNNER_GENERATE_ARTIFACTS_METADATA: 'true' },
      artifacts: ['out.bin'],
    })
    await printed(runner, id, 'begun')
    const recorded = () => storeOf(runner).summary(toolchain)
    await expect.poll(recorded, { timeout: 60_000 }).toBeDefined()
    const { root } = (await recorded())!
    await writeFile(join(place, 'gate/open'), '')
    const { job, log } = await finished(runner, id)
    expect(log).toContain('  toolchain tools@10 (fingerprint being taken), read-only at /opt/tools\n')
    const used = (await mountsOf(id)).flatMap((mount) => mount.toolchain ?? [])
    expect(used).toEqual([{ name: 'tools', version: '10', fingerprint: root }])
    expectProvenance(job, root)
  })

  it('does not have it when it does not ask', async () => {
    const { status, log } = await runJob(runner, { script: ['if [ -e /opt/tools ]; then exit 3; fi'] })
    expect([status, log.includes('toolchain')]).toEqual(['success', false])
  })

  it('fails with a clear reason, before anything starts, when it asks for another', async () => {
    const { job, status, log } = await runJob(runner, {
      script: ['echo never'],
      variables: asking({ name: 'tools', version: '99' }),
    })
    expect({ status, reason: job.failureReason }).toEqual({
      status: 'failed',
      reason: 'runner_configuration_error',
    })
    expect(log).toContain('DRYDOCK_TOOLCHAINS: There is no version 99 of the toolchain tools; there is ')
    expect(log).not.toContain('Preparing')
  })
})

describe('a toolchain whose content has changed since it was recorded', () => {
  it('keeps jobs from beginning, says which files, and lets them begin once it is accepted', async () => {
    const { toolchain } = await aToolchain('3')
    await writeFile(join(toolchain.folder, 'bin/extra'), 'surprise')
    await rename(join(toolchain.folder, 'bin/tool'), join(toolchain.folder, 'bin/tool.orig'))
    const wish = { script: ['echo begun'], variables: asking(toolchain) }
    const stopped = await runJob(runner, wish)
    const { fingerprint } = await storeOf(runner).look(toolchain)
    await storeOf(runner).accept(toolchain, fingerprint)
    const after = await runJob(runner, wish)
    expect([stopped.status, stopped.job.failureReason]).toEqual(['failed', 'runner_configuration_error'])
    expect(stopped.log).toContain(
      'The toolchain tools@3 is no longer what it was: bin/extra was added, bin/tool was removed, bin/tool.orig was added.',
    )
    expect(stopped.log).not.toContain('begun')
    expect(after.status).toBe('success')
    expect(after.log).toContain(`toolchain tools@3 (${fingerprint.root.slice(0, 8)})`)
  })

  it('is only warned of where that was chosen, and history names what the job really used', async () => {
    const { toolchain } = await aToolchain('4', { onDrift: 'warn' })
    await writeFile(join(toolchain.folder, 'bin/extra'), 'surprise')
    const { root } = await takeFingerprint(toolchain.folder)
    const { id, status, log } = await runJob(runner, { script: ['tool'], variables: asking(toolchain) })
    const mounts = await mountsOf(id)
    expect([status, log.includes('WARNING: The toolchain tools@4 is no longer what it was')]).toEqual([
      'success',
      true,
    ])
    expect(mounts.find(({ target }) => target === '/opt/tools')?.toolchain?.fingerprint).toBe(root)
  })
})

describe('a job that runs while its toolchain is switched', () => {
  it('keeps the version it began with to its end, in every stage; the next one has the new version', async () => {
    await aToolchain('5')
    const { toolchain: next } = await aToolchain('6')
    await libraryOf(runner).switchTo({ name: 'tools', version: '5' })
    const wish = {
      script: ['echo first; tool', 'sleep 2', 'tool'],
      variables: { DRYDOCK_TOOLCHAINS: 'tools' },
    }
    const running = enqueue(runner, { ...wish, afterScript: ['/opt/tools/bin/tool'] })
    await printed(runner, running, 'tool 5')
    await libraryOf(runner).switchTo(next)
    const second = await runJob(runner, wish)
    const first = await finished(runner, running)
    expect([first.log.match(/tool \d(?= of)/g), second.log.match(/tool \d(?= of)/g)]).toEqual([
      ['tool 5', 'tool 5', 'tool 5'],
      ['tool 6', 'tool 6'],
    ])
  })

  it('keeps the folder it began with when a link is pointed elsewhere in mid-job', async () => {
    const link = join(place, 'current')
    await aToolchain('7')
    await aToolchain('8')
    await rm(link, { force: true })
    await symlink(join(place, 'tools-7'), link)
    const { toolchain } = await aToolchain('linked', { folder: link })
    const wish = { script: ['echo first; tool', 'sleep 2', 'tool'], variables: asking(toolchain) }
    const running = enqueue(runner, { ...wish, afterScript: ['/opt/tools/bin/tool'] })
    await printed(runner, running, 'tool 7')
    await symlink(join(place, 'tools-8'), `${link}.new`)
    await rename(`${link}.new`, link)
    const { log } = await finished(runner, running)
    expect(log.match(/tool \d(?= of)/g)).toEqual(['tool 7', 'tool 7', 'tool 7'])
  })
})

describe('a tool that insists on writing into its own folder', () => {
  it('writes into a layer of the job; the folder is what it was, and the next job sees nothing of it', async () => {
    const { toolchain, root } = await aToolchain('9', { writable: 'private-layer' })
    const before = await takeFingerprint(toolchain.folder)
    const wish = {
      script: ['tool', 'ls /opt/tools/bin', 'echo x > /opt/tools/bin/state', 'echo y >> /opt/tools/bin/tool'],
      variables: asking(toolchain),
    }
    const jobs = [enqueue(runner, wish), enqueue(runner, wish)]
    const both = await Promise.all(jobs.map((id) => finished(runner, id)))
    for (const { status, log } of both) {
      expect(status).toBe('success')
      expect(log).toContain(
        `  toolchain tools@9 (${root.slice(0, 8)}), with a private writable layer at /opt/tools\n`,
      )
      expect(log).not.toMatch(/^state$/m)
    }
    expect(await takeFingerprint(toolchain.folder)).toEqual(before)
  })
})
