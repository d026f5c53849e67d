import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { downloadArtifacts } from '../../main/engine/artifacts/download-artifacts.ts'
import { uploadArtifacts } from '../../main/engine/artifacts/upload-artifacts.ts'
import { localCacheStore } from '../../main/engine/cache/cache-store.ts'
import { restoreCaches } from '../../main/engine/cache/restore-caches.ts'
import { saveCaches } from '../../main/engine/cache/save-caches.ts'
import type { DockerEngine } from '../../main/engine/docker/port.ts'
import type { Job, JobArtifact, JobCache, JobDependency } from '../../main/engine/job/job.ts'
import type { JobEnvironment } from '../../main/engine/job/ports.ts'
import { aSystemId, onEngine, testEngine } from '../docker/kit.ts'
import { artifactServer, fileInForm } from '../support/artifact-server.ts'
import { makeZip } from '../support/archives.ts'
import { keptOutput } from '../support/kept-output.ts'

const signal = new AbortController().signal
let engine: DockerEngine
let folder: string
beforeAll(async () => {
  engine = await testEngine()
  folder = await mkdtemp(join(tmpdir(), 'drydock-scenario-'))
})
afterAll(async () => {
  engine.close()
  await rm(folder, { recursive: true, force: true })
})

const artifact: JobArtifact = {
  name: '',
  untracked: false,
  paths: ['out/**'],
  exclude: ['**/*.tmp'],
  when: 'always',
  expireIn: '',
  type: 'archive',
  format: 'zip',
}
const cache: JobCache = {
  key: 'deps',
  fallbackKeys: [],
  policy: '',
  when: 'always',
  paths: ['deps'],
  untracked: false,
}
const dependency: JobDependency = {
  id: 1,
  name: 'before',
  token: 'glcbt-before',
  artifacts: { filename: 'artifacts.zip', size: 1 },
}

/** A job in real containers, with shell text run in its helper's project folder. */
async function withJob<T>(
  job: Partial<Job>,
  use: (parts: {
    readonly context: ReturnType<typeof onEngine>['context']
    readonly environment: JobEnvironment
    readonly shell: (text: string) => Promise<string>
    readonly output: ReturnType<typeof keptOutput>
  }) => Promise<T>,
): Promise<T> {
  const { context, prepare, heard } = onEngine(engine, { job, systemId: aSystemId() })
  await using environment = await prepare()
  const shell = async (text: string) => {
    const before = heard.text().length
    const script = `set -e\nmkdir -p ${context.dirs.project}\ncd ${context.dirs.project}\n${text}\n`
    await environment.run({ name: 'step_script', runsIn: 'helper', text: script }, signal)
    return heard.text().slice(before)
  }
  return await use({ context, environment, shell, output: keptOutput() })
}

const makeTree = [
  'mkdir -p out/deep',
  'printf first > out/a.txt',
  'printf secret > out/b.tmp',
  'printf "#!/bin/sh" > out/deep/run',
  'chmod 755 out/deep/run',
  'ln -s a.txt out/link',
  'head -c 5000000 /dev/urandom > out/noise',
  'touch -d "@1600000000" out/a.txt',
].join('\n')

const describeTree =
  'find . -type f | sort | xargs md5sum; find . -type l | sort; ls -ld out/deep/run | cut -c1-10'

describe('artifacts in real containers', () => {
  it('go up from one job and come down in another as they were', async () => {
    await using server = await artifactServer((request, response) =>
      request.method === 'POST'
        ? response.writeHead(201).end()
        : response.writeHead(200).end(fileInForm(server.received[0]!).content),
    )
    const before = await withJob(
      { artifacts: [artifact] },
      async ({ context, environment, shell, output }) => {
        await shell(makeTree)
        await uploadArtifacts(context, environment, output, server.gateway, 'success', signal)
        expect(output.lines()).toContain('**/*.tmp: excluded 1 files')
        return shell(`rm out/b.tmp\n${describeTree}`)
      },
    )
    const after = await withJob(
      { dependencies: [dependency] },
      async ({ context, environment, shell, output }) => {
        await shell('true')
        await downloadArtifacts(context, environment, output, server.gateway, signal)
        return shell(describeTree)
      },
    )
    expect(after).toBe(before)
  })

  it('do not come down through a link the job left', async () => {
    const archive = makeZip([{ name: 'etc/passwd', content: 'mine' }])
    await using server = await artifactServer((_, response) => response.writeHead(200).end(archive))
    await withJob({ dependencies: [dependency] }, async ({ context, environment, shell, output }) => {
      await shell('ln -s /etc etc')
      const before = await shell('md5sum /etc/passwd')
      await expect(downloadArtifacts(context, environment, output, server.gateway, signal)).rejects.toThrow(
        'exit code 1',
      )
      expect(await shell('md5sum /etc/passwd')).toBe(before)
    })
  })
})

describe('caches in real containers', () => {
  it('are shared by jobs of one project', async () => {
    const store = localCacheStore(join(folder, 'caches'))
    const lines = await withJob({ caches: [cache] }, async ({ context, environment, shell, output }) => {
      await shell('mkdir deps; printf lib > deps/lib.so; chmod 755 deps/lib.so')
      await saveCaches(context, environment, output, store, 'success', signal)
      return output.lines()
    })
    const restored = await withJob({ caches: [cache] }, async ({ context, environment, shell, output }) => {
      await shell('true')
      await restoreCaches(context, environment, output, store, signal)
      await saveCaches(context, environment, output, store, 'success', signal)
      return {
        last: output.lines().slice(-2),
        file: await shell('cat deps/lib.so; ls -l deps/lib.so | cut -c1-10'),
      }
    })
    expect({ saved: lines.at(-1), restored }).toEqual({
      saved: 'Created cache',
      restored: { last: ['Archive is up to date!', 'Created cache'], file: 'lib-rwxr-xr-x\n' },
    })
  })
})
