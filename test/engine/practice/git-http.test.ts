import { execFile } from 'node:child_process'
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { describe, expect, it } from 'vitest'

import { gitEnvironment } from '../../../main/engine/practice/git.ts'
import { practice, type Practice } from './kit.ts'

const run = promisify(execFile)

/** Runs the system's git; what it says on stderr when it fails. */
const git = (...args: string[]) =>
  run('git', args, { env: gitEnvironment() }).then(
    ({ stdout }) => stdout,
    (error: Error & { stderr: string }) => `failed: ${error.stderr}`,
  )

const pipelineFile = 'build:\n  script: make\n'

async function pushed(
  server: Practice,
  { visibility = 'private' }: { visibility?: 'private' | 'public' } = {},
) {
  const { gitlab, scratch } = server
  const folder = join(scratch, 'folder')
  await mkdir(folder)
  await writeFile(join(folder, '.gitlab-ci.yml'), pipelineFile)
  await writeFile(join(folder, 'main.c'), 'int main;\n')
  const { cloneUrl } = await gitlab.createProject({ path: 'acme/shop', visibility })
  const sha = await gitlab.push('acme/shop', folder, { message: 'First' })
  const write = (name: string, text: string) => writeFile(join(folder, name), text)
  return { folder, cloneUrl, sha, write, into: (name: string) => join(scratch, name) }
}
const withToken = (url: string, token: string) => url.replace('://', `://gitlab-ci-token:${token}@`)

/** A job of acme/shop that runs. */
const jobOf = (server: Practice, project = 'acme/shop') => server.runningJob({}, { project })

describe('pushing a folder', () => {
  it('commits what lies there, again only when something changed', async () => {
    await using server = await practice()
    const { gitlab, clock } = server
    const { folder, sha, write, cloneUrl, into } = await pushed(server, { visibility: 'public' })
    await clock.advance(1000)
    expect(await gitlab.push('acme/shop', folder)).toBe(sha)
    await write('.gitignore', '*.o\n')
    await write('main.o', 'object')
    const second = await gitlab.push('acme/shop', folder, { message: 'Second', tag: 'v1' })
    await git('clone', '--quiet', cloneUrl, into('clone'))
    expect({
      log: await git('-C', into('clone'), 'log', '--format=%H %s'),
      files: (await readdir(into('clone'))).sort(),
      tag: (await git('-C', into('clone'), 'rev-parse', 'v1')).trim(),
    }).toEqual({
      log: `${second} Second\n${sha} First\n`,
      files: ['.git', '.gitignore', '.gitlab-ci.yml', 'main.c'],
      tag: second,
    })
  })

  it('says what is wrong with a folder that is none, or a project nobody made', async () => {
    await using server = await practice()
    const { folder } = await pushed(server)
    await expect(server.gitlab.push('acme/shop', join(folder, 'main.c'))).rejects.toThrow(/is not a folder/)
    await expect(server.gitlab.push('acme/none', folder)).rejects.toThrow('There is no project acme/none.')
  })

  it.each(['shop', '../shop', 'acme/..', '/acme/shop', 'acme/shop/', '-u/x'])(
    'refuses the project path %s',
    async (path) => {
      await using server = await practice()
      await expect(server.gitlab.createProject({ path })).rejects.toThrow(/is no project path/)
    },
  )
})

describe('cloning', () => {
  it.each([0, 1, 2])('works with the token of a job at work, by protocol %i', async (version) => {
    await using server = await practice()
    const { cloneUrl, into } = await pushed(server)
    const { token } = await jobOf(server)
    await git(
      '-c',
      `protocol.version=${version}`,
      'clone',
      '--quiet',
      withToken(cloneUrl, token),
      into('clone'),
    )
    expect(await readFile(join(into('clone'), '.gitlab-ci.yml'), 'utf8')).toBe(pipelineFile)
  })

  it("fetches what a job's refspecs ask for, also when the branch has moved on", async () => {
    await using server = await practice()
    const { gitlab, requestJob, call } = server
    const { folder, sha, write, cloneUrl, into } = await pushed(server)
    const { id } = await gitlab.createPipeline('acme/shop')
    await write('main.c', 'int other;\n')
    await gitlab.push('acme/shop', folder, { message: 'Second' })
    const { body: job } = await requestJob(gitlab.createRunner().token)
    await call('PUT', `/jobs/${job.id}`, { body: { token: job.token, state: 'running' } })
    const { refspecs, repo_url: url } = job['git_info'] as { refspecs: string[]; repo_url: string }
    expect(url).toBe(withToken(cloneUrl, job.token))
    await git('init', '--quiet', into('clone'))
    await git('-C', into('clone'), 'fetch', '--quiet', '--depth', '1', url, ...refspecs)
    expect((await git('-C', into('clone'), 'rev-parse', `refs/pipelines/${id}`)).trim()).toBe(sha)
  })

  it('serves single commits and histories without their files', async () => {
    await using server = await practice()
    const { cloneUrl, sha, into } = await pushed(server)
    const url = withToken(cloneUrl, (await jobOf(server)).token)
    await git('init', '--quiet', into('clone'))
    expect(await git('-C', into('clone'), 'fetch', '--quiet', '--depth', '1', url, sha)).toBe('')
    expect(await git('clone', '--quiet', '--bare', '--filter=blob:none', url, into('bare'))).toBe('')
    const missing = await git('-C', into('bare'), 'rev-list', '--objects', '--missing=print', 'HEAD')
    expect(missing.match(/^\?/gm)).toHaveLength(2)
  })

  it.each([
    { case: 'without credentials', url: (url: string) => url },
    { case: 'with a wrong token', url: (url: string) => withToken(url, 'glcbt-wrong') },
    {
      case: 'as another user',
      url: (url: string, token: string) => url.replace('://', `://oauth2:${token}@`),
    },
  ])('is refused $case', async ({ url }) => {
    await using server = await practice()
    const { cloneUrl, into } = await pushed(server)
    const { token } = await jobOf(server)
    expect(await git('clone', url(cloneUrl, token), into('clone'))).toMatch(/Username|Authentication failed/)
  })

  it('is refused once the job is over', async () => {
    await using server = await practice()
    const { cloneUrl, into } = await pushed(server)
    const { id, token } = await jobOf(server)
    await server.call('PUT', `/jobs/${id}`, { body: { token, state: 'success' } })
    expect(await git('clone', withToken(cloneUrl, token), into('clone'))).toMatch(/Authentication failed/)
  })

  it("is refused with the token of another project's job", async () => {
    await using server = await practice()
    const { cloneUrl, into } = await pushed(server)
    await server.gitlab.createProject({ path: 'acme/other' })
    const { token } = await jobOf(server, 'acme/other')
    expect(await git('clone', withToken(cloneUrl, token), into('clone'))).toMatch(/403/)
  })

  it('needs no credentials where the project is public, but no wrong ones either', async () => {
    await using server = await practice()
    const { cloneUrl, into } = await pushed(server, { visibility: 'public' })
    expect(await git('clone', '--quiet', cloneUrl, into('clone'))).toBe('')
    const authorization = `Basic ${btoa('gitlab-ci-token:glcbt-wrong')}`
    const { status } = await fetch(`${cloneUrl}/info/refs?service=git-upload-pack`, {
      headers: { authorization },
    })
    expect(status).toBe(401)
  })

  it('asks for credentials even where there is no project, so that nobody learns which there are', async () => {
    await using server = await practice()
    const { status, headers } = await fetch(
      `${server.gitlab.url}/acme/none.git/info/refs?service=git-upload-pack`,
    )
    expect([status, headers.get('www-authenticate')]).toEqual([401, 'Basic realm="GitLab"'])
  })
})

it('refuses to be pushed to', async () => {
  await using server = await practice()
  const { cloneUrl, into } = await pushed(server)
  const url = withToken(cloneUrl, (await jobOf(server)).token)
  await git('clone', '--quiet', url, into('clone'))
  expect(await git('-C', into('clone'), 'push', url, 'HEAD:refs/heads/mine')).toMatch(/403/)
})
