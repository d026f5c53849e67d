import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'

import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'

import type { DockerEngine } from '../../main/engine/docker/port.ts'
import type { Job } from '../../main/engine/job/job.ts'
import { getSourcesScript } from '../../main/engine/sources/get-sources.ts'
import { Repository } from '../support/git-repositories.ts'
import { gitServer } from '../support/git-server.ts'
import { aPayload } from '../support/job-context.ts'
import { newestGitImage } from '../support/newest-git-image.ts'
import { aSystemId, onEngine, testEngine } from './kit.ts'
import { importOnce } from './toolchain-images.ts'

const helper = 'drydock-test/newest-git:1'
const never = new AbortController().signal
const largeFiles = new Map<string, Buffer>()

let engine: DockerEngine
let folder: string
let server: Awaited<ReturnType<typeof gitServer>>

beforeAll(async () => {
  engine = await testEngine()
  await importOnce(inject('dockerHost'), helper, newestGitImage)
  folder = await mkdtemp('/tmp/drydock-real-git-')
  const host = (await engine.hostAddress()) ?? '127.0.0.1'
  server = await gitServer(folder, { username: 'gitlab-ci-token', password: 'secret', host, largeFiles })
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  engine.close()
  await rm(folder, { recursive: true, force: true })
})

/** A job that gets sources with the newest git. @returns its log, and what `does` prints in the project. */
async function getWith(
  path: string,
  git: Partial<Job['git']>,
  variables: Readonly<Record<string, string>>,
  does: string,
) {
  const { context, heard, prepare } = onEngine(engine, {
    systemId: aSystemId(),
    docker: { helper_image: helper, disable_cache: true },
    runner: { url: server.origin },
    variables,
    job: {
      git: {
        ...aPayload().git,
        repoUrl: server.urlOf(path),
        refspecs: ['+refs/pipelines/1:refs/pipelines/1', '+refs/heads/main:refs/remotes/origin/main'],
        ...git,
      },
    },
  })
  await using environment = await prepare()
  await environment.run({ name: 'get_sources', runsIn: 'helper', text: getSourcesScript(context) }, never)
  const from = heard.text().length
  const text = `set -e\ncd ${context.dirs.project}\n${does}\n`
  await environment.run({ name: 'step_script', runsIn: 'helper', text }, never)
  return { log: heard.text().slice(0, from), printed: heard.text().slice(from) }
}

describe('with the newest git', () => {
  it.each([
    { ref: 'main', says: 'Cloning repository for main with git depth set to 1...' },
    { ref: 'refs/pipelines/1', says: 'Cloning repository for refs/pipelines/1 with git depth set to 1...' },
  ])('FF_USE_GIT_NATIVE_CLONE clones $ref in one go', async ({ ref, says }) => {
    const repository = await Repository.create(folder, `group/${ref.replaceAll('/', '-')}`)
    await repository.commit({ file: 'before\n' })
    const sha = await repository.commit({ file: 'content\n' })
    const { log, printed } = await getWith(
      `group/${ref.replaceAll('/', '-')}`,
      { ref, sha, depth: 1 },
      {
        GIT_STRATEGY: 'clone',
        FF_USE_GIT_NATIVE_CLONE: 'true',
        GIT_CLONE_EXTRA_FLAGS: '--no-tags --config a.b=c',
      },
      'cat file; git log --format=%H; git config a.b',
    )
    expect(log).toContain('Git version at least "2.49"')
    expect(log).toContain(says)
    expect(printed).toBe(`content\n${sha}\nc\n`)
  })

  it.each(['fetch', 'clone'])('strategy %s pulls large files through the server', async (strategy) => {
    const content = randomBytes(300_000)
    const oid = createHash('sha256').update(content).digest('hex')
    largeFiles.set(oid, content)
    const repository = await Repository.create(folder, `group/large-${strategy}`)
    const sha = await repository.commit({
      '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
      'firmware.bin': `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${content.length}\n`,
    })
    const does = 'sha256sum < firmware.bin; git status --short'
    const large = { ref: 'main', sha }
    const got = await getWith(`group/large-${strategy}`, large, { GIT_STRATEGY: strategy }, does)
    expect(got.printed).toBe(`${oid}  -\n`)
    const left = { GIT_STRATEGY: strategy, GIT_LFS_SKIP_SMUDGE: 'true' }
    const pointer = await getWith(`group/large-${strategy}`, large, left, 'head -1 firmware.bin')
    expect(pointer.printed).toBe('version https://git-lfs.github.com/spec/v1\n')
  })

  it('fails the stage where the server does not have a large file', async () => {
    const repository = await Repository.create(folder, 'group/large-missing')
    const sha = await repository.commit({
      '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
      'firmware.bin': `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 7\n`,
    })
    const getting = getWith('group/large-missing', { ref: 'main', sha }, { GIT_STRATEGY: 'fetch' }, 'true')
    await expect(getting).rejects.toMatchObject({ reason: 'script_failure', exitCode: 1 })
  })
})
