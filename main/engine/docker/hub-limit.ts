import { z } from 'zod'

import { requestOutside } from '../gitlab/outside-request.ts'
import type { ProxyEnvironment } from '../gitlab/proxy.ts'
import type { RegistryAuth } from './port.ts'

/** How many pulls Docker Hub lets an address or an account have. */
export interface HubLimit {
  readonly remaining: number
  readonly limit: number
  readonly hours: number
}

/** Where Docker Hub is; tests have their own. */
export interface Hub {
  readonly login: string
  readonly registry: string
  readonly env: ProxyEnvironment
}

export const dockerHub: Hub = {
  login: 'https://auth.docker.io',
  registry: 'https://registry-1.docker.io',
  env: process.env,
}

const answersWithinMs = 5_000
// Docker's own repository for this question; asking for its head counts as no pull.
const probe = 'ratelimitpreview/test'
const token = z.object({ token: z.string() })

/**
 * Asks Docker Hub for its count, by the headers it documents: `ratelimit-limit: 100;w=21600`.
 * @returns `undefined` where it does not tell, or cannot be reached.
 */
export async function askHubLimit(
  { login, registry, env }: Hub,
  auth: RegistryAuth | undefined,
  signal: AbortSignal,
): Promise<HubLimit | undefined> {
  const within = { env, signal: AbortSignal.any([signal, AbortSignal.timeout(answersWithinMs)]) }
  try {
    const scope = new URLSearchParams({ service: 'registry.docker.io', scope: `repository:${probe}:pull` })
    const basic = Buffer.from(`${auth?.username ?? ''}:${auth?.password ?? ''}`).toString('base64')
    const known = await requestOutside({
      ...within,
      url: `${login}/token?${scope.toString()}`,
      headers: auth?.username ? { authorization: `Basic ${basic}` } : {},
    })
    const bearer = token.parse(JSON.parse(known.text)).token
    const { headers } = await requestOutside({
      ...within,
      url: `${registry}/v2/${probe}/manifests/latest`,
      method: 'HEAD',
      headers: { authorization: `Bearer ${bearer}` },
    })
    return limitIn(headers)
  } catch {
    return undefined
  }
}

function limitIn(headers: Readonly<Record<string, unknown>>): HubLimit | undefined {
  const [, limit, window] = /^(\d+);w=(\d+)/.exec(String(headers['ratelimit-limit'])) ?? []
  const [, remaining] = /^(\d+)/.exec(String(headers['ratelimit-remaining'])) ?? []
  if (limit === undefined || window === undefined || remaining === undefined) return undefined
  return {
    remaining: Number(remaining),
    limit: Number(limit),
    hours: Math.round(Number(window) / 360) / 10,
  }
}
