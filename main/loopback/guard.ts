import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Decides who may come in. */
export interface Guard {
  /** The request names this server, not a name that someone pointed at it (DNS rebinding). */
  isForUs(request: IncomingMessage): boolean
  /** A page of ours asks, or no page at all. */
  isSameOrigin(request: IncomingMessage): boolean
  hasSession(request: IncomingMessage): boolean
  knowsToken(token: string): boolean
  /** `Set-Cookie` of a browser that showed the token. */
  readonly cookie: string
}

/** @param port the port really listened on. */
export function createGuard(token: string, port: number): Guard {
  const hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`])
  // Cookies ignore ports: the name keeps two Drydocks apart, and the value is not the token itself.
  const name = `drydock-${port}`
  const session = createHmac('sha256', token).update(`session ${port}`).digest('base64url')

  return {
    isForUs: ({ headers }) => headers.host !== undefined && hosts.has(headers.host),
    isSameOrigin: ({ headers }) =>
      headers.origin === undefined || headers.origin === `http://${headers.host}`,
    hasSession: ({ headers }) => {
      const cookies = (headers.cookie ?? '').split(';').map((cookie) => cookie.trim())
      return cookies.some(
        (cookie) => cookie.startsWith(`${name}=`) && isSame(cookie.slice(name.length + 1), session),
      )
    },
    knowsToken: (shown) => isSame(shown, token),
    cookie: `${name}=${session}; HttpOnly; SameSite=Strict; Path=/`,
  }
}

/** Compares without telling by its duration how much was right. */
function isSame(shown: string, expected: string): boolean {
  const digest = (text: string) => createHmac('sha256', 'compare').update(text).digest()
  return timingSafeEqual(digest(shown), digest(expected))
}
