import { homedir } from 'node:os'
import path from 'node:path'

import { say } from '../../contract/sentences/say.ts'
import { contextEndpoint } from './docker-context.ts'
import type { Endpoint, TlsSource } from './engine-endpoint.ts'

/** `[runners.docker]` as far as it concerns the connection. */
export interface EndpointSettings {
  readonly host?: string
  readonly tls_cert_path?: string
  readonly tls_verify?: boolean
}

/** What a runner says of the connection; nothing where it has no `[runners.docker]`. */
export const endpointSettings = (docker: EndpointSettings | undefined): Required<EndpointSettings> => ({
  host: docker?.host ?? '',
  tls_cert_path: docker?.tls_cert_path ?? '',
  tls_verify: docker?.tls_verify ?? false,
})

/** The same for the same connection. */
export const endpointKey = ({ host, tls_cert_path, tls_verify }: EndpointSettings) =>
  [host, tls_cert_path, tls_verify].join('\0')

/** Each engine once, whatever number of runners use it; the usual one where no runner says. */
export function distinctEndpoints(
  runners: readonly { readonly docker?: EndpointSettings | undefined }[],
): readonly Required<EndpointSettings>[] {
  const named = runners.flatMap(({ docker }) => (docker === undefined ? [] : [endpointSettings(docker)]))
  const distinct = new Map(named.map((one) => [endpointKey(one), one]))
  return distinct.size === 0 ? [endpointSettings(undefined)] : [...distinct.values()]
}

/** What of the machine the choice depends on; tests bring their own. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
  readonly home: string
}

export const surroundings = (): Surroundings => ({
  env: process.env,
  platform: process.platform,
  home: homedir(),
})

// strconv.ParseBool; anything else is false (docker-executor.md §1.1).
export const isTrue = (word: string | undefined) => /^(1|t|T|true|TRUE|True)$/.test(word ?? '')

/**
 * Endpoints in the order to try them (docker-executor.md §1.1). A configured or exported one is the only one: falling
 * back from it would run jobs on an engine nobody chose.
 */
export async function endpointsToTry(
  { host = '', tls_cert_path = '', tls_verify = false }: EndpointSettings,
  { env, platform, home }: Surroundings,
): Promise<readonly Endpoint[]> {
  if (host !== '') {
    return [
      {
        url: host,
        because: say('because-configured'),
        ...(tls_verify && { tls: folder(tls_cert_path) }),
      },
    ]
  }
  const { DOCKER_HOST, DOCKER_TLS_VERIFY, DOCKER_CERT_PATH } = env
  if (DOCKER_HOST) {
    const tls = isTrue(DOCKER_TLS_VERIFY) ? folder(DOCKER_CERT_PATH ?? '') : undefined
    return [{ url: DOCKER_HOST, because: say('because-docker-host'), tls }]
  }
  const context = await contextEndpoint(env, home)
  if (context !== undefined && 'url' in context) return [context]
  const usual = platform === 'win32' ? windowsPipes : usualSockets(env, home)
  if (context === undefined) return usual
  return usual.map((one) => ({ ...one, because: say('because-no-context', { name: context.missing }) }))
}

const folder = (certPath: string): TlsSource => ({ folder: certPath === '' ? undefined : certPath })

const windowsPipes: readonly Endpoint[] = [
  { url: 'npipe:////./pipe/docker_engine', because: say('because-pipe', { whose: 'Docker' }) },
  {
    url: 'npipe:////./pipe/dockerDesktopLinuxEngine',
    because: say('because-pipe', { whose: 'Docker Desktop' }),
  },
  { url: 'npipe:////./pipe/podman-machine-default', because: say('because-pipe', { whose: 'Podman' }) },
]

function usualSockets(env: Surroundings['env'], home: string): readonly Endpoint[] {
  const runtime = env['XDG_RUNTIME_DIR']
  const rows: readonly (readonly [socket: string | undefined, whose: string])[] = [
    ['/var/run/docker.sock', 'Docker'],
    [runtime && path.posix.join(runtime, 'docker.sock'), 'rootless Docker'],
    [path.posix.join(home, '.docker/run/docker.sock'), 'Docker Desktop'],
    [path.posix.join(home, '.docker/desktop/docker.sock'), 'Docker Desktop'],
    [path.posix.join(home, '.orbstack/run/docker.sock'), 'OrbStack'],
    [path.posix.join(home, '.colima/default/docker.sock'), 'Colima'],
    [path.posix.join(home, '.rd/docker.sock'), 'Rancher Desktop'],
    [runtime && path.posix.join(runtime, 'podman/podman.sock'), 'rootless Podman'],
    ['/run/podman/podman.sock', 'Podman'],
  ]
  return rows.flatMap(([socket, whose]) =>
    socket ? [{ url: `unix://${socket}`, because: say('because-socket', { whose }) }] : [],
  )
}
