import { say } from '../../contract/sentences/say.ts'
import { isPrivileged } from './allowed.ts'
import { type Role, hostConfigOf } from './container-options.ts'
import { DockerError } from './docker-error.ts'
import { asJobFailure } from './errors.ts'
import { type Purpose, configuredLabels, prefixed } from './labels.ts'
import { type JobNetwork, endpointOf } from './networking.ts'
import { hidesSystem } from './plan-volumes.ts'
import type { CreateRequest } from './port.ts'
import type { ReadyImage } from './pull-images.ts'
import { resolveSecurityOpt } from './security-opt.ts'
import type { Site } from './site.ts'
import type { ContainerSpec, HostConfig } from './specs.ts'

/** What tells one container of a job from another. */
export interface ContainerWish {
  readonly role: Role
  readonly purpose: Purpose
  /** Last part of the name. */
  readonly suffix: string
  /** Name of the service it is. */
  readonly service?: string
  readonly image: ReadyImage
  /** The image as the allow list of privileged images tests it. */
  readonly privilegedAs: string
  readonly network: JobNetwork
  readonly aliases: readonly string[]
  /** `name:address` beside those of the configuration. */
  readonly extraHosts: readonly string[]
  readonly env: readonly string[]
  readonly labels?: Readonly<Record<string, string>>
  readonly command?: readonly string[] | undefined
  readonly entrypoint?: readonly string[] | undefined
  readonly user?: string
  readonly platform?: string | undefined
}

/**
 * Creates a container of the job. It is noted for removal before it exists, and creation does not listen to the job's
 * signals: an interrupted request may still create.
 * @returns the container's id.
 * @throws JobFailure in words; `runner_configuration_error` where the engine refuses the request (§15.1).
 */
export async function createJobContainer(site: Site, wish: ContainerWish): Promise<string> {
  const { base, hex, leftovers } = site
  const name = `${base}-${hex}-${wish.suffix}`
  const spec = await specOf(site, wish)
  leftovers.noteContainer(name)
  const id = await create(site, wish, { name, spec, ...(wish.platform && { platform: wish.platform }) })
  const { Memory, NanoCpus } = spec.HostConfig
  site.meter.follow({
    id,
    role: wish.role,
    ...(wish.service !== undefined && { service: wish.service }),
    ...(Memory !== undefined && { memoryLimit: Memory }),
    ...(NanoCpus !== undefined && { cpuLimit: NanoCpus / 1e9 }),
  })
  return id
}

async function create(
  { engine, volumes }: Site,
  { purpose, image }: ContainerWish,
  request: CreateRequest & { readonly name: string },
): Promise<string> {
  try {
    return await engine.createContainer(request)
  } catch (error) {
    if (!(error instanceof DockerError && error.status === 409)) {
      throw asJobFailure(error, {
        doing: say('doing-create', { purpose }),
        isWish: true,
        engine,
        volumes,
        image: image.name,
      })
    }
    // A container of that name is a leftover of our own: nobody else draws this job's digits.
    await engine.removeContainer(request.name, { volumes: true })
    return await engine.createContainer(request)
  }
}

/** What the engine is asked for. */
export async function specOf(site: Site, wish: ContainerWish): Promise<ContainerSpec> {
  const { engine, docker, context, base, label } = site
  const { role, image, network, env, command, entrypoint, user = '' } = wish
  const isService = role === 'service'
  const labels = configuredLabels(context)
  return {
    Image: image.reference,
    ...(!isService && {
      Hostname: docker.hostname || base,
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      OpenStdin: true,
      StdinOnce: true,
    }),
    ...(command && { Cmd: command }),
    ...(entrypoint && { Entrypoint: entrypoint }),
    ...(user !== '' && { User: user }),
    Env: env,
    Labels: { ...label(wish.purpose, wish.labels), ...(isService && prefixed(labels)), ...labels },
    HostConfig: {
      ...hostConfigOf({
        docker,
        role,
        image: image.name,
        privileged: isPrivileged(docker, role, wish.privilegedAs),
        securityOpt: await resolveSecurityOpt(isService ? docker.services_security_opt : docker.security_opt),
        useInit: context.flags.get('FF_USE_INIT_WITH_DOCKER_EXECUTOR') === true,
      }),
      ...mountsFor(site, role),
      ...(network.mode !== '' && { NetworkMode: network.mode }),
      ...(docker.extra_hosts.length + wish.extraHosts.length > 0 && {
        ExtraHosts: [...docker.extra_hosts, ...wish.extraHosts],
      }),
    },
    ...endpointOf(engine, docker, network, wish.aliases),
  }
}

/** The helper goes without mounts that would hide its own programs; the job's own containers get everything (§9.7). */
export function mountsFor(
  { volumes }: Pick<Site, 'volumes'>,
  role: Role,
): Pick<HostConfig, 'Binds' | 'Mounts'> {
  const wanted = (destination: string) => role !== 'helper' || !hidesSystem(destination)
  const binds = volumes.binds
    .filter(({ destination }) => wanted(destination))
    // Filling an empty volume also resets its mode to that of the image's folder.
    .map(({ text, fills }) =>
      fills === 'never' || (fills === 'from-build' && role !== 'build') ? `${text}:nocopy` : text,
    )
  const mounts = volumes.mounts.map(({ spec }) => spec).filter(({ Target }) => wanted(Target))
  return { ...(binds.length > 0 && { Binds: binds }), ...(mounts.length > 0 && { Mounts: mounts }) }
}
