import { type Config } from '../../config/schema.ts'
import {
  type EndpointSettings,
  distinctEndpoints,
  endpointKey,
  endpointSettings,
} from '../../docker/endpoint.ts'
import type { DockerEngine } from '../../docker/port.ts'
import type { Reference } from '../toolchain.ts'
import { runnersWith } from './desk.ts'

/** @throws EngineUnreachable */
export type OpenDocker = (settings: EndpointSettings) => Promise<DockerEngine>

/** Where jobs with the toolchain run: the engine of the first runner that has it, else of the first runner at all. */
export function endpointOfToolchain(config: Config, reference: Required<Reference>): EndpointSettings {
  const [at] = runnersWith(config, reference)
  return at === undefined ? firstEndpoint(config) : endpointSettings(config.runners[at]?.docker)
}

/** The engine of the first runner of the Docker executor; the usual one where there is none. */
export const firstEndpoint = ({ runners }: Config): EndpointSettings =>
  endpointSettings(runners.find(({ docker }) => docker !== undefined)?.docker)

/**
 * The engine to look at a toolchain in an image on: of those the runners use, its own first, the one that has the image.
 * @throws EngineUnreachable where none answers.
 */
export async function openEngineWith(
  config: Config,
  openDocker: OpenDocker,
  reference: Required<Reference>,
  image: string,
): Promise<DockerEngine> {
  const own = endpointOfToolchain(config, reference)
  const others = distinctEndpoints(config.runners).filter((one) => endpointKey(one) !== endpointKey(own))
  const engines = await openAll([own, ...others], openDocker)
  const has = await Promise.all(
    engines.map(async (engine) => (await engine.inspectImage(image)) !== undefined),
  )
  const [chosen = engines[0]] = engines.filter((_, at) => has[at])
  for (const engine of engines) if (engine !== chosen) engine.close()
  return chosen
}

/** Every engine that runners use and that answers. @throws EngineUnreachable where none answers. */
export const openEngines = (config: Config, openDocker: OpenDocker) =>
  openAll(distinctEndpoints(config.runners), openDocker)

type AtLeastOne = readonly [DockerEngine, ...DockerEngine[]]

async function openAll(wanted: readonly EndpointSettings[], openDocker: OpenDocker): Promise<AtLeastOne> {
  const opened = await Promise.allSettled(wanted.map(openDocker))
  const [first, ...others] = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  if (first !== undefined) return [first, ...others]
  throw opened.find((one) => one.status === 'rejected')?.reason
}
