import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { getSourcesScript } from '../../../main/engine/sources/get-sources.ts'
import { architecture } from '../../../main/engine/version.ts'
import { git } from '../../support/git-repositories.ts'
import { green, sourceJobs, type SourceJobs } from '../../support/source-jobs.ts'

let jobs: SourceJobs
beforeAll(async () => void (jobs = await sourceJobs()))
afterAll(() => jobs[Symbol.asyncDispose]())

describe('getting sources', () => {
  it('with GIT_STRATEGY=clone begins with an empty directory', async () => {
    const { path, sha } = await jobs.repository()
    const { slot, project } = await jobs.get({ path, sha })
    await writeFile(join(project, '.git', 'mine'), '')
    const got = await jobs.get({
      path,
      sha,
      slot,
      settings: { GIT_STRATEGY: 'clone', GIT_CLEAN_FLAGS: 'none' },
    })
    expect(got.stdout).toContain('Initialized empty Git repository')
    expect([await got.read('file.txt'), existsSync(join(project, '.git', 'mine'))]).toEqual([
      `${path.slice('group/'.length)}\n`,
      false,
    ])
  })

  it('with GIT_CHECKOUT=false fetches but touches no file', async () => {
    const { path, sha, repository } = await jobs.repository()
    const { slot, project } = await jobs.get({ path, sha })
    await writeFile(join(project, 'left'), '')
    const next = await repository.commit({ 'new.txt': '' })
    const got = await jobs.get({ path, sha: next, slot, settings: { GIT_CHECKOUT: 'false' } })
    expect(got.stdout).toContain(green('Skipping Git checkout'))
    expect([await readdir(project), await got.git('rev-parse', 'HEAD', 'origin/main')]).toEqual([
      ['.git', 'file.txt', 'left'],
      `${sha}\n${next}`,
    ])
  })

  it.each([
    ['-ffdx', ['.git', 'file.txt']],
    ['none', ['.git', 'file.txt', 'keep', 'left']],
    ['-ffdx -e keep/', ['.git', 'file.txt', 'keep']],
  ])('with GIT_CLEAN_FLAGS=%s keeps what they say', async (flags, stays) => {
    const { path, sha } = await jobs.repository()
    const { slot, project } = await jobs.get({ path, sha })
    await mkdir(join(project, 'keep'))
    await writeFile(join(project, 'keep', 'x'), '')
    await writeFile(join(project, 'left'), '')
    await jobs.get({ path, sha, slot, settings: { GIT_CLEAN_FLAGS: flags } })
    expect(await readdir(project)).toEqual(stays)
  })

  it.each([
    [2, {}, '2', 'Fetching changes with git depth set to 2...'],
    [0, {}, '4', 'Fetching changes...'],
    [2, { GIT_FETCH_EXTRA_FLAGS: '--depth 1' }, '1', 'Fetching changes with git depth set to 2...'],
  ])('at depth %d with %j brings %s commits', async (depth, settings, count, says) => {
    const { path, repository } = await jobs.repository()
    for (const name of ['a', 'b']) await repository.commit({ [name]: '' })
    const sha = await repository.commit({ c: '' })
    const got = await jobs.get({ path, sha, settings, git: { depth } })
    expect([await got.git('rev-list', '--count', 'HEAD'), got.stdout.startsWith(green(says))]).toEqual([
      count,
      true,
    ])
  })

  it('completes a shallow repository when the whole history is wanted', async () => {
    const { path, repository } = await jobs.repository()
    const sha = await repository.commit({ a: '' })
    const { slot } = await jobs.get({ path, sha, git: { depth: 1 } })
    const got = await jobs.get({ path, sha, slot, git: { depth: 0 } })
    expect(await got.git('rev-list', '--count', 'HEAD')).toBe('2')
  })

  it('says who asks, and sends the correlation id', async () => {
    const { path, sha } = await jobs.repository()
    await jobs.get({ path, sha, correlationId: '01J' })
    const { headers } = jobs.server.requests.findLast(({ url }) => url.startsWith(`/${path}`)) ?? {}
    expect([headers?.['user-agent'], headers?.['x-gitaly-correlation-id']]).toEqual([
      `gitlab-runner 19.4.0 linux/${architecture}`,
      '01J',
    ])
  })

  it('runs hooks around git, the configuration’s outside the job’s', async () => {
    const { path, sha } = await jobs.repository()
    const slot = jobs.slot()
    const got = await jobs.get({
      path,
      sha,
      slot,
      runner: {
        url: jobs.server.origin,
        builds_dir: slot.builds,
        pre_get_sources_script: 'echo config before',
        post_get_sources_script: 'echo config after',
      },
      job: {
        hooks: [
          { name: 'pre_get_sources_script', script: ['echo job before'] },
          { name: 'post_get_sources_script', script: ['cat file.txt', 'echo job after'] },
        ],
      },
    })
    const said = got.stdout.split('\n').filter((line) => /^(?:config|job|p\d)/.test(line))
    expect(said).toEqual([
      'config before',
      'job before',
      path.slice('group/'.length),
      'job after',
      'config after',
    ])
  })

  it('fails with the exit code of a hook', async () => {
    const { path, sha } = await jobs.repository()
    const hooks = [{ name: 'pre_get_sources_script', script: ['exit 7'] }] as const
    expect((await jobs.get({ path, sha, job: { hooks } })).exitCode).toBe(7)
  })

  it.each([
    ['a repository that is not there', { path: 'group/missing', sha: '1'.repeat(40) }],
    [
      'a server that is not there',
      { path: 'g/p', sha: '1'.repeat(40), git: { repoUrl: 'http://127.0.0.1:1/g/p.git' } },
    ],
  ])('fails with exit code 1 for %s', async (_, given) => {
    const got = await jobs.get(given)
    expect([got.exitCode, got.stderr.includes('fatal: ')]).toEqual([1, true])
  })

  it('fails for a commit the server does not have', async () => {
    const { path } = await jobs.repository()
    expect((await jobs.get({ path, sha: '1'.repeat(40) })).exitCode).toBe(1)
  })

  it('understands repositories of SHA-256, also when it comes again', async () => {
    const { path } = await jobs.repository()
    const { sha } = await sha256Repository(path)
    const first = await jobs.get({ path, sha, git: { objectFormat: 'sha256' } })
    await writeFile(join(first.project, '.git', 'mine'), '')
    const got = await jobs.get({ path, sha, slot: first.slot, git: { objectFormat: 'sha256' } })
    expect([
      got.exitCode,
      await got.git('rev-parse', 'HEAD'),
      existsSync(join(got.project, '.git', 'mine')),
    ]).toEqual([0, sha, true])
  })

  it.each([
    ['FF_USE_GIT_PROACTIVE_AUTH', 'true', `http.http://127.0.0.1:\\d+.proactiveAuth=basic`, true],
    ['FF_USE_GIT_PROACTIVE_AUTH', 'false', 'proactiveAuth', false],
    ['FF_USE_GIT_BUNDLE_URIS', 'true', 'bundleURI = "true"', true],
    ['FF_USE_GIT_BUNDLE_URIS', 'false', 'bundleURI', false],
    ['FF_USE_GITALY_CORRELATION_ID', 'false', 'Gitaly', false],
  ])('with %s=%s tells git accordingly', (flag, value, text, isThere) => {
    const given = { path: 'g/p', sha: '1'.repeat(40), correlationId: '01J', settings: { [flag]: value } }
    expect(new RegExp(text).test(getSourcesScript(jobs.contextOf(given).context))).toBe(isThere)
  })
})

/** Turns a repository on the server into one of SHA-256 with one empty commit. */
async function sha256Repository(path: string) {
  const directory = join(jobs.root, 'served', `${path}.git`)
  await rm(directory, { recursive: true })
  await mkdir(directory)
  const run = (...args: readonly string[]) => git(directory, ...args)
  await run('init', '-q', '--bare', '--object-format', 'sha256')
  const sha = await run(
    '-c',
    'user.name=a',
    '-c',
    'user.email=a@b',
    'commit-tree',
    '-m',
    'x',
    await run('write-tree'),
  )
  await run('update-ref', 'refs/heads/main', sha)
  await run('update-ref', 'refs/pipelines/1', sha)
  return { sha }
}

describe('a repository an earlier job left', () => {
  const warm = async () => {
    const { path, sha, repository } = await jobs.repository()
    const { slot, project } = await jobs.get({ path, sha })
    const next = await repository.commit({ 'file.txt': 'next\n' })
    return { again: { path, sha: next, slot }, project, dotGit: join(project, '.git') }
  }

  it('with locks of a killed git is unlocked', async () => {
    const { again, dotGit } = await warm()
    for (const lock of [
      'index.lock',
      'shallow.lock',
      'HEAD.lock',
      'config.lock',
      'refs/remotes/origin/main.lock',
    ]) {
      await writeFile(join(dotGit, lock), '')
    }
    const got = await jobs.get(again)
    expect([got.exitCode, await got.read('file.txt')]).toEqual([0, 'next\n'])
  })

  it('loses its hooks and configuration', async () => {
    const { again, dotGit } = await warm()
    await mkdir(join(dotGit, 'hooks'), { recursive: true })
    await writeFile(join(dotGit, 'hooks', 'post-checkout'), '#!/bin/sh\necho hooked\n')
    await chmod(join(dotGit, 'hooks', 'post-checkout'), 0o755)
    await writeFile(join(dotGit, 'config'), '[core]\n\tfsmonitor = echo monitored >&2\n')
    const got = await jobs.get(again)
    expect([got.exitCode, `${got.stdout}${got.stderr}`.match(/hooked|monitored/)]).toEqual([0, null])
  })

  it('keeps its configuration where clean_git_config is off', async () => {
    const { again, dotGit } = await warm()
    const config = join(dotGit, 'config')
    const kept =
      '[mine]\n\tkey = 1\n[remote "origin"]\n\turl = http://127.0.0.1:1/old.git\n[include]\n\tpath = /old\n'
    await writeFile(config, kept)
    const runner = { url: jobs.server.origin, builds_dir: again.slot.builds, clean_git_config: false }
    const got = await jobs.get({ ...again, runner })
    expect([got.exitCode, got.stdout.includes('Created fresh repository.')]).toEqual([0, false])
    expect([await got.git('config', 'mine.key'), await got.git('config', 'remote.origin.url')]).toEqual([
      '1',
      `${jobs.server.origin}/${again.path}.git`,
    ])
  })

  it.each([
    ['an empty HEAD', (dotGit: string) => truncate(join(dotGit, 'HEAD'))],
    ['no HEAD', (dotGit: string) => rm(join(dotGit, 'HEAD'))],
    ['no objects', (dotGit: string) => rm(join(dotGit, 'objects'), { recursive: true })],
    ['half an index', (dotGit: string) => truncate(join(dotGit, 'index'), 20)],
    ['an empty ref', (dotGit: string) => truncate(join(dotGit, 'refs/remotes/origin/main'))],
    [
      'nothing but a file',
      async (dotGit: string) => {
        await rm(dotGit, { recursive: true })
        await writeFile(dotGit, 'gitdir: /nowhere\n')
      },
    ],
    [
      'empty objects',
      async (dotGit: string) => {
        const objects = join(dotGit, 'objects')
        for (const name of await readdir(objects, { recursive: true, withFileTypes: true })) {
          if (!name.isFile()) continue
          const file = join(name.parentPath, name.name)
          await chmod(file, 0o644)
          await truncate(file)
        }
      },
    ],
  ])('with %s works again', async (_, damage) => {
    const { again, dotGit } = await warm()
    await damage(dotGit)
    const got = await jobs.get(again)
    expect([got.exitCode, await got.read('file.txt'), await got.git('status', '--porcelain')]).toEqual([
      0,
      'next\n',
      '',
    ])
  })

  it('of another hash is replaced', async () => {
    const { again } = await warm()
    const { sha } = await sha256Repository(again.path)
    const got = await jobs.get({ ...again, sha, git: { objectFormat: 'sha256' } })
    expect([got.exitCode, await got.git('rev-parse', 'HEAD')]).toEqual([0, sha])
  })

  it.each([
    [
      'a ref is gone from the server',
      {
        git: {
          refspecs: ['+refs/pipelines/1:refs/pipelines/1', '+refs/heads/gone:refs/remotes/origin/gone'],
        },
      },
    ],
    ['flags are mistyped', { settings: { GIT_FETCH_EXTRA_FLAGS: '--no-such-flag' } }],
    ['cleaning fails', { settings: { GIT_CLEAN_FLAGS: '--no-such-flag' } }],
  ])('is kept where %s', async (_, trouble) => {
    const { again, dotGit } = await warm()
    await writeFile(join(dotGit, 'mine'), '')
    const got = await jobs.get({ ...again, ...trouble })
    expect([got.exitCode, existsSync(join(dotGit, 'mine'))]).toEqual([1, true])
  })

  it('is kept where the server is away', async () => {
    const { again, dotGit } = await warm()
    await writeFile(join(dotGit, 'mine'), '')
    const got = await jobs.get({ ...again, git: { repoUrl: `http://127.0.0.1:1/${again.path}.git` } })
    expect([got.exitCode, existsSync(join(dotGit, 'mine'))]).toEqual([1, true])
  })
})
