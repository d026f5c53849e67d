import type { JobContext } from '../job/context.ts'
import { formatGoDuration } from '../../contract/go-duration.ts'

const prefix = 'com.gitlab.gitlab-runner.'

/** Keys of our own labels: they tell our objects from those of any other runner on the engine. */
export const ownLabels = {
  session: 'com.drydock.session',
  systemId: 'com.drydock.system-id',
  job: 'com.drydock.job',
  purpose: 'com.drydock.purpose',
} as const

const toolchainLabel = 'com.drydock.toolchain'
const fingerprintLabel = 'com.drydock.fingerprint'

/** Of a named volume that holds a toolchain. No sweep takes it. @param fingerprint of its content. */
export const toolchainLabels = (reference: string, fingerprint: string) => ({
  [toolchainLabel]: reference,
  [fingerprintLabel]: fingerprint,
})

/** What an object is for. */
export type Purpose =
  | 'build'
  | 'helper'
  | 'service'
  | 'wait'
  | 'cache'
  | 'sources'
  | 'network'
  | 'layer'
  | 'preflight'

// The values of gitlab-runner's `type` label, where it has one for the purpose (docker-executor.md §10.2).
const types: Readonly<Record<Purpose, string | undefined>> = {
  build: 'build',
  helper: 'predefined',
  service: 'service',
  wait: 'wait',
  cache: 'cache',
  sources: undefined,
  network: undefined,
  layer: undefined,
  preflight: undefined,
}

export interface Labeler {
  /** `more` are keys without the prefix. */
  (purpose: Purpose, more?: Readonly<Record<string, string>>): Readonly<Record<string, string>>
}

/** Labels of everything a job creates: gitlab-runner's set and ours. No value holds a token. */
export function labelerFor(context: JobContext, sessionId: string): Labeler {
  const { job, shortToken, systemId, concurrentId, concurrentProjectId, variables } = context
  const standard = {
    'job.id': String(job.id),
    'job.url': `${withoutCredentials(job.git.repoUrl).replace(/\.git$/, '')}/-/jobs/${job.id}`,
    'job.sha': job.git.sha,
    'job.before_sha': job.git.beforeSha,
    'job.ref': job.git.ref,
    'job.timeout': formatGoDuration(job.timeout * 1000),
    'project.id': String(job.info.projectId),
    'project.runner_id': String(concurrentProjectId),
    'pipeline.id': String(job.info.pipelineId ?? variables.get('CI_PIPELINE_ID')),
    'runner.id': shortToken,
    'runner.local_id': String(concurrentId),
    'runner.system_id': systemId,
    managed: 'true',
  }
  return (purpose, more = {}) => ({
    ...prefixed({ ...standard, ...(types[purpose] !== undefined && { type: types[purpose] }), ...more }),
    [ownLabels.session]: sessionId,
    [ownLabels.systemId]: systemId,
    [ownLabels.job]: String(job.id),
    [ownLabels.purpose]: purpose,
  })
}

/** `container_labels`, expanded. A masked value in one would be readable by everybody on the engine. */
export function configuredLabels({ runner, variables }: JobContext): Readonly<Record<string, string>> {
  const secrets = variables.list
    .filter(({ masked, value }) => masked && value !== '')
    .map(({ value }) => value)
  const hide = (value: string) => secrets.reduce((text, secret) => text.replaceAll(secret, '[MASKED]'), value)
  return Object.fromEntries(
    Object.entries(runner.docker?.container_labels ?? {}).map(([key, value]) => [
      key,
      hide(variables.expand(value)),
    ]),
  )
}

/** The same keys with gitlab-runner's prefix. */
export const prefixed = (labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(labels).map(([key, value]) => [prefix + key, value]))

const withoutCredentials = (url: string) => url.replace(/^([a-z+]+:\/\/)[^/@]*@/i, '$1')
