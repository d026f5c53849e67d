import { say } from '../../contract/sentences/say.ts'
import type { DockerConfig } from '../config/schema.ts'
import type { JobOutput } from '../job/ports.ts'
import { isAtLeast } from './docker-engine.ts'
import { DockerError } from './docker-error.ts'
import { networkName } from './names.ts'
import type { DockerEngine } from './port.ts'
import type { Site } from './site.ts'
import type { ContainerSpec, EndpointSpec } from './specs.ts'

/** The network of a job's containers (docker-executor.md §13). */
export interface JobNetwork {
  /** `''` = the engine's default bridge. */
  readonly mode: string
}

/**
 * Makes the job's own network where the flag is on and the configuration names none. Creation does not listen to the
 * job's signals: an interrupted request may still create.
 */
export async function createJobNetwork(site: Site): Promise<JobNetwork> {
  const { engine, context, docker, label, leftovers, output } = site
  if (docker.network_mode !== '' || context.flags.get('FF_NETWORK_PER_BUILD') !== true) {
    return { mode: docker.network_mode }
  }
  const name = networkName(context)
  // An engine with an MTU for a VPN or a cloud gives it to its own bridge alone; packets of others would be lost.
  const mtu = docker.network_mtu === 0 ? await engine.bridgeMtu() : docker.network_mtu
  leftovers.noteNetwork(name)
  try {
    await engine.createNetwork({
      Name: name,
      Labels: label('network'),
      EnableIPv6: docker.enable_ipv6,
      ...(mtu !== undefined && { Options: { 'com.docker.network.driver.mtu': String(mtu) } }),
    })
  } catch (error) {
    if (!(error instanceof DockerError && noAddresses.test(error.message))) throw error
    await output.warning(`${say('no-addresses')}.`)
    return { mode: '' }
  }
  return { mode: name }
}

const noAddresses =
  /all predefined address pools have been fully subnetted|non-overlapping IPv4 address pool|could not find free subnet/

/** Does the network resolve names of containers? */
export const isUserDefined = (mode: string): boolean =>
  mode !== '' &&
  !['default', 'bridge', 'host', 'none', 'nat'].includes(mode) &&
  !mode.startsWith('container:')

/** Addresses and names of one container on the job's network (§11.2). */
export function endpointOf(
  engine: DockerEngine,
  { mac_address }: DockerConfig,
  { mode }: JobNetwork,
  aliases: readonly string[],
): Pick<ContainerSpec, 'NetworkingConfig'> {
  const endpoint: EndpointSpec = {
    ...(isUserDefined(mode) && aliases.length > 0 && { Aliases: aliases }),
    ...(mac_address !== '' && knowsMac(engine) && { MacAddress: mac_address }),
  }
  if (Object.keys(endpoint).length === 0) return {}
  return { NetworkingConfig: { EndpointsConfig: { [mode || 'default']: endpoint } } }
}

const knowsMac = (engine: DockerEngine) => isAtLeast(engine.about.apiVersion, '1.44')

export async function warnOfIgnoredMac(
  engine: DockerEngine,
  { mac_address }: DockerConfig,
  output: JobOutput,
): Promise<void> {
  if (mac_address === '' || knowsMac(engine)) return
  await output.warning(
    `mac_address is ignored: this Docker engine cannot set it (API ${engine.about.apiVersion}, 1.44 is needed)`,
  )
}
