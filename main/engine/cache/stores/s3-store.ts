import { createReadStream } from 'node:fs'
import { Agent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Readable } from 'node:stream'

import {
  GetObjectCommand,
  HeadObjectCommand,
  S3Client,
  S3ServiceException,
  type ServerSideEncryption,
} from '@aws-sdk/client-s3'
import { STSServiceException } from '@aws-sdk/client-sts'
import { Upload } from '@aws-sdk/lib-storage'

import type { CacheConfig } from '../../config/schema.ts'
import {
  asHeader,
  contentType,
  partsAtOnce,
  partSize,
  RemoteProblem,
  type RemoteStore,
} from '../remote-store.ts'
import { roleCredentials, roleFor, type Access } from './s3-role.ts'

type S3Config = CacheConfig['s3']

const mostParts = 10_000
const connectTimeout = 30_000

/**
 * Caches in a bucket of S3 or of a server that speaks its language (job-execution.md §10.7). Where a role is named,
 * each object is read and written with credentials of that role for this object alone.
 * @param tokenService address of the service that gives a role's credentials, where it is not Amazon's.
 */
export function s3Store(config: S3Config, tokenService?: string): RemoteStore {
  const { BucketName: Bucket } = config
  const requestHandler = {
    connectionTimeout: connectTimeout,
    httpAgent: new Agent({ keepAlive: true, proxyEnv: process.env }),
    httpsAgent: new HttpsAgent({ keepAlive: true, proxyEnv: process.env }),
  }
  const shared = {
    ...addressing(config),
    maxAttempts: 3,
    followRegionRedirects: true,
    // Other servers than Amazon's do not know the newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler,
  } as const
  const clients = new Map<string, S3Client>()

  function clientFor(access: Access, key: string): S3Client {
    const role = roleFor(access, config)
    const id = role === undefined ? '' : `${access} ${key}`
    const known = clients.get(id)
    if (known) return known
    const own = credentialsOf(config)
    const client = new S3Client({
      ...shared,
      ...(role === undefined
        ? own
        : {
            credentials: roleCredentials(role, access, key, config, {
              region: shared.region,
              maxAttempts: shared.maxAttempts,
              requestHandler,
              ...own,
              ...(tokenService !== undefined && { endpoint: tokenService }),
            }),
          }),
    })
    clients.set(id, client)
    return client
  }

  return {
    addressOf: (name) => `${originOf(config)}/${Bucket}/${name}`,
    missingIsLocal: false,

    async look(Key, signal) {
      try {
        const { ContentLength = 0, ETag = '' } = await clientFor('read', Key).send(
          new HeadObjectCommand({ Bucket, Key }),
          { abortSignal: signal },
        )
        return { size: ContentLength, etag: ETag }
      } catch (error) {
        if (statusOf(error) === 404) return undefined
        throw problemOf(error, signal)
      }
    },

    async read(Key, { etag }, from, to, signal) {
      try {
        const command = new GetObjectCommand({ Bucket, Key, Range: `bytes=${from}-${to}`, IfMatch: etag })
        const { Body } = await clientFor('read', Key).send(command, { abortSignal: signal })
        return Body as Readable
      } catch (error) {
        throw problemOf(error, signal)
      }
    },

    async write(Key, { path, size, cachekey, onSent }, signal) {
      const upload = new Upload({
        client: clientFor('write', Key),
        params: {
          Bucket,
          Key,
          Body: createReadStream(path),
          ContentType: contentType,
          Metadata: { cachekey: asHeader(cachekey) },
          ...encryptionOf(config),
        },
        partSize: Math.max(partSize, Math.ceil(size / mostParts)),
        queueSize: partsAtOnce,
      })
      upload.on('httpUploadProgress', ({ loaded = 0 }) => onSent?.(loaded))
      const stop = () => void upload.abort()
      signal.addEventListener('abort', stop, { once: true })
      try {
        await upload.done()
      } catch (error) {
        throw problemOf(error, signal)
      } finally {
        signal.removeEventListener('abort', stop)
      }
    },

    [Symbol.dispose]() {
      for (const client of clients.values()) client.destroy()
    },
  }
}

function originOf({ ServerAddress, Insecure }: S3Config): string {
  return `${Insecure ? 'http' : 'https'}://${ServerAddress || 's3.amazonaws.com'}`
}

function addressing(config: S3Config) {
  const { ServerAddress, BucketName, BucketLocation, PathStyle, DualStack, Accelerate } = config
  const region = BucketLocation || 'us-east-1'
  const isAmazon = ServerAddress === '' || /(?:^|\.)amazonaws\.com(?:\.cn)?(?::\d+)?$/.test(ServerAddress)
  // A name with dots does not fit Amazon's certificate as part of a host name.
  const forcePathStyle = PathStyle ?? (!isAmazon || (BucketName.includes('.') && !config.Insecure))
  if (!isAmazon) return { region, forcePathStyle, endpoint: new URL(originOf(config)).origin }
  return {
    region,
    forcePathStyle,
    useDualstackEndpoint: DualStack ?? true,
    useAccelerateEndpoint: Accelerate,
  }
}

/** Keys of the configuration, or what the client finds in the environment, in files and on the machine. */
function credentialsOf(config: S3Config) {
  const { ServerAddress, AccessKey, SecretKey, SessionToken, AuthenticationType } = config
  const hasKeys = ServerAddress !== '' && AccessKey !== '' && SecretKey !== ''
  const usesKeys = AuthenticationType === '' ? hasKeys : AuthenticationType.toLowerCase() === 'access-key'
  if (!usesKeys) return {}
  return {
    credentials: {
      accessKeyId: AccessKey,
      secretAccessKey: SecretKey,
      ...(SessionToken !== '' && { sessionToken: SessionToken }),
    },
  }
}

const encryptions: Readonly<Record<string, ServerSideEncryption>> = {
  s3: 'AES256',
  aes256: 'AES256',
  kms: 'aws:kms',
  'aws:kms': 'aws:kms',
  'dsse-kms': 'aws:kms:dsse',
  'aws:kms:dsse': 'aws:kms:dsse',
}

function encryptionOf({ ServerSideEncryption: asked, ServerSideEncryptionKeyID }: S3Config) {
  const used = encryptions[asked.toLowerCase()]
  if (!used) return {}
  return {
    ServerSideEncryption: used,
    ...(used !== 'AES256' && ServerSideEncryptionKeyID !== '' && { SSEKMSKeyId: ServerSideEncryptionKeyID }),
  }
}

/** What is wrong with the configuration without hindering anything; `undefined` where nothing is. */
export function s3Remark({ ServerSideEncryption: asked }: S3Config): string | undefined {
  if (asked === '' || encryptions[asked.toLowerCase()]) return undefined
  return `ServerSideEncryption "${asked}" is unknown, caches are uploaded without it`
}

const statusOf = (error: unknown) =>
  error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined

function problemOf(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason
  const status = statusOf(error)
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) }
  const hint = status === 403 ? ' (a store that may not be listed says so of missing objects, too)' : ''
  const words = message === '' || message === name ? name : `${name}: ${message}`
  const who = error instanceof STSServiceException ? 'S3: the role cannot be taken on' : 'S3'
  return new RemoteProblem(`${who}: ${words}${hint}`, {
    isPassing: error instanceof STSServiceException ? false : status === undefined || status >= 500,
    cause: error,
  })
}
