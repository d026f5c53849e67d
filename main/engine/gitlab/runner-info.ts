import type { RunnerConfig } from '../config/schema.ts'
import { architecture, compatibleVersion, platform, revision } from '../version.ts'

/** What GitLab's scheduler may rely on; a job that needs what is false here is not given to us. */
const clientFeatures = {
  trace_reset: true,
  trace_checksum: true,
  trace_size: true,
  cancelable: true,
  cancel_gracefully: true,
  two_phase_job_commit: true,
  job_inputs: true,
} as const

const executorFeatures = {
  variables: true,
  image: true,
  services: true,
  artifacts: true,
  cache: true,
  fallback_cache_keys: true,
  upload_multiple_artifacts: true,
  upload_raw_artifacts: true,
  refspecs: true,
  masking: true,
  raw_variables: true,
  artifacts_exclude: true,
  multi_build_steps: true,
  return_exit_code: true,
  service_variables: true,
  service_multiple_aliases: true,
  image_executor_opts: true,
  service_executor_opts: true,
} as const

const absentFeatures = {
  shared: false,
  session: false,
  terminal: false,
  proxy: false,
  vault_secrets: false,
  native_steps_integration: false,
} as const

type Feature = keyof typeof clientFeatures | keyof typeof executorFeatures | keyof typeof absentFeatures

/** The `info` object of a request (coordinator-api.md §3.1). */
export interface RunnerInfo {
  readonly name: string
  readonly version: string
  readonly revision: string
  readonly platform: string
  readonly architecture: string
  readonly executor?: string
  readonly shell?: string
  readonly features: Readonly<Record<Feature, boolean>>
  readonly config: { readonly gpus: string }
  readonly labels?: Readonly<Record<string, string>>
}

const identity = { name: 'gitlab-runner', version: compatibleVersion, revision, platform, architecture }

/** For one `[[runners]]` entry. @param labels global and runner's labels, merged. */
export function runnerInfo(
  runner: Pick<RunnerConfig, 'executor' | 'shell' | 'docker'>,
  labels: Readonly<Record<string, string>>,
): RunnerInfo {
  return {
    ...identity,
    ...(runner.executor !== '' && { executor: runner.executor }),
    shell: runner.shell || 'bash',
    features: { ...executorFeatures, ...absentFeatures, ...clientFeatures },
    config: { gpus: runner.docker?.gpus.trim() ?? '' },
    ...(Object.keys(labels).length > 0 && { labels }),
  }
}

/** Before there is an entry, as when registering: only what the client itself can do. */
export function clientInfo(): RunnerInfo {
  const none = Object.fromEntries(Object.keys(executorFeatures).map((name) => [name, false])) as Record<
    keyof typeof executorFeatures,
    boolean
  >
  return { ...identity, features: { ...none, ...absentFeatures, ...clientFeatures }, config: { gpus: '' } }
}
