import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { connectDocker } from '../../../main/engine/docker/connect.ts'
import { addressOf } from '../../../main/engine/docker/engine-address.ts'
import { endpointsToTry } from '../../../main/engine/docker/endpoint.ts'
import { knownEngines } from '../../../main/engine/docker/known-engines.ts'

let home: string
beforeEach(async () => void (home = await mkdtemp(path.join(tmpdir(), 'endpoint-'))))
afterEach(() => rm(home, { recursive: true, force: true }))

const around = (env: Record<string, string> = {}, platform: NodeJS.Platform = 'linux') => ({
  env,
  platform,
  home,
})

describe('the engine to use', () => {
  it('is the configured one, whatever the environment says', async () => {
    const settings = { host: 'tcp://build:2376', tls_verify: true, tls_cert_path: '/certs' }
    expect(await endpointsToTry(settings, around({ DOCKER_HOST: 'unix:///x' }))).toEqual([
      { url: 'tcp://build:2376', because: 'the configuration names it as host', tls: { folder: '/certs' } },
    ])
  })

  it("is DOCKER_HOST's, with its certificates and not those of the configuration", async () => {
    const env = { DOCKER_HOST: 'tcp://build:2376', DOCKER_TLS_VERIFY: 'true', DOCKER_CERT_PATH: '/env' }
    expect(await endpointsToTry({ tls_cert_path: '/certs' }, around(env))).toEqual([
      { url: 'tcp://build:2376', because: 'DOCKER_HOST is set', tls: { folder: '/env' } },
    ])
  })

  /** A context as `docker context create` writes it, selected. */
  async function selectContext(docker: object, certificates: readonly string[] = []): Promise<string> {
    const key = createHash('sha256').update('remote').digest('hex')
    const folders = ['meta', 'tls'].map((kind) => path.join(home, '.docker/contexts', kind, key))
    const [meta, tls] = [folders[0]!, path.join(folders[1]!, 'docker')]
    await mkdir(meta, { recursive: true })
    await writeFile(path.join(home, '.docker/config.json'), '{"currentContext":"remote"}')
    await writeFile(path.join(meta, 'meta.json'), JSON.stringify({ Name: 'remote', Endpoints: { docker } }))
    if (certificates.length > 0) await mkdir(tls, { recursive: true })
    for (const name of certificates) await writeFile(path.join(tls, name), name)
    return tls
  }

  it("is the selected Docker context's", async () => {
    await selectContext({ Host: 'tcp://far:2375' })
    expect(await endpointsToTry({}, around())).toEqual([
      { url: 'tcp://far:2375', because: 'the Docker context "remote" is selected' },
    ])
  })

  it("is a context's with the certificates it has, and verified or not as it says", async () => {
    const tls = await selectContext({ Host: 'tcp://far:2376', SkipTLSVerify: true }, ['ca.pem'])
    const [found] = await endpointsToTry({}, around())
    expect(found?.tls).toEqual({ folder: tls, mayLackFiles: true, trustsAnyone: true })
    expect(await addressOf(found!)).toEqual({
      host: 'far',
      port: 2376,
      protocol: 'https',
      tls: { ca: Buffer.from('ca.pem') },
      trustsAnyone: true,
    })
  })

  it('can be named in config.toml, where that has words for it', async () => {
    const tls = await selectContext({ Host: 'tcp://far:2376' }, ['ca.pem', 'cert.pem', 'key.pem'])
    const far = { host: 'tcp://far:2376', tls_verify: true, tls_cert_path: tls }
    expect(await knownEngines(around())).toEqual([{ settings: far, context: 'remote', isChosen: true }])
    const env = { DOCKER_HOST: 'tcp://build:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/env' }
    expect(await knownEngines(around(env))).toEqual([
      { settings: { host: 'tcp://build:2376', tls_verify: true, tls_cert_path: '/env' }, isChosen: true },
      { settings: far, context: 'remote', isChosen: false },
    ])
  })

  it.each([
    { of: 'trusts any certificate', docker: { Host: 'tcp://far:2376', SkipTLSVerify: true }, files: [] },
    { of: 'has a part of the files', docker: { Host: 'tcp://far:2376' }, files: ['ca.pem'] },
  ])('cannot be named there where its context $of', async ({ docker, files }) => {
    await selectContext(docker, files)
    expect(await knownEngines(around())).toEqual([])
  })

  it('is a usual one where the selected context is gone, and says so', async () => {
    const [first] = await endpointsToTry({}, around({ DOCKER_CONTEXT: 'gone' }))
    expect(first).toEqual({
      url: 'unix:///var/run/docker.sock',
      because:
        'the selected Docker context "gone" has no files to read, and an engine answers at the usual place',
    })
  })

  it('is looked for where engines usually are', async () => {
    const sockets = (await endpointsToTry({}, around({ XDG_RUNTIME_DIR: '/run/user/1' }))).map(
      ({ url }) => url,
    )
    expect(sockets).toEqual([
      'unix:///var/run/docker.sock',
      'unix:///run/user/1/docker.sock',
      `unix://${home}/.docker/run/docker.sock`,
      `unix://${home}/.docker/desktop/docker.sock`,
      `unix://${home}/.orbstack/run/docker.sock`,
      `unix://${home}/.colima/default/docker.sock`,
      `unix://${home}/.rd/docker.sock`,
      'unix:///run/user/1/podman/podman.sock',
      'unix:///run/podman/podman.sock',
    ])
    expect((await endpointsToTry({}, around({}, 'win32')))[0]?.url).toBe('npipe:////./pipe/docker_engine')
  })
})

describe('an engine that cannot be used', () => {
  it.each([
    {
      host: 'unix:///nowhere/docker.sock',
      problem: 'There is no Docker engine at unix:///nowhere/docker.sock',
      remedy: 'Start Docker',
    },
    { host: 'tcp://127.0.0.1:1', problem: 'Nothing answers at tcp://127.0.0.1:1', remedy: 'Start Docker' },
    { host: 'ssh://me@build', problem: 'uses ssh, which is not supported', remedy: 'Forward' },
    { host: 'build:2375', problem: 'not of the form scheme://address', remedy: 'unix:///path' },
  ])('$host: $problem', async ({ host, problem, remedy }) => {
    await expect(connectDocker({ host }, around())).rejects.toMatchObject({
      name: 'EngineUnreachable',
      endpoint: host,
      problem: expect.stringContaining(problem),
      remedy: expect.stringContaining(remedy),
    })
  })

  it('names the certificate that is missing', async () => {
    const settings = { host: 'tcp://127.0.0.1:1', tls_verify: true, tls_cert_path: home }
    await expect(connectDocker(settings, around())).rejects.toThrow(`${home}/ca.pem cannot be read`)
  })
})
