import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { getSourcesScript } from '../../../main/engine/sources/get-sources.ts'
import { green, nestedRepositories, sourceJobs, type SourceJobs } from '../../support/source-jobs.ts'

let jobs: SourceJobs
beforeAll(async () => void (jobs = await sourceJobs()))
afterAll(() => jobs[Symbol.asyncDispose]())

const normal = { GIT_SUBMODULE_STRATEGY: 'normal' }
const recursive = { GIT_SUBMODULE_STRATEGY: 'recursive' }

async function presentFiles(project: string) {
  const files = ['outer/file.txt', 'outer/inner/file.txt', 'other/file.txt']
  const found = await Promise.all(
    files.map((name) =>
      readFile(join(project, name)).then(
        () => name,
        () => undefined,
      ),
    ),
  )
  return found.filter((name) => name !== undefined)
}

describe('submodules', () => {
  it.each([
    ['none', {}, []],
    ['normal', normal, ['outer/file.txt', 'other/file.txt']],
    ['recursive', recursive, ['outer/file.txt', 'outer/inner/file.txt', 'other/file.txt']],
    ['of one path', { ...recursive, GIT_SUBMODULE_PATHS: 'other' }, ['other/file.txt']],
    ['of two paths', { ...normal, GIT_SUBMODULE_PATHS: 'other outer' }, ['outer/file.txt', 'other/file.txt']],
    [
      'but one',
      { ...recursive, GIT_SUBMODULE_PATHS: ':(exclude)other' },
      ['outer/file.txt', 'outer/inner/file.txt'],
    ],
  ])('%s come as asked', async (_, settings, files) => {
    const { main } = await nestedRepositories(jobs)
    const got = await jobs.get({ ...main, settings })
    expect([got.exitCode, await presentFiles(got.project)]).toEqual([0, files])
  })

  it('of a warm tree are updated and cleaned', async () => {
    const { main, other, outer } = await nestedRepositories(jobs)
    const { slot, project } = await jobs.get({ ...main, settings: recursive })
    await writeFile(join(project, 'other', 'file.txt'), 'changed')
    await writeFile(join(project, 'outer', 'inner', 'left'), '')
    await writeFile(join(project, '.git', 'modules', 'other', 'index.lock'), '')
    const sha = await other.repository.commit({ 'file.txt': 'newer\n' })
    const next = await main.repository.commit({}, [
      { path: 'other', url: `${jobs.server.origin}/${other.path}.git`, sha },
    ])
    const got = await jobs.get({ ...main, sha: next, slot, settings: recursive })
    expect([got.exitCode, await got.read('other/file.txt'), await got.git('status', '--porcelain')]).toEqual([
      0,
      'newer\n',
      '',
    ])
    expect(await got.git('-C', 'outer', 'rev-parse', 'HEAD')).toBe(outer.sha)
  })

  it('have their own depth', async () => {
    const { main, other } = await nestedRepositories(jobs)
    const sha = await other.repository.commit({ more: '' })
    const next = await main.repository.commit({}, [
      { path: 'other', url: `${jobs.server.origin}/${other.path}.git`, sha },
    ])
    const got = await jobs.get({ ...main, sha: next, settings: { ...normal, GIT_SUBMODULE_DEPTH: '1' } })
    expect([got.exitCode, await got.git('-C', 'other', 'rev-list', '--count', 'HEAD')]).toEqual([0, '1'])
    expect(got.stdout).toContain(green('Updating/initializing submodules with git depth set to 1...'))
  })

  it('follow their branch with --remote', async () => {
    const { main, other } = await nestedRepositories(jobs)
    const newest = await other.repository.commit({ more: '' })
    await other.repository.git('symbolic-ref', 'HEAD', 'refs/heads/main')
    const got = await jobs.get({
      ...main,
      settings: { ...normal, GIT_SUBMODULE_UPDATE_FLAGS: '--remote', GIT_SUBMODULE_PATHS: 'other' },
    })
    expect([got.exitCode, await got.git('-C', 'other', 'rev-parse', 'HEAD')]).toEqual([0, newest])
  })

  it('are tried once more, then the stage fails', async () => {
    const { sha: missing } = await jobs.repository()
    const main = await jobs.repository(undefined, [{ path: 'gone', url: '../gone.git', sha: missing }])
    const got = await jobs.get({ ...main, settings: normal })
    expect([got.exitCode, got.stdout.includes('Updating submodules failed. Retrying...')]).toEqual([1, true])
  })

  it('written for SSH come over HTTP with GIT_SUBMODULE_FORCE_HTTPS', async () => {
    const [first, second] = [await jobs.repository(), await jobs.repository()]
    const main = await jobs.repository(undefined, [
      { path: 'short', url: `git@gitlab.example.com:${first.path}.git`, sha: first.sha },
      { path: 'long', url: `ssh://git@gitlab.example.com/${second.path}.git`, sha: second.sha },
    ])
    const got = await jobs.get({
      ...main,
      settings: {
        ...normal,
        GIT_SUBMODULE_FORCE_HTTPS: 'true',
        CI_SERVER_SHELL_SSH_HOST: 'gitlab.example.com',
      },
    })
    expect([
      got.exitCode,
      await got.git('-C', 'short', 'rev-parse', 'HEAD'),
      await got.git('-C', 'long', 'rev-parse', 'HEAD'),
    ]).toEqual([0, first.sha, second.sha])
  })

  it('leave a submodule that is called hooks alone', async () => {
    const sub = await jobs.repository()
    const main = await jobs.repository(undefined, [
      { path: 'hooks', url: `../${sub.path.split('/')[1]}.git`, sha: sub.sha },
    ])
    const { slot } = await jobs.get({ ...main, settings: normal })
    const seen = jobs.server.requests.length
    const got = await jobs.get({ ...main, slot, settings: normal })
    const again = jobs.server.requests
      .slice(seen)
      .filter(({ url }) => url.startsWith(`/${sub.path}.git/git-upload-pack`))
    expect([got.exitCode, await got.git('-C', 'hooks', 'rev-parse', 'HEAD'), again]).toEqual([0, sub.sha, []])
  })

  it.each([
    [{ GIT_SUBMODULE_STRATEGY: 'all' }, 'unknown GIT_SUBMODULE_STRATEGY'],
    [
      { ...normal, GIT_SUBMODULE_PATHS: ':(exclude) other' },
      'GIT_SUBMODULE_PATHS: invalid submodule pathspec [":(exclude)" "other"]',
    ],
  ])('with %j fail as a system failure', (settings, message) => {
    const { context } = jobs.contextOf({ path: 'g/p', sha: '1'.repeat(40), settings })
    expect(() => getSourcesScript(context)).toThrow(
      expect.objectContaining({ reason: 'runner_system_failure', message }),
    )
  })

  it('of an unknown strategy do not matter where there is no git', () => {
    const settings = { GIT_SUBMODULE_STRATEGY: 'all', GIT_STRATEGY: 'none' }
    const { context } = jobs.contextOf({ path: 'g/p', sha: '1'.repeat(40), settings })
    expect(getSourcesScript(context)).toContain('Skipping Git submodules setup')
  })
})

describe('large files', () => {
  /** A git-lfs that says when it was asked; the real one is not on every machine. */
  const withLfs = async () => {
    const bin = join(jobs.root, 'bin')
    await mkdir(bin, { recursive: true })
    await writeFile(join(bin, 'git-lfs'), '#!/bin/sh\necho "lfs $* smudge=$GIT_LFS_SKIP_SMUDGE"\n')
    await chmod(join(bin, 'git-lfs'), 0o755)
    return { PATH: `${bin}:${jobs.programs}` }
  }

  it('are pulled after the checkout, then in submodules', async () => {
    const sub = await jobs.repository()
    const main = await jobs.repository(undefined, [
      { path: 'sub', url: `../${sub.path.split('/')[1]}.git`, sha: sub.sha },
    ])
    const got = await jobs.get({ ...main, settings: normal }, 'dash', await withLfs())
    expect(got.stdout).toContain('lfs pull smudge=1\n\n\u001b[32;1mUpdating/initializing')
    expect(got.stdout.endsWith(`${green('Pulling LFS files...')}Entering 'sub'\nlfs pull smudge=1\n`)).toBe(
      true,
    )
  })

  it('are left out with GIT_LFS_SKIP_SMUDGE', async () => {
    const { path, sha } = await jobs.repository()
    const got = await jobs.get(
      { path, sha, settings: { GIT_LFS_SKIP_SMUDGE: 'true' } },
      'dash',
      await withLfs(),
    )
    expect([got.exitCode, got.stdout.includes('lfs')]).toEqual([0, false])
  })
})
