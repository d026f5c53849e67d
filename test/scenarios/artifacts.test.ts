import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { downloadArtifacts } from '../../main/engine/artifacts/download-artifacts.ts'
import { uploadArtifacts } from '../../main/engine/artifacts/upload-artifacts.ts'
import { localCacheStore } from '../../main/engine/cache/cache-store.ts'
import { restoreCaches } from '../../main/engine/cache/restore-caches.ts'
import { saveCaches } from '../../main/engine/cache/save-caches.ts'
import type { DockerEngine } from '../../main/engine/docker/port.ts'
import type { Job, JobCache, JobDependency } from '../../main/engine/job/job.ts'
import type { JobEnvironment } from '../../main/engine/job/ports.ts'
import { aSystemId, onEngine, testEngine } from '../docker/kit.ts'
import { artifactServer, fileInForm, inPieces } from '../support/artifact-server.ts'
import { makeZip, type MadeEntry } from '../support/archives.ts'
import { anArtifact, variables as variablesOf } from '../support/job-context.ts'
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

const artifact = anArtifact({ paths: ['out/**'], exclude: ['**/*.tmp'] })
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

describe('a hostile archive, handed out as the artifacts of a job before', () => {
  const link = { name: 'out', content: '/tmp', mode: 0o120_777 }
  const zeros = Buffer.alloc(8 * 1024 * 1024)
  it.each<{ readonly what: string; readonly entries: readonly MadeEntry[]; readonly says: RegExp }>([
    {
      what: 'an absolute path',
      entries: [{ name: '/tmp/evil' }],
      says: /cannot be extracted outside of chroot/,
    },
    {
      what: 'a path that climbs out',
      entries: [{ name: 'a/../../../../../tmp/evil' }],
      says: /cannot be extracted outside of chroot/,
    },
    {
      what: 'a file below a link of its own',
      entries: [link, { name: 'out/evil', content: 'x' }],
      says: /is both a link and a folder/,
    },
    { what: 'a device node', entries: [{ name: 'sda', mode: 0o060_666 }], says: /is a device node/ },
    {
      what: 'more than it could hold',
      entries: [{ name: 'zeros', content: zeros, deflated: true, size: 0xffff_fff0 }],
      says: /is taken for a bomb/,
    },
  ])('with $what fails the stage, and leaves nothing anywhere', async ({ entries, says }) => {
    const archive = makeZip([{ name: 'innocent', content: 'x' }, ...entries])
    await using server = await artifactServer((_, response) => response.writeHead(200).end(archive))
    await withJob({ dependencies: [dependency] }, async ({ context, environment, shell, output }) => {
      const everything = 'find . /tmp /dev ! -path "/dev/pts*" | sort'
      const before = await shell(everything)
      await expect(downloadArtifacts(context, environment, output, server.gateway, signal)).rejects.toThrow(
        'exit code 1',
      )
      expect(output.text()).toMatch(says)
      expect(await shell(everything)).toBe(before)
    })
  })
})

describe('a zip that is made with `fastest`', () => {
  it('can be read in parts: where its table says, a file stands as it is', async () => {
    const variables = variablesOf({ ARTIFACT_COMPRESSION_LEVEL: 'fastest' })
    await using server = await artifactServer(201)
    const digest = await withJob(
      { artifacts: [artifact], variables },
      async ({ context, environment, shell, output }) => {
        await shell(`${makeTree}\nrm out/b.tmp`)
        await uploadArtifacts(context, environment, output, server.gateway, 'success', signal)
        return (await shell('md5sum out/noise')).slice(0, 32)
      },
    )
    const file = join(folder, 'stored.zip')
    await writeFile(file, fileInForm(server.received[0]!).content)
    await using storage = await artifactServer(inPieces(await readFile(file)))
    // Info-ZIP tells where the local header stands; it is 30 bytes long, then come name and extra field.
    const told = execFileSync('zipinfo', ['-v', file, 'out/noise']).toString()
    const at = Number(/offset of local header from start of archive:\s+(\d+)/.exec(told)?.[1])
    const rangeOf = async (from: number, length: number) => {
      const headers = { Range: `bytes=${from}-${from + length - 1}`, 'If-Match': '"v1"' }
      return Buffer.from(await (await fetch(storage.url, { headers })).arrayBuffer())
    }
    const head = await rangeOf(at, 30)
    const content = await rangeOf(at + 30 + head.readUInt16LE(26) + head.readUInt16LE(28), 5_000_000)
    expect(createHash('md5').update(content).digest('hex')).toBe(digest)
  })
})

describe('caches in real containers', () => {
  it('are whole whichever of two jobs saves last, while others read them', async () => {
    const store = localCacheStore(join(folder, 'crowded'))
    const play = (mark: string) =>
      withJob({ caches: [cache] }, async ({ context, environment, shell, output }) => {
        await shell('true')
        await restoreCaches(context, environment, output, store, signal)
        const found = await shell('cat deps/* 2>/dev/null | md5sum; ls deps 2>/dev/null | wc -l')
        await shell(`mkdir -p deps; for n in 1 2 3; do yes ${mark} | head -c 3000000 > deps/$n; done`)
        await saveCaches(context, environment, output, store, 'success', signal)
        return found
      })
    const whole = (mark: string) =>
      `${createHash('md5').update(`${mark}\n`.repeat(4_500_000)).digest('hex')}  -\n3\n`
    await Promise.all([play('a'), play('b')])
    const found = await Promise.all([play('a'), play('b'), play('a')])
    const possible = [whole('a'), whole('b')]
    expect(found.filter((one) => !possible.includes(one))).toEqual([])
  })

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
