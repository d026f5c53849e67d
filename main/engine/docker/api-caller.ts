import type { Agent } from 'node:http'
import { Readable, type Duplex } from 'node:stream'

import Docker from 'dockerode'

import { DockerError } from './docker-error.ts'

/** A request to the Engine API. */
export interface ApiRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE'
  /** Without the version. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  /** Sent as JSON; a Buffer or a stream as it is. */
  readonly body?: object | Buffer | Readable
  readonly auth?: object
  readonly signal?: AbortSignal | undefined
  /** `upgrade`: the raw connection; `stream`: the answer's body, once its head is there; else parsed JSON. */
  readonly answer?: 'upgrade' | 'stream'
}

export interface ApiCaller {
  json(request: ApiRequest): Promise<unknown>
  stream(request: ApiRequest): Promise<Readable>
  upgrade(request: ApiRequest): Promise<Duplex>
}

export interface ApiAddress {
  readonly socketPath?: string
  readonly host?: string
  readonly port?: number
  readonly protocol?: 'http' | 'https'
  readonly tls?: { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer }
  /** The server's certificate is not verified. */
  readonly trustsAnyone?: boolean
}

const accepted = { 101: true, 200: true, 201: true, 204: true, 304: true }

/**
 * dockerode's connection without its verbs: they put whole create requests, secrets included, into the query string
 * and hide warnings (docker-executor.md §12.7), and negotiate nothing (§1.4).
 */
export function createApiCaller(address: ApiAddress, agent: Agent, version?: string): ApiCaller {
  // Every address field is named, for dockerode fills what is missing from the process environment (§1.4).
  const { modem } = new Docker({
    socketPath: address.socketPath,
    host: address.host,
    port: address.port,
    protocol: address.protocol ?? 'http',
    ca: address.tls?.ca,
    cert: address.tls?.cert,
    key: address.tls?.key,
    agent,
    // @types/dockerode does not know that these may be undefined.
    ...(version !== undefined && { version: `v${version}` }),
  } as Docker.DockerOptions)
  // An idle wait or attach would be killed by a timeout of the process environment.
  Object.assign(modem, { timeout: undefined, pathPrefix: '/' })

  const send = (request: ApiRequest): Promise<unknown> =>
    new Promise((resolve, reject) => {
      request.signal?.throwIfAborted()
      modem.dial(dialOptions(request), (error: unknown, answer: unknown) => {
        if (error === null || error === undefined) resolve(answer)
        else reject(request.signal?.aborted ? (request.signal.reason as Error) : asDockerError(error))
      })
    })

  return {
    json: async (request) => {
      const answer = await send(request)
      return Buffer.isBuffer(answer) ? undefined : answer
    },
    stream: async (request) => (await send({ ...request, answer: 'stream' })) as Readable,
    upgrade: async (request) => (await send({ ...request, answer: 'upgrade' })) as Duplex,
  }
}

function dialOptions({ method, path, query, body, auth, signal, answer }: ApiRequest) {
  // An upgraded connection must carry nothing behind its head, or the bytes become the script's first: an empty file
  // makes dockerode send a length of 0 instead of an open-ended body.
  const isRaw = Buffer.isBuffer(body) || body instanceof Readable
  const file = isRaw ? body : answer === 'upgrade' && body === undefined ? Buffer.alloc(0) : undefined
  return {
    path: `${path}?`,
    method,
    options: { _query: definedOnly(query ?? {}), _body: isRaw ? {} : (body ?? {}) },
    statusCodes: accepted,
    ...(file !== undefined && { file }),
    ...(auth !== undefined && { authconfig: auth }),
    ...(signal !== undefined && { abortSignal: signal }),
    ...(answer !== undefined && { isStream: true }),
    ...(answer === 'upgrade' && { hijack: true }),
  }
}

const definedOnly = (query: NonNullable<ApiRequest['query']>) =>
  Object.fromEntries(
    Object.entries(query)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, String(value)]),
  )

function asDockerError(error: unknown): DockerError {
  const { message, statusCode, code, json } = error as {
    readonly message?: string
    readonly statusCode?: number
    readonly code?: string
    readonly json?: unknown
  }
  return new DockerError(messageIn(json) ?? withoutPrefix(message ?? String(error)), {
    status: statusCode,
    code,
    cause: error,
  })
}

const messageIn = (json: unknown): string | undefined =>
  typeof json === 'object' && json !== null && 'message' in json && typeof json.message === 'string'
    ? json.message
    : undefined

// docker-modem writes `(HTTP code 400) bad parameter - the engine's words `.
const withoutPrefix = (message: string) => message.replace(/^\(HTTP code \d+\) [^-]* - /, '').trim()
