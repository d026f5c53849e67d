import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { cleanupScript, stepScript } from '../../../main/engine/script/stage-scripts.ts'
import { remoteOf } from '../../../main/engine/sources/remote.ts'
import { aContext, aPayload, variables, type GivenParts } from '../../support/job-context.ts'
import { jobToken, nestedRepositories, sourceJobs, type SourceJobs } from '../../support/source-jobs.ts'

let jobs: SourceJobs
beforeAll(async () => void (jobs = await sourceJobs()))
afterAll(() => jobs[Symbol.asyncDispose]())

/** Files below a directory that hold a text. */
async function filesWith(text: string, directory: string): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)('grep', ['-rlF', '--', text, directory]).catch(
    (error: unknown) => {
      // 1 = nothing found
      if ((error as { code?: number }).code === 1) return { stdout: '' }
      throw error
    },
  )
  return stdout.split('\n').filter((line) => line !== '')
}

const modes = [
  ['by default', {}],
  ['with FF_GIT_URLS_WITHOUT_TOKENS', { FF_GIT_URLS_WITHOUT_TOKENS: 'true' }],
  ['with GIT_STRATEGY=clone', { GIT_STRATEGY: 'clone' }],
] as const

describe.each(modes)('the job’s token, %s', (_, settings) => {
  it('is nowhere in the work tree, its repository or its submodules', async () => {
    const { main } = await nestedRepositories(jobs)
    const got = await jobs.get({ ...main, settings: { ...settings, GIT_SUBMODULE_STRATEGY: 'recursive' } })
    expect([got.exitCode, await filesWith(jobToken, got.project)]).toEqual([0, []])
  })

  it('lets the job’s own git in while it runs, and is gone from everywhere at its end', async () => {
    const { path, sha } = await jobs.repository()
    const got = await jobs.get({ path, sha, settings })
    const step = await got.stage((context) =>
      stepScript(context, { name: 'script', script: ['git fetch -q origin main'] }),
    )
    expect([step.exitCode, step.stderr]).toEqual([0, ''])
    expect((await got.stage(cleanupScript)).exitCode).toBe(0)
    expect([await filesWith(jobToken, got.slot.builds), await filesWith(jobToken, got.slot.home)]).toEqual([
      [],
      [],
    ])
    expect(existsSync(join(got.project, '.git', 'config'))).toBe(false)
  })
})

it('without tokens in URLs leaves none in any file at all', async () => {
  const { path, sha } = await jobs.repository()
  const got = await jobs.get({ path, sha, settings: { FF_GIT_URLS_WITHOUT_TOKENS: 'true' } })
  expect([got.exitCode, await filesWith(jobToken, got.slot.builds)]).toEqual([0, []])
})

it('reads the user’s own git configuration along with the job’s', async () => {
  const { path, sha } = await jobs.repository()
  const slot = jobs.slot()
  await jobs.run(slot, 'git config --global user.name Me')
  const got = await jobs.get({ path, sha, slot, settings: { FF_GIT_URLS_WITHOUT_TOKENS: 'true' } })
  const step = await got.stage((context) =>
    stepScript(context, { name: 'script', script: ['git config user.name'] }),
  )
  expect(step.stdout.endsWith('\nMe\n')).toBe(true)
})

it('files of TLS and the trusted directory are git’s to know', async () => {
  const { path, sha } = await jobs.repository()
  const slot = jobs.slot()
  const { context } = jobs.contextOf({ path, sha, slot })
  const got = await jobs.get({ path, sha, slot, settings: { CI_SERVER_TLS_CA_FILE: '/ca.pem' } })
  expect(await readFile(join(slot.home, '.gitconfig'), 'utf8')).toBe(
    `[http "${jobs.server.origin}"]\n\tsslCAInfo = "/ca.pem"\n[safe]\n\tdirectory = "${context.dirs.project}"\n`,
  )
  expect([got.exitCode, (await stat(got.project)).isDirectory()]).toEqual([0, true])
})

describe('where sources come from', () => {
  const remoteFor = (runner: GivenParts['runner'], values: Record<string, string> = {}, repoUrl?: string) =>
    remoteOf(
      aContext({
        runner,
        job: {
          token: 'JT',
          git: { ...aPayload().git, repoUrl: repoUrl ?? 'https://gitlab-ci-token:JT@gl.example/g/p.git' },
          variables: variables({ CI_PROJECT_PATH: 'g/p', CI_SERVER_HOST: 'gl.example', ...values }),
        },
      }),
    )
  const url = 'https://gl.example'
  const tokenless = { FF_GIT_URLS_WITHOUT_TOKENS: 'true' }
  const https = { GIT_SUBMODULE_FORCE_HTTPS: 'true' }

  it.each([
    [
      'the payload’s URL',
      remoteFor({ url }),
      'https://gl.example/g/p.git',
      [
        ['https://gl.example/g/p.git', 'https://gitlab-ci-token:JT@gl.example/g/p.git'],
        ['https://gl.example/', 'https://gitlab-ci-token:JT@gl.example/'],
      ],
    ],
    [
      'clone_url with a path',
      remoteFor({ url, clone_url: 'http://inner:8080/gitlab/' }),
      'http://inner:8080/gitlab/g/p.git',
      [
        ['http://inner:8080/gitlab/g/p.git', 'http://gitlab-ci-token:JT@inner:8080/gitlab/g/p.git'],
        ['http://inner:8080/gitlab/', 'http://gitlab-ci-token:JT@inner:8080/gitlab/'],
        ['https://gl.example/', 'https://gitlab-ci-token:JT@gl.example/'],
      ],
    ],
    [
      'clone_url of SSH',
      remoteFor({ url, clone_url: 'ssh://gl.example:2222' }),
      'ssh://gl.example:2222/g/p.git',
      [
        ['ssh://gl.example:2222/g/p.git', 'ssh://git@gl.example:2222/g/p.git'],
        ['https://gl.example/', 'https://gitlab-ci-token:JT@gl.example/'],
      ],
    ],
    [
      'clone_url of SSH with a user',
      remoteFor({ url, clone_url: 'ssh://me@gl.example' }, tokenless),
      'ssh://gl.example/g/p.git',
      [['ssh://gl.example/g/p.git', 'ssh://me@gl.example/g/p.git']],
    ],
    [
      'a clone_url without scheme',
      remoteFor({ url, clone_url: 'gl.example' }, tokenless),
      'https://gl.example/g/p.git',
      [],
    ],
    ['the URL without tokens', remoteFor({ url }, tokenless), 'https://gl.example/g/p.git', []],
    [
      'SSH submodules over HTTP',
      remoteFor({ url }, { ...https, ...tokenless }),
      'https://gl.example/g/p.git',
      [
        ['git@gl.example:', 'https://gl.example/'],
        ['ssh://git@gl.example/', 'https://gl.example/'],
      ],
    ],
    [
      'SSH submodules of another port',
      remoteFor(
        { url },
        { ...https, CI_SERVER_SHELL_SSH_HOST: 'ssh.gl.example', CI_SERVER_SHELL_SSH_PORT: '2222' },
      ),
      'https://gl.example/g/p.git',
      [
        ['https://gl.example/g/p.git', 'https://gitlab-ci-token:JT@gl.example/g/p.git'],
        ['https://gl.example/', 'https://gitlab-ci-token:JT@gl.example/'],
        ['ssh://git@ssh.gl.example:2222/', 'https://gitlab-ci-token:JT@gl.example/'],
      ],
    ],
    ['a path', remoteFor({ url }, {}, '/srv/git/p.git'), '/srv/git/p.git', []],
  ] as const)('%s', (_, remote, remoteUrl, rewrites) =>
    expect([remote.url, remote.rewrites.map(({ from, to }) => [from, to])]).toEqual([remoteUrl, rewrites]),
  )
})
