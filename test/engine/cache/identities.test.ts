import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'

import { BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { azureStore } from '../../../main/engine/cache/stores/azure-store.ts'
import type { RemoteStore } from '../../../main/engine/cache/remote-store.ts'
import { s3Store } from '../../../main/engine/cache/stores/s3-store.ts'
import type { CacheConfig } from '../../../main/engine/config/schema.ts'
import { createAuthority } from '../../support/certificates.ts'
import { machineIdentity, tokenService } from '../../support/identity-servers.ts'
import { azureServer, s3Server } from '../../support/object-servers.ts'
import { tempDir } from '../../support/temp-dir.ts'

const signal = new AbortController().signal
const left = new AsyncDisposableStack()
afterAll(() => left.disposeAsync())

let folder: string
let path: string
beforeAll(async () => {
  folder = left.use(await tempDir()).path
  path = join(folder, 'archive')
  await writeFile(path, 'what was built')
})

async function wentThrough(store: RemoteStore, name: string): Promise<string> {
  await store.write(name, { path, size: 14, cachekey: 'npm' }, signal)
  const seen = await store.look(name, signal)
  if (!seen) throw new Error('nothing there')
  const content = await store.read(name, seen, 0, 13, signal)
  return Buffer.concat(await Array.fromAsync(content as AsyncIterable<Buffer>)).toString()
}

describe('a cache of S3 with a role', () => {
  let config: CacheConfig['s3']
  let bucketKeys: { readonly id: string; readonly secret: string }
  beforeAll(async () => {
    const server = left.use(await s3Server(join(folder, 's3')))
    bucketKeys = { id: server.config.AccessKey, secret: server.config.SecretKey }
    // The machine itself has no right to the bucket.
    config = { ...server.config, AccessKey: 'MACHINE', SecretKey: 'machine' }
  })
  const allowed = (Action: readonly string[], Resource: string) => ({ Effect: 'Allow', Action, Resource })

  it('reads and writes each object with a credential for it alone', async () => {
    await using service = await tokenService('MACHINE', bucketKeys)
    const role = 'arn:aws-cn:iam::123456789012:role/cache'
    using store = s3Store({ ...config, RoleARN: role }, service.origin)
    expect(await wentThrough(store, 'project/42/npm*')).toBe('what was built')
    const resource = 'arn:aws-cn:s3:::caches/project/42/npm${*}'
    const policy = (...Statement: readonly unknown[]) => ({ Version: '2012-10-17', Statement })
    expect(service.asked).toEqual([
      { by: 'MACHINE', role, policy: policy(allowed(['s3:PutObject', 's3:AbortMultipartUpload'], resource)) },
      { by: 'MACHINE', role, policy: policy(allowed(['s3:GetObject'], resource)) },
    ])
  })

  it('takes another role on for uploads where one is named, with the key they are encrypted by', async () => {
    await using service = await tokenService('MACHINE', bucketKeys)
    const key = 'arn:aws:kms:eu-central-1:123456789012:key/1'
    const roles = { RoleARN: 'arn:aws:iam::1:role/read', UploadRoleARN: 'arn:aws:iam::1:role/write' }
    const encrypted = { ServerSideEncryption: 'KMS', ServerSideEncryptionKeyID: key }
    using store = s3Store({ ...config, ...roles, ...encrypted }, service.origin)
    await wentThrough(store, 'project/42/npm')
    expect(
      service.asked.map(({ role, policy }) => [role, (policy as { Statement: unknown[] }).Statement[1]]),
    ).toEqual([
      [roles.UploadRoleARN, allowed(['kms:Decrypt', 'kms:GenerateDataKey'], key)],
      [roles.RoleARN, allowed(['kms:Decrypt', 'kms:GenerateDataKey'], key)],
    ])
  })

  it('says so when the role may not be taken on', async () => {
    await using service = await tokenService('SOMEBODY', bucketKeys)
    using store = s3Store({ ...config, RoleARN: 'arn:aws:iam::1:role/cache' }, service.origin)
    await expect(store.look('project/42/npm', signal)).rejects.toThrow(
      'S3: the role cannot be taken on: AccessDenied: MACHINE may not take on the role.',
    )
  })
})

describe('a cache of Azure without a key', () => {
  it('is reached by what the machine is known by', async () => {
    const authority = await createAuthority(join(folder, 'ca'))
    const { folder: certificate } = await authority.issue('azure', ['IP:127.0.0.1'])
    const trusted = getCACertificates('default')
    left.defer(() => setDefaultCACertificates(trusted))
    setDefaultCACertificates([...trusted, await readFile(join(certificate, 'ca.pem'), 'utf8')])

    await using server = await azureServer(join(folder, 'azure'), certificate)
    const { AccountName, AccountKey, ContainerName } = server.config
    await new BlobServiceClient(
      server.origin,
      new StorageSharedKeyCredential(AccountName, AccountKey),
    ).createContainer(ContainerName)

    await using identity = await machineIdentity('machine-secret')
    process.env['IDENTITY_ENDPOINT'] = `${identity.origin}/token`
    process.env['IDENTITY_HEADER'] = 'machine-secret'
    left.defer(() => {
      delete process.env['IDENTITY_ENDPOINT']
      delete process.env['IDENTITY_HEADER']
    })
    using store = azureStore({ ...server.config, AccountKey: '' }, server.origin)
    expect(await wentThrough(store, 'project/42/npm')).toBe('what was built')
    expect(new Set(identity.asked)).toEqual(new Set(['https://storage.azure.com']))
  })
})
