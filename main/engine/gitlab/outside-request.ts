import { Agent, ProxyAgent, request } from 'undici'

import { proxyFor, type ProxyEnvironment } from './proxy.ts'

export interface OutsideRequest {
  readonly url: string
  readonly method?: 'GET' | 'HEAD'
  readonly headers?: Readonly<Record<string, string>>
  readonly env: ProxyEnvironment
  readonly signal: AbortSignal
}

export interface OutsideAnswer {
  readonly status: number
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly text: string
}

/** One request to a server that is not the runner's own, on a connection of its own; redirects are not followed. */
export async function requestOutside(asked: OutsideRequest): Promise<OutsideAnswer> {
  const { url, method = 'GET', headers = {}, env, signal } = asked
  const proxy = proxyFor(new URL(url), env)
  const dispatcher = proxy === undefined ? new Agent() : new ProxyAgent(proxy)
  try {
    const answer = await request(url, { dispatcher, method, headers, signal })
    return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() }
  } finally {
    await dispatcher.destroy()
  }
}
