import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'

import type { DockerEngine } from '../../main/engine/docker/port.ts'
import { busyboxImage } from '../support/busybox-image.ts'
import { type Registry, startRegistry } from '../support/registry.ts'
import { anImage, onEngine, testEngine } from './kit.ts'

const right = { Username: 'me', Secret: 'secret' }
const wrong = { Username: 'me', Secret: 'mistaken' }
type Login = typeof right

let engine: DockerEngine
let home: string
let registry: Registry
beforeAll(async () => {
  engine = await testEngine()
  registry = await startRegistry(await busyboxImage(), { login: 'me:secret' })
})
afterAll(async () => {
  engine.close()
  await registry[Symbol.asyncDispose]()
})
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'drydock-credentials-'))
  await mkdir(join(home, '.docker'))
  vi.stubEnv('PATH', `${home}:${process.env['PATH'] ?? ''}`)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(home, { recursive: true, force: true })
})

/** A program that knows the registry, as Docker's own helpers do. */
async function install(name: string, login: Login): Promise<void> {
  const file = join(home, `docker-credential-${name}`)
  const { host } = registry
  const lines = [
    '#!/bin/sh',
    'case "$1" in',
    `list) echo '${JSON.stringify({ [host]: login.Username })}' ;;`,
    `get) read -r server; [ "$server" = "${host}" ] || { echo credentials not found; exit 1; }`,
    `  echo '${JSON.stringify({ ServerURL: host, ...login })}' ;;`,
    'esac',
  ]
  await writeFile(file, `${lines.join('\n')}\n`)
  await chmod(file, 0o755)
}

interface Sources {
  readonly variable?: object
  readonly file?: object
  readonly job?: Login
}

/** What the log says of the credentials, and how pulling ended. */
async function pullWith({ variable, file, job }: Sources) {
  if (file !== undefined) await writeFile(join(home, '.docker/config.json'), JSON.stringify(file))
  const { prepare, heard } = onEngine(engine, {
    home,
    docker: { pull_policy: 'always' },
    variables: variable === undefined ? {} : { DOCKER_AUTH_CONFIG: JSON.stringify(variable) },
    job: {
      image: anImage(`${registry.host}/group/tool:1`),
      credentials:
        job === undefined ? [] : [{ url: registry.host, username: job.Username, password: job.Secret }],
    },
  })
  const reason = await prepare().then(
    async (environment) => environment[Symbol.asyncDispose](),
    (error: unknown) => (error as { reason?: string }).reason,
  )
  const lines = heard.text().replaceAll(home, '~').split('\n')
  return {
    source: lines
      .find((line) => line.includes('Authenticating'))
      ?.replace(/.*Authenticating with credentials from /, ''),
    warning: lines.find((line) => line.startsWith('warning: The credentials'))?.replace('warning: ', ''),
    reason,
  }
}

const entry = ({ Username, Secret }: Login) => ({
  auths: { [registry.host]: { auth: Buffer.from(`${Username}:${Secret}`).toString('base64') } },
})
const none = { warning: undefined, reason: undefined }

describe('a registry that asks who pulls is answered from', () => {
  it('a helper of DOCKER_AUTH_CONFIG, before the file and the job', async () => {
    await install('drydock-test', right)
    const variable = { credHelpers: { [registry.host]: 'drydock-test' } }
    expect(await pullWith({ variable, file: entry(wrong), job: wrong })).toEqual({
      ...none,
      source: '$DOCKER_AUTH_CONFIG',
    })
  })

  it("the store of Docker's file, before its entries and the job", async () => {
    await install('drydock-store', right)
    const file = { ...entry(wrong), credsStore: 'drydock-store' }
    expect(await pullWith({ file, job: wrong })).toEqual({ ...none, source: '~/.docker/config.json' })
  })

  it("the store, where Docker's file has the empty entries that docker login leaves", async () => {
    await install('drydock-store', right)
    const auths = { [registry.host]: {}, 'other.example.com': { auth: '' } }
    const file = { auths, credsStore: 'drydock-store' }
    expect(await pullWith({ file, job: wrong })).toEqual({ ...none, source: '~/.docker/config.json' })
  })

  it('the next source, where the first has an empty entry and no store', async () => {
    const variable = { auths: { [registry.host]: {} } }
    expect(await pullWith({ variable, job: right })).toEqual({
      ...none,
      source: 'job payload (GitLab Registry)',
    })
  })

  it('a helper before the store of the same file', async () => {
    await install('drydock-store', wrong)
    await install('drydock-test', right)
    const file = { credsStore: 'drydock-store', credHelpers: { [registry.host]: 'drydock-test' } }
    expect(await pullWith({ file })).toEqual({ ...none, source: '~/.docker/config.json' })
  })

  it('the job, where a helper is not installed, which is said', async () => {
    const file = { ...entry(wrong), credHelpers: { [registry.host]: 'drydock-missing' } }
    expect(await pullWith({ file, job: right })).toEqual({
      source: 'job payload (GitLab Registry)',
      warning:
        'The credentials in ~/.docker/config.json are ignored: docker-credential-drydock-missing is not installed, or not in the PATH of Drydock',
      reason: undefined,
    })
  })

  it('the first source alone: what it has wrong is not mended by the next', async () => {
    expect(await pullWith({ variable: entry(wrong), file: entry(right), job: right })).toEqual({
      source: '$DOCKER_AUTH_CONFIG',
      warning: undefined,
      reason: 'runner_configuration_error',
    })
  })
})
