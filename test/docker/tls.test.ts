import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, type AddressInfo } from 'node:net'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer, type Server } from 'node:tls'

import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'

import { answers } from '../../main/cli/demo/private-engine.ts'
import type { RunnerApi } from '../../main/contract/api.ts'
import { emptyDraft } from '../../main/contract/setup.ts'
import { connectDocker } from '../../main/engine/docker/connect.ts'
import { knownEngines } from '../../main/engine/docker/known-engines.ts'
import { openToolchainLibrary } from '../../main/engine/toolchain/library.ts'
import { toolchainSchema } from '../../main/engine/toolchain/toolchain.ts'
import { attach } from '../../main/loopback/attach.ts'
import { busyboxImage } from '../support/busybox-image.ts'
import { configText, startRunner } from '../support/runner-under-test.ts'
import { createAuthority, type Identity } from '../support/certificates.ts'
import { aPreparedJob, aSystemId, images } from './kit.ts'

let folder: string
let proxy: Server
let host: string
let client: Identity
let stranger: Identity
const around = { env: {}, platform: process.platform, home: '/nonexistent' }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drydock-tls-'))
  const authority = await createAuthority(join(folder, 'ours'))
  const server = await authority.issue('engine', ['IP:127.0.0.1'])
  client = await authority.issue('client')
  stranger = await (await createAuthority(join(folder, 'others'))).issue('client')
  proxy = await startProxy(server, inject('dockerHost').replace('unix://', ''))
  host = `tcp://127.0.0.1:${(proxy.address() as AddressInfo).port}`
})
afterAll(async () => {
  proxy.close()
  await rm(folder, { recursive: true, force: true })
})

/** Like a remote engine that only lets clients with a certificate of its authority in. */
async function startProxy({ folder }: Identity, socket: string): Promise<Server> {
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'cert.pem', 'key.pem'].map((name) => readFile(join(folder, name))),
  )
  const options = {
    ca: ca!,
    cert: cert!,
    key: key!,
    requestCert: true,
    rejectUnauthorized: true,
    allowHalfOpen: true,
  }
  const server = createServer(options, (secure) => {
    const plain = connect({ path: socket, allowHalfOpen: true })
    secure.pipe(plain).pipe(secure)
    for (const end of [secure, plain]) end.on('error', () => [secure, plain].forEach((one) => one.destroy()))
  })
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

const settings = (tls_cert_path: string) => ({ host, tls_verify: true, tls_cert_path })

describe('an engine behind TLS', () => {
  it('runs a job for a client with a certificate', async () => {
    const engine = await connectDocker(settings(client.folder), around)
    expect(engine.about.endpoint).toBe(host)
    {
      await using job = await aPreparedJob({ systemId: aSystemId() }, engine)
      expect(await job.run('echo over TLS')).toBe('over TLS\n')
      expect(await job.run('cat', { in: 'helper' })).toBe('')
    }
    engine.close()
  })

  it.each([
    { who: 'a client of another authority', folder: () => stranger.folder, says: /certificate|self.signed/i },
    {
      who: 'a folder without certificates',
      folder: () => folder,
      says: /ca\.pem cannot be read.*Put ca\.pem/,
    },
  ])('refuses $who, in words', async ({ folder: certificates, says }) => {
    await expect(connectDocker(settings(certificates()), around)).rejects.toMatchObject({
      name: 'EngineUnreachable',
      message: expect.stringMatching(says) as string,
    })
  })

  it('is not spoken to without TLS', async () => {
    await expect(connectDocker({ host }, around)).rejects.toMatchObject({ name: 'EngineUnreachable' })
  })
})

describe('the toolchain of a runner whose engine is behind TLS', () => {
  it('is looked at there, although the first runner has another engine that is away', async () => {
    await using runner = await startRunner({ dockerHost: inject('dockerHost') })
    const { configFile, dataDir, gitlab } = runner
    const toolchain = join(folder, 'toolchain')
    await mkdir(join(toolchain, 'bin'), { recursive: true })
    await writeFile(join(toolchain, 'bin/tool'), '#!/bin/sh\necho a tool\n', { mode: 0o755 })
    await openToolchainLibrary(join(dataDir, 'toolchains')).save(
      toolchainSchema.parse({
        name: 'tools',
        version: '1',
        folder: toolchain,
        mountPoint: '/opt/tools',
        path: ['bin'],
      }),
    )
    const { token } = gitlab.createRunner({ description: 'behind TLS' })
    const behindTls = configText({
      name: 'behind TLS',
      url: gitlab.url,
      token,
      dockerHost: host,
      docker: `    tls_verify = true\n    tls_cert_path = "${client.folder}"\n    volumes = ["${toolchain}:/opt/tools:ro"]`,
    })
    const first = (await readFile(configFile, 'utf8')).replace(inject('dockerHost'), 'unix:///nowhere.sock')
    await writeFile(configFile, first + behindTls)
    await using attached = await attach(runner.engine.url ?? '')
    await vi.waitFor(
      async () =>
        expect(await attached.api.readMatrix(undefined)).toMatchObject({ state: 'ready', endpoint: host }),
      { timeout: 20_000 },
    )
    const events = []
    const asked = { reference: { name: 'tools', version: '1' }, image: images.busybox }
    for await (const event of attached.api.watchCheck(asked, new AbortController().signal)) events.push(event)
    expect(events.at(-1)).toMatchObject({ type: 'report', report: { image: images.busybox, runs: 1 } })
  })
})

describe('a runner for an engine behind TLS', () => {
  it('is set up, tried and written with the certificates its jobs need', async () => {
    await using runner = await startRunner({ dockerHost: inject('dockerHost') })
    const { configFile, gitlab } = runner
    await using attached = await attach(runner.engine.url ?? '')
    const { api } = attached
    const secure = { tlsVerify: true, tlsCertPath: client.folder }
    expect(await api.checkEngine({ host })).toMatchObject({ state: 'missing' })
    expect(await api.checkEngine({ host, ...secure })).toMatchObject({ state: 'found', endpoint: host })
    expect((await api.listImages({ host, ...secure })).map(({ name }) => name)).toContain(images.busybox)

    const draft = { ...emptyDraft, ...secure, dockerHost: host, url: gitlab.url, image: images.busybox }
    const { token } = gitlab.createRunner({ description: 'far' })
    await api.checkToken({ url: gitlab.url, caFile: '', token })
    await api.testRunner(draft)
    await vi.waitFor(async () => expect(await testOf(api)).toMatchObject({ state: 'ended' }), {
      timeout: 60_000,
      interval: 500,
    })
    expect(await testOf(api)).toMatchObject({ outcome: { result: 'success' } })
    await api.saveRunner(draft)
    expect(await readFile(configFile, 'utf8')).toContain(
      `    host = "${host}"\n    tls_cert_path = "${client.folder}"\n    tls_verify = true\n`,
    )
    expect(await api.listEngines(undefined)).toContainEqual({
      host,
      ...secure,
      of: { type: 'runner', name: hostname() },
    })
  })
})

async function testOf(api: RunnerApi) {
  for await (const { test } of api.watchSetup(undefined, new AbortController().signal)) return test
  return undefined
}

describe('a Docker context with certificates', () => {
  it('reaches an engine that verifies who asks, and runs a job there', async () => {
    const certificates = await (
      await createAuthority(join(folder, 'of-context'))
    ).issue('both', ['IP:127.0.0.1'])
    await using engine = await startVerifyingEngine(certificates)
    const home = await selectContext(engine.host, certificates)
    const docker = await connectDocker({}, { ...around, home })
    expect(docker.about).toMatchObject({
      endpoint: engine.host,
      because: 'the Docker context "far" is selected',
    })
    await docker.importImage(images.busybox, await busyboxImage())
    {
      await using job = await aPreparedJob({ docker: { network_mode: 'none' } }, docker)
      expect(await job.run('echo over a context')).toBe('over a context\n')
    }
    docker.close()
    // As a runner of config.toml names it, which knows no contexts.
    const [known] = await knownEngines({ ...around, home })
    expect(known).toMatchObject({ context: 'far', isChosen: true, settings: { host: engine.host } })
    const named = await connectDocker(known?.settings ?? {}, around)
    expect(named.about.endpoint).toBe(engine.host)
    named.close()
  })

  it('is refused by an engine of another authority, in words', async () => {
    const home = await selectContext(host, stranger)
    await expect(connectDocker({}, { ...around, home })).rejects.toMatchObject({
      name: 'EngineUnreachable',
      message: expect.stringMatching(/certificate|self.signed/i) as string,
    })
  })
})

/** dockerd itself on a port of loopback, which lets only clients of its authority in. */
async function startVerifyingEngine({ folder: certificates }: Identity) {
  const data = await mkdtemp(join(folder, 'engine-'))
  const port = await freePort()
  const places = ['data-root', 'exec-root', 'pidfile'].flatMap((flag) => [`--${flag}`, join(data, flag)])
  const pem = (name: string) => join(certificates, `${name}.pem`)
  const verifying = [
    '--tlsverify',
    '--tlscacert',
    pem('ca'),
    '--tlscert',
    pem('cert'),
    '--tlskey',
    pem('key'),
  ]
  const socket = join(data, 'docker.sock')
  const hosts = ['--host', `tcp://127.0.0.1:${port}`, '--host', `unix://${socket}`]
  // Without a bridge of its own it would take that of the other engine away.
  const alone = ['--iptables=false', '--ip-forward=false']
  const dockerd = spawn('dockerd', [...places, ...verifying, ...hosts, ...alone], { stdio: 'ignore' })
  const ended = once(dockerd, 'exit')
  await vi.waitFor(async () => expect(await answers(socket)).toBe(true), { timeout: 60_000, interval: 200 })
  return {
    host: `tcp://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      dockerd.kill('SIGTERM')
      await ended
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** What `docker context create far` and `docker context use far` write. @returns the home folder. */
async function selectContext(Host: string, { folder: certificates }: Identity): Promise<string> {
  const home = await mkdtemp(join(folder, 'home-'))
  const contexts = join(home, '.docker/contexts')
  const key = createHash('sha256').update('far').digest('hex')
  const tls = join(contexts, 'tls', key, 'docker')
  await Promise.all([join(contexts, 'meta', key), tls].map((path) => mkdir(path, { recursive: true })))
  await writeFile(join(home, '.docker/config.json'), JSON.stringify({ currentContext: 'far' }))
  await writeFile(
    join(contexts, 'meta', key, 'meta.json'),
    JSON.stringify({ Name: 'far', Endpoints: { docker: { Host, SkipTLSVerify: false } } }),
  )
  for (const name of ['ca.pem', 'cert.pem', 'key.pem'])
    await copyFile(join(certificates, name), join(tls, name))
  return home
}
