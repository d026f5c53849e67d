import { say } from '../../contract/sentences/say.ts'
import { fault, hint, type Finding } from './complaint.ts'
import { checkLabelCount, checkLabels } from './labels.ts'
import type { Config, DockerConfig, RunnerConfig } from './schema.ts'
import { join } from './toml-places.ts'
import * as rules from './value-rules.ts'
import type { Rule } from './value-rules.ts'

/** Mistakes in values whose types are right. Unset texts are never judged. */
export function checkValues(config: Config): readonly Finding[] {
  return [
    ...(config.concurrent < 1 ? [tooFewJobs] : []),
    ...each('log_level', config.log_level, rules.logLevel),
    ...each('log_format', config.log_format, rules.logFormat),
    ...each('connection_max_age', config.connection_max_age, rules.duration),
    ...checkLabels('labels', config.labels),
    ...config.runners.flatMap((runner, index) => [
      ...checkRunner(`runners[${index}]`, runner),
      ...checkLabelCount(`runners[${index}].labels`, config.labels, runner.labels),
    ]),
  ]
}

const tooFewJobs: Finding = {
  path: 'concurrent',
  ...fault(say('too-few-jobs'), say('at-least-one-job')),
}

function checkRunner(path: string, runner: RunnerConfig): Finding[] {
  const at = (key: keyof RunnerConfig, rule: Rule) => each(join(path, key), runner[key], rule)
  return [
    ...(runner.url === '' ? [{ path: join(path, 'url'), ...noUrl }] : at('url', rules.address)),
    ...(runner.token.trim() === '' ? [{ path: join(path, 'token'), ...noToken }] : []),
    ...(runner.executor === ''
      ? [{ path: join(path, 'executor'), ...noExecutor }]
      : at('executor', rules.executor)),
    ...at('shell', rules.shell),
    ...at('clone_url', rules.address),
    ...at('builds_dir', rules.absolutePath),
    ...at('cache_dir', rules.absolutePath),
    ...at('unhealthy_interval', rules.duration),
    ...at('prepare_timeout', rules.duration),
    ...at('get_sources_timeout', rules.duration),
    ...each(`${path}.artifact.upload_timeout`, runner.artifact.upload_timeout, rules.duration),
    ...each(
      `${path}.artifact.response_header_timeout`,
      runner.artifact.response_header_timeout,
      rules.duration,
    ),
    ...each(`${path}.cache.Type`, runner.cache.Type, rules.cacheType),
    ...checkLabels(`${path}.labels`, runner.labels),
    ...(runner.docker ? checkDocker(`${path}.docker`, runner.docker) : []),
  ]
}

const noUrl = fault(say('url-empty'), say('write-gitlab-address'))
const noToken = hint(say('no-token'), say('get-a-token'))
const noExecutor = fault(say('executor-empty'), say('write-value', { one: 'executor', value: '"docker"' }))

/** One rule per key of `[runners.docker]`; lists and tables are judged value by value. */
const dockerRules: { readonly [K in keyof DockerConfig]?: Rule } = {
  memory: rules.size,
  memory_swap: rules.size,
  memory_reservation: rules.size,
  service_memory: rules.size,
  service_memory_swap: rules.size,
  service_memory_reservation: rules.size,
  cpus: rules.cpus,
  service_cpus: rules.cpus,
  dns: rules.ipAddress,
  extra_hosts: rules.hostEntry,
  mac_address: rules.macAddress,
  ulimit: rules.ulimit,
  devices: rules.device,
  volumes: rules.volume,
  pull_policy: rules.pullPolicy,
  allowed_pull_policies: rules.pullPolicy,
}

function checkDocker(path: string, docker: DockerConfig): Finding[] {
  return [
    ...Object.entries(dockerRules).flatMap(([key, rule]) =>
      each(join(path, key), docker[key as keyof DockerConfig], rule),
    ),
    ...Object.keys(docker.log_options).flatMap((name) => {
      if (name === 'env' || name === 'labels') return []
      const complaint = fault(say('log-option', { name }), say('log-options'))
      return [{ path: join(join(path, 'log_options'), name), ...complaint }]
    }),
    ...docker.services.flatMap((service, index) =>
      service.name === ''
        ? [{ path: `${path}.services[${index}].name`, ...fault(say('service-no-image')) }]
        : [],
    ),
  ]
}

/** Judges a text, every text of a list, or every value of a table. */
function each(path: string, value: unknown, rule: Rule): Finding[] {
  if (typeof value === 'string') {
    const complaint = value === '' ? undefined : rule(value)
    return complaint ? [{ path, ...complaint }] : []
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => each(`${path}[${index}]`, item, rule))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, item]) => each(join(path, name), item, rule))
}
