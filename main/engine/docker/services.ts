import { say } from '../../contract/sentences/say.ts'
import { createJobContainer } from './create-container.ts'
import { asJobFailure } from './errors.ts'
import type { JobNetwork } from './networking.ts'
import type { ContainerState } from './port.ts'
import type { Images, ReadyImage } from './pull-images.ts'
import type { ServicePlan } from './service-plan.ts'
import type { Site } from './site.ts'

/** A service container that runs. */
export interface RunningService {
  readonly plan: ServicePlan
  readonly id: string
  readonly state: ContainerState
}

/** Starts one service (docker-executor.md §14.3). */
export async function startService(
  site: Site,
  images: Images,
  plan: ServicePlan,
  network: Promise<JobNetwork>,
  ready: Promise<unknown>,
  signal: AbortSignal,
): Promise<RunningService> {
  const { engine, docker, output, volumes } = site
  await output.plain(`Starting service ${plan.service}:${plan.version}...`)
  const [image, joined] = await Promise.all([
    images.get({ name: plan.image, policies: plan.policies, platform: plan.platform }, signal),
    network,
    ready,
  ])
  signal.throwIfAborted()
  if (plan.entrypoint !== undefined && docker.disable_entrypoint_overwrite) {
    await output.warning('Entrypoint override disabled')
  }
  const id = await createJobContainer(site, {
    role: 'service',
    purpose: 'service',
    suffix: `${plan.service.replaceAll('/', '__')}-${plan.index}`,
    service: plan.service,
    image,
    privilegedAs: plan.written,
    network: joined,
    aliases: plan.asked,
    extraHosts: [],
    env: plan.env,
    labels: { service: plan.service, 'service.version': plan.version },
    command: plan.command?.length ? plan.command : undefined,
    entrypoint: plan.entrypoint?.length && !docker.disable_entrypoint_overwrite ? plan.entrypoint : undefined,
    user: plan.user,
    platform: plan.platform === undefined ? undefined : platformOf(image),
  })
  try {
    await engine.startContainer(id)
    const state = await engine.inspectContainer(id)
    if (state === undefined)
      throw new Error(`The service ${plan.service} vanished right after it was started`)
    return { plan, id, state }
  } catch (error) {
    throw asJobFailure(error, {
      doing: say('doing-service', { service: plan.service }),
      engine,
      volumes,
      image: plan.image,
    })
  }
}

const platformOf = ({ image: { os, architecture, variant } }: ReadyImage) =>
  [os, architecture, variant].filter((part) => part !== '').join('/')

/** `name:address` of every service, for networks that do not resolve names (§14.5). */
export const hostsOf = (services: readonly RunningService[]): readonly string[] =>
  services.flatMap(({ plan, id, state }) =>
    [...plan.owned, id.slice(0, 12)].flatMap((name) =>
      state.addresses.map((address) => `${name}:${address}`),
    ),
  )
