import type { Readable } from 'node:stream'

import { DefaultAzureCredential, type TokenCredential } from '@azure/identity'
import {
  BlobServiceClient,
  RestError,
  StorageRetryPolicyType,
  StorageSharedKeyCredential,
} from '@azure/storage-blob'

import type { CacheConfig } from '../../config/schema.ts'
import {
  asHeader,
  contentType,
  partsAtOnce,
  partSize,
  RemoteProblem,
  type RemoteStore,
} from '../remote-store.ts'

const defaultDomain = 'blob.core.windows.net'

/**
 * Caches in a container of Azure's blob storage (job-execution.md §10.7). Without a key it is let in by what this
 * machine is known by: a service principal of the environment, a workload's or a managed identity, or a login.
 * @param origin address of the account, where it is not the one of its name and domain.
 */
export function azureStore(
  config: CacheConfig['azure'],
  origin = originOf(config),
  identity: () => TokenCredential = () => new DefaultAzureCredential(),
): RemoteStore {
  const { AccountName, AccountKey, ContainerName } = config
  const credential = AccountKey === '' ? identity() : new StorageSharedKeyCredential(AccountName, AccountKey)
  const service = new BlobServiceClient(origin, credential, {
    retryOptions: {
      maxTries: 3,
      retryDelayInMs: 1000,
      retryPolicyType: StorageRetryPolicyType.FIXED,
    },
  })
  const container = service.getContainerClient(ContainerName)

  return {
    addressOf: (name) => `${origin}/${ContainerName}/${name}`,
    missingIsLocal: true,

    async look(name, abortSignal) {
      try {
        const { contentLength = 0, etag = '' } = await container
          .getBlobClient(name)
          .getProperties({ abortSignal })
        return { size: contentLength, etag }
      } catch (error) {
        if (error instanceof RestError && error.statusCode === 404) return undefined
        throw problemOf(error, abortSignal)
      }
    },

    async read(name, { etag }, from, to, abortSignal) {
      try {
        const { readableStreamBody } = await container
          .getBlobClient(name)
          .download(from, to - from + 1, { abortSignal, conditions: { ifMatch: etag } })
        if (!readableStreamBody) throw new RemoteProblem('Azure: the answer has no content')
        return readableStreamBody as Readable
      } catch (error) {
        throw problemOf(error, abortSignal)
      }
    },

    async write(name, { path, cachekey, onSent }, abortSignal) {
      try {
        await container.getBlockBlobClient(name).uploadFile(path, {
          abortSignal,
          blockSize: partSize,
          concurrency: partsAtOnce,
          blobHTTPHeaders: { blobContentType: contentType },
          metadata: { cachekey: asHeader(cachekey) },
          onProgress: ({ loadedBytes }) => onSent?.(loadedBytes),
        })
      } catch (error) {
        throw problemOf(error, abortSignal)
      }
    },

    [Symbol.dispose]: () => undefined,
  }
}

const originOf = ({ AccountName, StorageDomain }: CacheConfig['azure']) =>
  `https://${AccountName}.${StorageDomain || defaultDomain}`

function problemOf(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason
  if (error instanceof RemoteProblem) return error
  const status = error instanceof RestError ? error.statusCode : undefined
  const [message = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
  return new RemoteProblem(`Azure: ${message || `status ${status}`}`, {
    isPassing: status === undefined || status >= 500,
    cause: error,
  })
}
