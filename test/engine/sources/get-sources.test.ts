import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { shellNames } from '../../support/shells.ts'
import { green, nestedRepositories, sourceJobs, type SourceJobs } from '../../support/source-jobs.ts'

let jobs: SourceJobs
beforeAll(async () => void (jobs = await sourceJobs()))
afterAll(() => jobs[Symbol.asyncDispose]())

describe.each(shellNames)('in %s', (shell) => {
  it('a fetch shows its steps and checks the commit out', async () => {
    const { path, sha } = await jobs.repository('shown')
    const got = await jobs.get({ path, sha, correlationId: '01HX' }, shell)
    expect([got.exitCode, got.stdout, got.stderr]).toEqual([
      0,
      green('Gitaly correlation ID: 01HX') +
        green('Fetching changes with git depth set to 20...') +
        `Initialized empty Git repository in ${got.project}/.git/\n` +
        green('Created fresh repository.') +
        green(`Checking out ${sha.slice(0, 8)} as detached HEAD (ref is main)...`) +
        green('Skipping Git submodules setup'),
      '',
    ])
    expect([await got.read('file.txt'), await got.git('rev-parse', 'HEAD')]).toEqual(['shown\n', sha])
  })

  it('a second fetch updates the tree and removes what the last job left', async () => {
    const { path, sha, repository } = await jobs.repository()
    const { slot, project } = await jobs.get({ path, sha }, shell)
    await writeFile(join(project, 'file.txt'), 'changed')
    await writeFile(join(project, 'left'), 'x')
    const next = await repository.commit({ 'new.txt': 'new\n' })
    const got = await jobs.get({ path, sha: next, slot }, shell)
    expect(got.stdout).toContain(`Reinitialized existing Git repository in ${project}/.git/\n`)
    expect(got.stdout).toContain('Removing left\n')
    expect([
      await readdir(project),
      await got.git('status', '--porcelain'),
      await got.read('new.txt'),
    ]).toEqual([['.git', 'file.txt', 'new.txt'], '', 'new\n'])
  })

  it.each([
    ['none', 'Skipping Git repository setup', false],
    ['empty', 'Skipping Git repository setup and creating an empty build directory', true],
  ])('GIT_STRATEGY=%s uses neither git nor hooks', async (strategy, says, isOwn) => {
    const { path, sha } = await jobs.repository()
    const { builds, home } = jobs.slot()
    const got = await jobs.get(
      {
        path,
        sha,
        slot: { builds, home },
        settings: { GIT_STRATEGY: strategy, GIT_SUBMODULE_STRATEGY: 'normal' },
        runner: { url: jobs.server.origin, builds_dir: builds, pre_get_sources_script: 'echo hook' },
      },
      shell,
    )
    expect([got.exitCode, got.stdout]).toEqual([
      0,
      green(says) + green('Skipping Git checkout') + green('Skipping Git submodules setup'),
    ])
    expect([got.project.endsWith('-empty'), await readdir(got.project)]).toEqual([isOwn, []])
  })

  it('submodules come with the project, at every level', async () => {
    const { main, outer, inner } = await nestedRepositories(jobs)
    const got = await jobs.get({ ...main, settings: { GIT_SUBMODULE_STRATEGY: 'recursive' } }, shell)
    expect(got.exitCode).toBe(0)
    expect(got.stdout).toContain(
      green('Updating/initializing submodules recursively with git depth set to 20...'),
    )
    expect(got.stdout).toContain(green('Updated submodules'))
    expect(
      got.stdout.endsWith(
        `${green('Configuring submodules to use parent git credentials...')}Entering 'other'\nEntering 'outer'\nEntering 'outer/inner'\n`,
      ),
    ).toBe(true)
    expect([
      await got.git('-C', 'outer', 'rev-parse', 'HEAD'),
      await got.git('-C', 'outer/inner', 'rev-parse', 'HEAD'),
    ]).toEqual([outer.sha, inner.sha])
  })
})
