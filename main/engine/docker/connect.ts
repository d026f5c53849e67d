import { existsSync } from 'node:fs'
import { Agent as HttpAgent, type ClientRequest } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { inspect } from 'node:util'

import { z } from 'zod'

import { say } from '../../contract/sentences/say.ts'
import { type ApiAddress, type ApiCaller, createApiCaller } from './api-caller.ts'
import { createDockerEngine, isAtLeast } from './docker-engine.ts'
import { type EndpointSettings, type Surroundings, endpointsToTry } from './endpoint.ts'
import type { Endpoint } from './engine-endpoint.ts'
import { UnusableEndpoint, addressOf } from './engine-address.ts'
import { EngineUnreachable, remedyFor } from './engine-unreachable.ts'
import type { DockerEngine } from './port.ts'

/** Oldest version whose behaviour we rely on (Docker 20.10, Podman) and the newest we have read the changes of. */
const oldestApi = '1.41'
const newestApi = '1.51'
const answerWithinMs = 20_000

const version = z.object({
  Version: z.string(),
  ApiVersion: z.string(),
  Components: z.array(z.object({ Name: z.string() })).default([]),
})
const info = z.object({
  OSType: z.string(),
  Architecture: z.string(),
  KernelVersion: z.string().default(''),
  OperatingSystem: z.string().default(''),
  Name: z.string().default(''),
  DockerRootDir: z.string().default(''),
  SecurityOptions: z.array(z.string()).nullish(),
  Runtimes: z.record(z.string(), z.unknown()).nullish(),
})

/**
 * Finds an engine, agrees with it on an API version and asks what it is (docker-executor.md §1).
 * @throws EngineUnreachable with problem and remedy in words.
 */
export async function connectDocker(settings: EndpointSettings, around: Surroundings): Promise<DockerEngine> {
  const endpoints = await endpointsToTry(settings, around)
  const candidates = endpoints.length === 1 ? endpoints : endpoints.filter(isThere)
  const [first] = endpoints
  let failure: EngineUnreachable | undefined
  for (const endpoint of candidates) {
    try {
      return await connectTo(endpoint, around.env['DOCKER_API_VERSION'])
    } catch (error) {
      failure ??= error as EngineUnreachable
    }
  }
  throw failure ?? new EngineUnreachable(first?.url ?? '', say('docker-not-found'), say('docker-install'))
}

const isThere = ({ url }: Endpoint) => !url.startsWith('unix://') || existsSync(url.slice('unix://'.length))

async function connectTo(endpoint: Endpoint, pinnedVersion: string | undefined): Promise<DockerEngine> {
  try {
    const address = await addressOf(endpoint)
    const agent = agentFor(address)
    const unversioned = createApiCaller(address, agent)
    const { Version, ApiVersion, Components } = version.parse(await ask(unversioned, '/version'))
    const apiVersion = agreedVersion(endpoint, ApiVersion, pinnedVersion)
    const api = createApiCaller(address, agent, apiVersion)
    const about = info.parse(await ask(api, '/info'))
    refuseUnknownOs(endpoint, about.OSType)
    return createDockerEngine(
      api,
      {
        endpoint: endpoint.url,
        because: endpoint.because,
        name: about.Name,
        product: Components.some(({ Name }) => Name === 'Podman Engine') ? 'Podman' : 'Docker',
        version: Version,
        apiVersion,
        os: about.OSType,
        architecture: about.Architecture,
        kernelVersion: about.KernelVersion,
        operatingSystem: about.OperatingSystem,
        rootFolder: about.DockerRootDir,
        isRootless: about.SecurityOptions?.includes('name=rootless') ?? false,
        hasNvidia: 'nvidia' in (about.Runtimes ?? {}),
      },
      () => agent.destroy(),
    )
  } catch (error) {
    if (error instanceof EngineUnreachable) throw error
    if (error instanceof UnusableEndpoint)
      throw new EngineUnreachable(endpoint.url, error.message, error.remedy, error)
    const { problem, remedy } = remedyFor(error, endpoint.url)
    throw new EngineUnreachable(endpoint.url, problem, remedy, error)
  }
}

/** Attach and wait hold a connection each for as long as a job runs, so their number is not limited. */
function agentFor({ protocol, trustsAnyone = false }: ApiAddress): HttpAgent | HttpsAgent {
  const agent =
    protocol === 'https'
      ? new HttpsAgent({ keepAlive: true, rejectUnauthorized: !trustsAnyone })
      : new HttpAgent({ keepAlive: true })
  refuseRedirects(agent)
  // dockerode writes every request out for its debugging, to any depth and whether that is on or not: with the agent's
  // sockets that took half of the time of this process.
  return Object.assign(agent, { [inspect.custom]: () => 'Agent' })
}

/** What Node calls on an agent for each request, which its types do not name. */
interface Adding {
  addRequest: (request: ClientRequest, ...rest: readonly unknown[]) => void
}

/**
 * docker-modem follows redirects, and ends the process where the new place does not answer. Without a place to go to a
 * redirect is an answer like any other (docker-executor.md §1.2).
 */
function refuseRedirects(agent: HttpAgent): void {
  const adding = agent as HttpAgent & Adding
  const add = adding.addRequest.bind(agent)
  adding.addRequest = (request, ...rest) => {
    request.prependListener('response', ({ headers }) => void delete headers.location)
    add(request, ...rest)
  }
}

const ask = (api: ApiCaller, path: string) =>
  api.json({ method: 'GET', path, signal: AbortSignal.timeout(answerWithinMs) })

function agreedVersion({ url }: Endpoint, offered: string, pinned: string | undefined): string {
  if (pinned) {
    const [, wanted] = /^v?(\d+\.\d+)$/.exec(pinned) ?? []
    if (wanted !== undefined) return wanted
    throw new EngineUnreachable(url, say('docker-api-form', { pinned }), say('docker-api-unset'))
  }
  if (!isAtLeast(offered, oldestApi)) {
    throw new EngineUnreachable(
      url,
      say('docker-too-old', { offered, needed: oldestApi }),
      say('docker-update'),
    )
  }
  return isAtLeast(offered, newestApi) ? newestApi : offered
}

function refuseUnknownOs({ url }: Endpoint, os: string): void {
  if (os === 'linux' || os === 'freebsd') return
  throw new EngineUnreachable(
    url,
    os === '' ? say('docker-unnamed-os') : say('docker-other-os', { os }),
    os === 'windows' ? say('docker-switch-linux') : say('docker-use-linux'),
  )
}
