import type { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'

import type { Dispatcher } from 'undici'

import { shownUrl } from './api-url.ts'
import { NoAnswer, noAnswer } from './network-problem.ts'

/** Whatever the server answered. Exactly one of `text`, `discard` and reading `body` to its end must follow. */
export interface HttpResponse {
  readonly status: number
  readonly method: string
  /** As it may be shown: without credentials and query. */
  readonly url: string
  /** Where it came from in full, which may be signed: never to be shown. */
  readonly address: URL
  /** The response's `X-Request-Id`, else the one that was sent. */
  readonly requestId: string
  header(name: string): string | undefined
  /** Takes the request's token or secret out of a text that is to be shown, in case the server repeats it. */
  hideToken(text: string): string
  readonly body: Readable
  /** @throws NoAnswer when the connection breaks or the text is longer than 128 MiB. */
  text(): Promise<string>
  discard(): Promise<void>
}

const longestText = 128 * 1024 * 1024

/** @param sentId the `X-Request-Id` of the request. */
export function responseOf(
  { statusCode, headers, body }: Dispatcher.ResponseData,
  { method, secret }: { readonly method: string; readonly secret: string | undefined },
  url: URL,
  sentId: string,
): HttpResponse {
  const header = (name: string) => [headers[name.toLowerCase()]].flat()[0]
  const hideToken = (text: string) => (secret ? text.replaceAll(secret, '[token]') : text)
  return {
    status: statusCode,
    method,
    url: hideToken(shownUrl(url)),
    address: url,
    requestId: header('x-request-id') || sentId,
    header,
    hideToken,
    body,
    async text() {
      const chunks: Buffer[] = []
      let length = 0
      try {
        for await (const chunk of body as AsyncIterable<Buffer>) {
          length += chunk.length
          if (length > longestText) throw new NoAnswer(`${url.host} answered more than 128 MiB`)
          chunks.push(chunk)
        }
      } catch (error) {
        throw noAnswer(error, url.host)
      }
      await connectionIsFree()
      return Buffer.concat(chunks).toString('utf8')
    },
    async discard() {
      // A broken connection has nothing left to discard.
      await body.dump().catch(() => undefined)
      await connectionIsFree()
    },
  }
}

// undici counts a connection as busy until the turn after the body's end; a request sent before that would open another
// one, with a TLS handshake of its own.
const connectionIsFree = () => setImmediate()
