import { createReadStream } from 'node:fs'
import { Agent, request as httpRequest, STATUS_CODES, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

import { GoogleAuth, JWT, type AuthClient } from 'google-auth-library'

import { systemClock, type Clock } from '../../clock.ts'
import type { CacheConfig } from '../../config/schema.ts'
import { asHeader, contentType, RemoteProblem, type RemoteStore } from '../remote-store.ts'

const scopes = ['https://www.googleapis.com/auth/devstorage.read_write']

const tries = 3
/** Milliseconds without a byte after which a connection is taken for dead. */
const quietLimit = 60_000
const longestRefusal = 64 * 1024

type Answer = IncomingMessage & { readonly status: number }

const retryDelay = 1000

interface Asked {
  readonly headers?: Readonly<Record<string, string>>
  /** Made anew for every try. */
  readonly body?: () => Readable
  readonly signal: AbortSignal
}

/**
 * Caches in a bucket of Google's storage, by its XML interface (job-execution.md §10.7). A service account's key signs
 * its own passes, without asking anybody for one.
 * @param mostBytes of an object; 0 = any. The store refuses larger ones.
 * @param origin address of the service, where it is not the one of the universe.
 */
export function gcsStore(
  config: CacheConfig['gcs'],
  mostBytes: number,
  origin = `https://storage.${config.UniverseDomain || 'googleapis.com'}`,
  clock: Pick<Clock, 'sleep'> = systemClock,
): RemoteStore {
  const { BucketName } = config
  const isPlain = origin.startsWith('http:')
  const proxied = { keepAlive: true, proxyEnv: process.env }
  const agent = isPlain ? new Agent(proxied) : new HttpsAgent(proxied)
  const addressOf = (name: string) =>
    `${origin}/${BucketName}/${name.split('/').map(encodeURIComponent).join('/')}`
  let client: AuthClient | undefined

  async function ask(method: 'HEAD' | 'GET' | 'PUT', name: string, asked: Asked) {
    for (let tried = 1; ; tried += 1) {
      try {
        const answer = await askOnce(method, name, asked)
        if (answer.status < 500) return answer
        throw await refusalOf(answer)
      } catch (error) {
        if (tried >= tries || !(error instanceof RemoteProblem)) throw error
        await clock.sleep(retryDelay, asked.signal)
      }
    }
  }

  async function askOnce(method: 'HEAD' | 'GET' | 'PUT', name: string, { headers, body, signal }: Asked) {
    try {
      client ??= await clientOf(config)
      const pass = await client.getRequestHeaders(origin)
      return await new Promise<Answer>((resolve, reject) => {
        const request = (isPlain ? httpRequest : httpsRequest)(addressOf(name), {
          method,
          agent,
          signal,
          timeout: quietLimit,
          headers: { ...headers, ...Object.fromEntries(pass) },
        })
        request.on('response', (answer) => resolve(Object.assign(answer, { status: answer.statusCode ?? 0 })))
        request.on('timeout', () => request.destroy(new Error('the connection fell silent')))
        request.on('error', reject)
        if (body) pipeline(body(), request).catch(reject)
        else request.end()
      })
    } catch (error) {
      if (signal.aborted) throw signal.reason
      const message = error instanceof Error ? error.message : String(error)
      throw new RemoteProblem(`GCS: ${message}`, { isPassing: true, cause: error })
    }
  }

  return {
    addressOf,
    missingIsLocal: false,

    async look(name, signal) {
      const answer = await ask('HEAD', name, { signal })
      await drained(answer)
      if (answer.status === 404) return undefined
      if (answer.status !== 200) throw await refusalOf(answer)
      return { size: Number(answer.headers['content-length']), etag: answer.headers.etag ?? '' }
    },

    async read(name, { etag }, from, to, signal) {
      const headers = { range: `bytes=${from}-${to}`, 'if-match': etag }
      const answer = await ask('GET', name, { headers, signal })
      if (answer.status !== 206) throw await refusalOf(answer)
      return answer
    },

    async write(name, { path, size, cachekey, onSent }, signal) {
      const headers = {
        'content-type': contentType,
        'content-length': String(size),
        'x-goog-meta-cachekey': asHeader(cachekey),
        ...(mostBytes > 0 && { 'x-goog-content-length-range': `0,${mostBytes}` }),
      }
      const body = () => Readable.from(counted(createReadStream(path), onSent), { objectMode: false })
      const answer = await ask('PUT', name, { headers, body, signal })
      if (answer.status !== 200) throw await refusalOf(answer)
      await drained(answer)
    },

    [Symbol.dispose]: () => agent.destroy(),
  }
}

/** A file with credentials, a key of the configuration, or what this machine is known by. */
async function clientOf({ CredentialsFile, AccessID, PrivateKey, UniverseDomain }: CacheConfig['gcs']) {
  const universe = UniverseDomain !== '' && { universeDomain: UniverseDomain }
  let client: AuthClient
  if (CredentialsFile === '' && AccessID !== '' && PrivateKey !== '') {
    client = new JWT({ email: AccessID, key: PrivateKey, scopes, ...universe })
  } else {
    const file = CredentialsFile !== '' && { keyFile: CredentialsFile }
    client = await new GoogleAuth({ ...file, scopes, clientOptions: { ...universe } }).getClient()
  }
  if (client instanceof JWT) client.useJWTAccessWithScope = true
  return client
}

async function* counted(chunks: AsyncIterable<Buffer>, onSent?: (bytes: number) => void) {
  let sent = 0
  for await (const chunk of chunks) {
    yield chunk
    sent += chunk.length
    onSent?.(sent)
  }
}

async function drained(answer: IncomingMessage): Promise<void> {
  for await (const _ of answer);
}

async function refusalOf(answer: Answer): Promise<RemoteProblem> {
  const { status } = answer
  let text = ''
  for await (const chunk of answer) if (text.length < longestRefusal) text += String(chunk)
  const [, code] = /<Code>([^<]*)<\/Code>/.exec(text) ?? []
  const [, message] = /<Message>([^<]*)<\/Message>/.exec(text) ?? []
  const received = `received: ${status} ${STATUS_CODES[status] ?? ''}`.trim()
  const said = code === undefined ? '' : `. Request failed with code: ${code}, message: ${message ?? ''}`
  return new RemoteProblem(`GCS: ${received}${said}`, { isPassing: status >= 500 })
}
