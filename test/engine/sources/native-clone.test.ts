import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { green, jobToken, sourceJobs, type SourceJobs } from '../../support/source-jobs.ts'

let jobs: SourceJobs
beforeAll(async () => void (jobs = await sourceJobs()))
afterAll(() => jobs[Symbol.asyncDispose]())

const settings = {
  FF_USE_GIT_NATIVE_CLONE: 'true',
  GIT_STRATEGY: 'clone',
  GIT_CLONE_EXTRA_FLAGS: '--no-tags',
}

/** This machine's git under another version: what the script goes by. */
async function gitOfVersion(version: string) {
  const bin = join(jobs.root, `git-${version}`)
  await mkdir(bin)
  const real = `PATH=${JSON.stringify(process.env['PATH'])} exec git "$@"`
  await writeFile(
    join(bin, 'git'),
    `#!/bin/sh\nif [ "$1" = version ]; then echo git version ${version}; else ${real}; fi\n`,
  )
  await chmod(join(bin, 'git'), 0o755)
  return { PATH: `${bin}:${jobs.programs}` }
}

describe('FF_USE_GIT_NATIVE_CLONE', () => {
  it.each(['2.49.0', '2.51.1.windows.1', '3.0.0'])('clones with git %s', async (version) => {
    const { path, repository } = await jobs.repository()
    const sha = await repository.commit({ a: '' })
    const got = await jobs.get(
      { path, sha, settings, git: { depth: 1 } },
      'dash',
      await gitOfVersion(version),
    )
    expect(got.stdout).toBe(
      `\u001b[0;mGit version at least "2.49"\n` +
        green('Cloning repository for main with git depth set to 1...') +
        green(`Checking out ${sha.slice(0, 8)} as detached HEAD (ref is main)...`) +
        green('Skipping Git submodules setup'),
    )
    expect([
      got.exitCode,
      await got.git('rev-list', '--count', 'HEAD'),
      await got.git('config', 'remote.origin.url'),
    ]).toEqual([0, '1', `${jobs.server.origin}/${path}.git`])
    expect(await got.git('config', '--get', 'remote.origin.tagOpt')).toBe('--no-tags')
    expect(await got.git('config', '--list', '--no-includes')).not.toContain(jobToken)
  })

  it.each(['2.48.2', '1.99.0'])('fetches with git %s', async (version) => {
    const { path, sha } = await jobs.repository()
    const got = await jobs.get({ path, sha, settings }, 'dash', await gitOfVersion(version))
    expect([got.exitCode, got.stdout.includes(green('Created fresh repository.'))]).toEqual([0, true])
  })
})
