import { say } from '../../contract/sentences/say.ts'
import type { DockerConfig } from '../config/schema.ts'
import type { JobContext } from '../job/context.ts'
import { requireAllowed } from './allowed.ts'
import { configurationError } from './configuration-error.ts'
import { serviceEnvironmentOf } from './environment-list.ts'
import { type ServiceName, serviceNameOf } from './image-name.ts'

/** A service to start, and everything fixed about it before. */
export interface ServicePlan extends ServiceName {
  /** Position among all services, part of the container's name. */
  readonly index: number
  /** Host names that are this service's alone. */
  readonly owned: readonly string[]
  /** All its aliases, for a network that resolves names itself. */
  readonly asked: readonly string[]
  /** The image as written, for the list of privileged services. */
  readonly written: string
  readonly env: readonly string[]
  readonly entrypoint: readonly string[] | undefined
  readonly command: readonly string[] | undefined
  readonly policies: readonly string[]
  readonly platform: string | undefined
  readonly user: string
}

interface Wanted {
  readonly name: string
  readonly alias: string
  readonly env: readonly string[]
  readonly entrypoint: readonly string[] | undefined
  readonly command: readonly string[] | undefined
  readonly policies: readonly string[]
  readonly platform: string | undefined
  readonly user: string
}

/**
 * Services of the configuration, then of the job (docker-executor.md §14). A host name belongs to the first service
 * that has it; a service without any left does not start.
 * @throws JobFailure `runner_configuration_error` for one that is not allowed, too many, or unreadable.
 */
export function planServices(
  context: JobContext,
  docker: DockerConfig,
): { readonly services: readonly ServicePlan[]; readonly warnings: readonly string[] } {
  const wanted = [...configured(context, docker), ...ofJob(context)]
  const { services_limit: limit } = docker
  if (limit !== undefined && limit >= 0 && wanted.length > limit) {
    throw configurationError(say('too-many-services', { count: wanted.length, limit }))
  }
  const always = configured(context, docker).map(({ name }) => name)
  const warnings: string[] = []
  const owners = new Set<string>()
  const services = wanted.flatMap((one, index): readonly ServicePlan[] => {
    requireAllowed(one.name, { key: 'allowed_services', patterns: docker.allowed_services, always })
    const declared = one.alias.split(/[\s,]+/).filter((alias) => alias !== '')
    const name = serviceNameOf(one.name)
    if (name === undefined) {
      if (declared.length > 0) throw configurationError(say('service-name', { name: one.name }))
      warnings.push(`${say('service-unnamed', { name: one.name })}.`)
      return []
    }
    const asked = [...name.aliases, ...declared]
    const owned = asked.filter((alias) => !owners.has(alias))
    for (const alias of asked) {
      if (owned.includes(alias)) owners.add(alias)
      else warnings.push(`${say('service-alias-taken', { alias, name: one.name })}.`)
    }
    return owned.length === 0 ? [] : [{ ...one, ...name, index, owned, asked, written: one.name }]
  })
  return { services, warnings }
}

const configured = (context: JobContext, { services }: DockerConfig): readonly Wanted[] =>
  services.map(({ name, alias, environment, entrypoint, command }) => ({
    name: context.variables.expand(name),
    alias: context.variables.expand(alias),
    env: serviceEnvironmentOf(
      context,
      environment.map((entry) => context.variables.expand(entry)),
    ),
    entrypoint,
    command,
    policies: [],
    platform: undefined,
    user: '',
  }))

const ofJob = (context: JobContext): readonly Wanted[] =>
  context.job.services.map(
    ({ name, alias, variables, entrypoint, command, pullPolicies, platform, user }) => ({
      name: context.variables.expand(name),
      alias: context.variables.expand(alias),
      // The only way to hand a service a secret is to name it in the service's own variables (§14.3).
      env: serviceEnvironmentOf(
        context,
        variables.map(({ key, value, raw }) => `${key}=${raw ? value : context.variables.expand(value)}`),
      ),
      entrypoint,
      command,
      policies: pullPolicies,
      platform: context.variables.expand(platform ?? '') || undefined,
      user: context.variables.expand(user ?? ''),
    }),
  )
