import { randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'

import type { Logger } from 'pino'
import type { Dispatcher } from 'undici'

import { say } from '../../contract/sentences/say.ts'
import type { Clock } from '../clock.ts'
import { architecture, compatibleVersion, drydockVersion, platform } from '../version.ts'
import { shownUrl } from './api-url.ts'
import { createConnections, type ConnectionOptions } from './connections.ts'
import { responseOf, type HttpResponse } from './http-response.ts'
import { NoAnswer, noAnswer } from './network-problem.ts'
import type { TlsFiles } from './port.ts'
import { httpAttempts, isRetried, waitAfter } from './retry-wait.ts'
import { limitTime } from './time-limit.ts'

export type { HttpResponse } from './http-response.ts'

const defaultHeadersTimeout = 10 * 60_000
const defaultTimeout = 60 * 60_000
const maxRedirects = 10

/** gitlab-runner's form, because GitLab and proxies in front of it read it. */
export const userAgent = `gitlab-runner ${compatibleVersion} (drydock ${drydockVersion}; node ${process.version}; ${platform}/${architecture})`

export type HttpBody = string | Uint8Array | Readable

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below `/api/v4/`, without leading slash, such as `jobs/7/trace`. */
  readonly path: string
  /** Empty values are left out. */
  readonly query?: Readonly<Record<string, string>>
  /** Sent to the server's own origin only, whatever it redirects to. */
  readonly token?: {
    readonly header: 'Runner-Token' | 'Job-Token' | 'Private-Token'
    readonly value: string
  }
  /** What else the body carries that must not be shown, see `HttpResponse.hideToken`. */
  readonly secret?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Makes the body, anew for every attempt; a stream of unknown length goes out chunked. */
  readonly body?: () => HttpBody
  /**
   * Scheme and host to use in place of the server's own, because an earlier answer said so. The token goes along
   * only to the same host by https instead of http.
   */
  readonly origin?: string
  /** Where an earlier response came from, in place of `path`. The token goes along to the server itself only. */
  readonly address?: URL
  /** Milliseconds until the response's headers; default 10 minutes. */
  readonly headersTimeout?: number
  /** Milliseconds between two pieces of the response's body, while they are wanted; default `headersTimeout`. */
  readonly stallTimeout?: number
  /** Milliseconds for the whole attempt including its response body; default 60 minutes. */
  readonly timeout?: number
}

export interface Transport {
  /**
   * Sends a request, up to five times where the status says so (coordinator-api.md §2.5), and follows redirects.
   * A redirect of a request with a body to another origin is not followed but answered as it came.
   * @returns the last response, whatever its status.
   * @throws NoAnswer when none came. Rejects with `signal.reason` when the signal aborts.
   */
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse>
  /** Host and port of the server. */
  readonly host: string
  /** What jobs need to trust the server as the newest connection did. */
  tlsFiles(): TlsFiles
  /** Lets begun requests finish, takes no new ones. */
  close(): Promise<void>
}

export interface TransportOptions extends ConnectionOptions {
  readonly clock: Clock
  readonly logger: Logger
  /** From 0 up to 1, for the jitter. */
  readonly random?: () => number
}

/** The one way to a GitLab server: URLs, headers, TLS, proxies, timeouts, redirects and retries. */
export function createTransport(options: TransportOptions): Transport {
  const { apiUrl, clock, logger, random = Math.random } = options
  const connections = createConnections(options)

  async function attempt(
    request: HttpRequest,
    requestId: string,
    signal: AbortSignal,
  ): Promise<HttpResponse> {
    const home = request.origin === undefined ? apiUrl : new URL(apiUrl.pathname, request.origin)
    // Once another origin had a say in where to go, the token stays away, also from a way back.
    let isOwnOrigin = home.origin === apiUrl.origin || isSecuredTwin(home, apiUrl)
    let url = request.address ?? new URL(request.path, home)
    isOwnOrigin &&= url.origin === home.origin
    for (const [name, value] of Object.entries(request.query ?? {})) {
      if (value !== '') url.searchParams.set(name, value)
    }
    let { method } = request
    let withBody = request.body !== undefined

    for (let redirects = 0; ; redirects += 1) {
      const response = await exchange(
        url,
        { ...request, method },
        { requestId, withBody, isOwnOrigin, signal },
      )
      const target = redirectTarget(response, url)
      if (!target) return response
      if (redirects === maxRedirects) {
        await response.discard()
        throw new NoAnswer(say('net-redirects', { url: response.url, count: maxRedirects }))
      }

      const becomesGet = response.status < 307 && method !== 'GET'
      const carriesBody = withBody && !becomesGet
      if (carriesBody && target.origin !== home.origin) return response
      await response.discard()
      const to = response.hideToken(shownUrl(target))
      logger.debug({ from: response.url, to, status: response.status }, 'Following a redirect')
      url = target
      isOwnOrigin &&= url.origin === home.origin
      withBody = carriesBody
      if (becomesGet) method = 'GET'
    }
  }

  async function exchange(
    url: URL,
    request: HttpRequest,
    { requestId, withBody, isOwnOrigin, signal }: Exchange,
  ): Promise<HttpResponse> {
    const limit = limitTime(signal, request.timeout ?? defaultTimeout, url.host)
    const { headersTimeout = defaultHeadersTimeout, token } = request
    try {
      const data = await connections.dispatcherFor(url).request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: request.method,
        headers: {
          'User-Agent': userAgent,
          'X-Request-Id': requestId,
          ...(isOwnOrigin && token && { [token.header]: token.value }),
          ...request.headers,
        },
        body: withBody ? (request.body?.() as Dispatcher.RequestOptions['body'] & HttpBody) : null,
        headersTimeout,
        bodyTimeout: request.stallTimeout ?? headersTimeout,
        signal: limit.signal,
      })
      data.body.once('close', () => limit.release())
      const { secret = token?.value } = request
      return responseOf(data, { method: request.method, secret }, url, requestId)
    } catch (error) {
      limit.release()
      signal.throwIfAborted()
      throw noAnswer(error, url.host)
    }
  }

  return {
    async send(request, signal) {
      const requestId = randomUUID().replaceAll('-', '')
      for (let tried = 1; ; tried += 1) {
        signal.throwIfAborted()
        const response = await attempt(request, requestId, signal)
        if (tried === httpAttempts || !isRetried(response.status)) return response

        const wait = waitAfter(tried, (name) => response.header(name), clock.now(), random)
        logger.debug({ url: response.url, status: response.status, tried, wait }, 'Sending again')
        await response.discard()
        await clock.sleep(wait, signal)
      }
    },
    host: apiUrl.host,
    tlsFiles: () => connections.tlsFiles(),
    close: () => connections.close(),
  }
}

interface Exchange {
  readonly requestId: string
  readonly withBody: boolean
  readonly isOwnOrigin: boolean
  readonly signal: AbortSignal
}

/** Whether `url` is the same host by https instead of http: whoever reads there could read here. */
function isSecuredTwin(url: URL, plain: URL): boolean {
  return url.hostname === plain.hostname && url.protocol === 'https:' && plain.protocol === 'http:'
}

function redirectTarget(response: HttpResponse, from: URL): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(response.status)) return undefined
  const target = URL.parse(response.header('location') ?? '', from.href)
  return response.header('location') && target?.protocol.startsWith('http') ? target : undefined
}
