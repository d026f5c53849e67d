import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { connect, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer, type Server } from 'node:tls'

import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'

import { connectDocker } from '../../main/engine/docker/connect.ts'
import { createAuthority, type Identity } from '../support/certificates.ts'
import { aPreparedJob, aSystemId } from './kit.ts'

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
