import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { createCredentials } from '../../../main/engine/docker/credentials.ts'
import type { RunHelper } from '../../../main/engine/docker/docker-auth.ts'

const basic = (user: string, password: string) => ({
  auth: Buffer.from(`${user}:${password}`).toString('base64'),
})
const auths = (entries: Record<string, object>) => JSON.stringify({ auths: entries })
const noHelper: RunHelper = async (name) =>
  Promise.reject(new Error(`docker-credential-${name} is not installed`))

let home: string
beforeEach(async () => void (home = await mkdtemp(path.join(tmpdir(), 'credentials-'))))
afterEach(() => rm(home, { recursive: true, force: true }))

async function lookUp(
  image: string,
  {
    authConfig = '',
    file = '',
    job = [] as { url: string; username: string; password: string }[],
    runHelper = noHelper,
  } = {},
) {
  if (file !== '') {
    await mkdir(path.join(home, '.docker'), { recursive: true })
    await writeFile(path.join(home, '.docker/config.json'), file)
  }
  const warnings: string[] = []
  const credentials = createCredentials({
    authConfig,
    home,
    jobCredentials: job,
    runHelper,
    warn: async (text) => void warnings.push(text),
  })
  const found = await credentials.forImage(image)
  return { user: found?.auth.username, source: found?.source.replace(home, '~'), warnings }
}

const job = [{ url: 'r.example.com', username: 'gitlab-ci-token', password: 'p' }]

describe('credentials for an image', () => {
  it('come from DOCKER_AUTH_CONFIG before the file before the job', async () => {
    const authConfig = auths({ 'r.example.com': basic('variable', 'p') })
    const file = auths({ 'r.example.com': basic('file', 'p'), 'other.example.com': basic('file', 'p') })
    expect([
      await lookUp('r.example.com/a', { authConfig, file, job }),
      await lookUp('r.example.com/a', { file, job }),
      await lookUp('other.example.com/a', { authConfig, file, job }),
    ]).toEqual([
      { user: 'variable', source: '$DOCKER_AUTH_CONFIG', warnings: [] },
      { user: 'file', source: '~/.docker/config.json', warnings: [] },
      { user: 'file', source: '~/.docker/config.json', warnings: [] },
    ])
    await rm(path.join(home, '.docker'), { recursive: true })
    expect(await lookUp('r.example.com/a', { job })).toEqual({
      user: 'gitlab-ci-token',
      source: 'job payload (GitLab Registry)',
      warnings: [],
    })
  })

  it('are those of the longest path', async () => {
    const authConfig = auths({
      'r.example.com:5000': basic('all', 'p'),
      'r.example.com:5000/group': basic('group', 'p'),
    })
    expect((await lookUp('r.example.com:5000/group/a:1', { authConfig })).user).toBe('group')
  })

  it('are nobody where no registry matches', async () => {
    expect((await lookUp('alpine', { job })).user).toBeUndefined()
  })

  it('come from helpers before the entries of the same document', async () => {
    const runHelper: RunHelper = async (name, verb, input) =>
      verb === 'list'
        ? '{"https://r.example.com":"x"}'
        : JSON.stringify({ ServerURL: input, Username: `${name}-user`, Secret: 's' })
    const document = {
      auths: { 'r.example.com': basic('entry', 'p') },
      credsStore: 'store',
      credHelpers: { 'ecr.example.com': 'ecr' },
    }
    const authConfig = JSON.stringify(document)
    expect(
      (await lookUp('r.example.com/a', { authConfig: JSON.stringify({ ...document, auths: {} }), runHelper }))
        .user,
    ).toBe('store-user')
    expect((await lookUp('ecr.example.com/a', { authConfig, runHelper })).user).toBe('ecr-user')
  })

  it('in a broken document are ignored with a warning that quotes nothing', async () => {
    expect(await lookUp('r.example.com/a', { authConfig: '{"auths": hunter2', job })).toEqual({
      user: 'gitlab-ci-token',
      source: 'job payload (GitLab Registry)',
      warnings: ['The credentials in $DOCKER_AUTH_CONFIG are ignored: it is not JSON'],
    })
  })

  it('never come from a program named by its path', async () => {
    const authConfig = JSON.stringify({ credHelpers: { 'r.example.com': '../../bin/evil' } })
    await expect(lookUp('r.example.com/a', { authConfig })).rejects.toThrow('must be a name, not a path')
  })
})
