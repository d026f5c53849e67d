import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob'
import { assert, asyncProperty, nat } from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { azureStore } from '../../../main/engine/cache/stores/azure-store.ts'
import { fetchObject } from '../../../main/engine/cache/fetch-object.ts'
import { gcsStore } from '../../../main/engine/cache/stores/gcs-store.ts'
import type { RemoteStore } from '../../../main/engine/cache/remote-store.ts'
import { s3Store } from '../../../main/engine/cache/stores/s3-store.ts'
import { withTimeLimit } from '../../../main/engine/cache/time-limit.ts'
import { sleepless } from '../../support/artifact-server.ts'
import { azureServer, brokenWire, gcsServer, s3ConfigFor, s3Server } from '../../support/object-servers.ts'
import { tempDir } from '../../support/temp-dir.ts'

const signal = new AbortController().signal
const left = new AsyncDisposableStack()
afterAll(() => left.disposeAsync())

let folder: string
let path: string
let content: Buffer
const stores: Partial<Record<string, RemoteStore>> = {}
let s3Address: string

beforeAll(async () => {
  folder = left.use(await tempDir()).path
  path = join(folder, 'archive')
  // More than one part of an upload, and not a whole number of pieces of a download.
  content = randomBytes(9_000_001)
  await writeFile(path, content)

  const [s3, azure, gcs] = await Promise.all([
    s3Server(join(folder, 's3')),
    azureServer(join(folder, 'azure')),
    gcsServer(),
  ])
  for (const server of [s3, azure, gcs]) left.use(server)
  const key = new StorageSharedKeyCredential(azure.config.AccountName, azure.config.AccountKey)
  await new BlobServiceClient(azure.origin, key).createContainer('caches')
  s3Address = s3.address
  stores['s3'] = s3Store(s3.config)
  stores['azure'] = azureStore(azure.config, azure.origin)
  stores['gcs'] = gcsStore(gcs.config, 0, gcs.origin, sleepless)
}, 60_000)

function storeOf(type: string): RemoteStore {
  const store = stores[type]
  if (!store) throw new Error(`no store ${type}`)
  return store
}

async function fetched(store: RemoteStore, name: string): Promise<Buffer> {
  const seen = await store.look(name, signal)
  if (!seen) throw new Error('nothing there')
  const target = join(folder, 'fetched')
  const clock = sleepless
  await fetchObject(target, { store, name, seen, chunkSize: 1_000_000, concurrency: 4, signal, clock })
  return readFile(target)
}

const upload = () => ({ path, size: content.length, cachekey: 'npm-größe' })

describe.each(['s3', 'azure', 'gcs'])('a store of type %s', (type) => {
  it('gives back in pieces what it was given in parts', async () => {
    const store = storeOf(type)
    const name = 'runner/AbCdEfGhI/project/42/npm main'
    await store.write(name, upload(), signal)
    expect((await store.look(name, signal))?.size).toBe(content.length)
    expect((await fetched(store, name)).equals(content)).toBe(true)
  })

  it('says that an object is not there', async () => {
    expect(await storeOf(type).look('project/42/none', signal)).toBe(undefined)
  })

  it('does not mix an object with the one that replaced it', async () => {
    const store = storeOf(type)
    const name = 'project/42/replaced'
    await store.write(name, upload(), signal)
    const seen = await store.look(name, signal)
    if (!seen) throw new Error('nothing there')
    const other = join(folder, 'other')
    await writeFile(other, randomBytes(9_000_001))
    await store.write(name, { ...upload(), path: other }, signal)
    const options = { store, name, seen, chunkSize: 1_000_000, concurrency: 1, signal, clock: sleepless }
    if (type === 's3') return // S3rver does not know If-Match.
    await expect(fetchObject(join(folder, 'mixed'), options)).rejects.toThrow(/412|condition/i)
  })

  it('is given up when the job is', async () => {
    const aborted = AbortSignal.abort(new Error('canceled'))
    await expect(storeOf(type).look('project/42/none', aborted)).rejects.toThrow('canceled')
  })
})

describe('a download', () => {
  it('whose connections break at any byte is whole in the end', async () => {
    const name = 'project/42/broken'
    await storeOf('s3').write(name, upload(), signal)
    await assert(
      asyncProperty(nat(900_000), nat(900_000), async (first, second) => {
        await using wire = await brokenWire(s3Address, [Infinity, first + 1, second + 1])
        using store = s3Store(s3ConfigFor(wire.address))
        expect((await fetched(store, name)).equals(content)).toBe(true)
      }),
      { numRuns: 5 },
    )
  })

  it('from a store that answers nothing ends with the time limit', async () => {
    await using server = await gcsServer(() => true)
    const store = withTimeLimit(gcsStore(server.config, 0, server.origin, sleepless), 50)
    await expect(store.look('x', signal)).rejects.toThrow(
      'the store took longer than 0.05 s (CACHE_REQUEST_TIMEOUT)',
    )
  })
})

describe('Google’s storage', () => {
  it('is asked again after a 503, three times in all', async () => {
    let asked = 0
    await using server = await gcsServer((_, response) => {
      asked += 1
      if (asked % 3 === 0) return false
      response.writeHead(503).end()
      return true
    })
    const store = gcsStore(server.config, 0, server.origin, sleepless)
    await store.write('project/42/x', upload(), signal)
    expect({ asked, kept: server.objects.get('/caches/project/42/x')?.headers }).toEqual({
      asked: 3,
      kept: {
        'content-type': 'application/octet-stream',
        'x-goog-meta-cachekey': 'npm-gr%C3%B6%C3%9Fe',
      },
    })
  })

  it('refuses a key that is not its own, in words', async () => {
    await using server = await gcsServer()
    await using other = await gcsServer()
    const store = gcsStore(other.config, 0, server.origin, sleepless)
    await expect(store.write('project/42/x', upload(), signal)).rejects.toThrow(
      'GCS: received: 403 Forbidden. Request failed with code: AccessDenied, message: Access denied.',
    )
  })
})
