import type { RunnerConfig } from '../config/schema.ts'
import type { TlsFiles } from '../gitlab/port.ts'
import type { JobDirs } from '../job/context.ts'
import type { Job, JobVariable } from '../job/job.ts'
import { architecture, compatibleVersion, platform, revision } from '../version.ts'
import { isFlagName, type FeatureFlags } from './feature-flags.ts'
import { toHostName } from './identifiers.ts'
import type { WrittenVariable } from './variables.ts'

/** What the variables of a job are made from. */
export interface VariableSources {
  readonly job: Job
  /** The job's own variables, as sent. */
  readonly payload: readonly JobVariable[]
  readonly runner: RunnerConfig
  readonly shortToken: string
  readonly concurrentId: number
  readonly concurrentProjectId: number
  readonly tls: TlsFiles
  readonly imageName: string | undefined
}

/** Every variable of a job in the order in which they are exported; later ones win (job-execution.md §8.1). */
export function variablesInOrder(
  sources: VariableSources & { readonly flags: FeatureFlags; readonly dirs: JobDirs },
): readonly WrittenVariable[] {
  const { job, payload, runner, dirs, flags, tls, imageName } = sources
  return [
    ...[...flags].map(([name, on]) => own(name, String(on))),
    ...optional('CI_JOB_IMAGE', imageName),
    own('CI_RUNNER_SHORT_TOKEN', sources.shortToken),
    ...environmentEntries(runner)
      .filter(([key]) => !isFlagName(key))
      .map(([key, value]) => fromConfig(key, value)),
    own('CI_BUILDS_DIR', dirs.builds),
    own('CI_PROJECT_DIR', dirs.project),
    own('CI_CONCURRENT_ID', String(sources.concurrentId)),
    own('CI_CONCURRENT_PROJECT_ID', String(sources.concurrentProjectId)),
    own('CI_SERVER', 'yes'),
    own('CI_JOB_STATUS', 'running'),
    own('CI_JOB_TIMEOUT', String(job.timeout)),
    ...file('CI_SERVER_TLS_CA_FILE', tls.ca),
    ...file('CI_SERVER_TLS_CERT_FILE', tls.key === undefined ? undefined : tls.cert),
    ...file('CI_SERVER_TLS_KEY_FILE', tls.cert === undefined ? undefined : tls.key),
    ...payload.filter(({ key }) => !isFlagName(key)).map(fromPayload),
    own('CI_DISPOSABLE_ENVIRONMENT', 'true'),
    own('CI_RUNNER_VERSION', compatibleVersion),
    own('CI_RUNNER_REVISION', revision),
    own('CI_RUNNER_EXECUTABLE_ARCH', `${platform}/${architecture}`),
    own('RUNNER_TEMP_PROJECT_DIR', dirs.tmp),
    ...(flags.get('FF_NETWORK_PER_BUILD') === true
      ? [own('CI_BUILD_NETWORK_NAME', networkName(sources))]
      : []),
  ]
}

/** Entries of the configuration's `environment`, split at the first `=`; those without one are dropped (config-toml.md §3.2). */
export function environmentEntries({
  environment,
}: Pick<RunnerConfig, 'environment'>): readonly (readonly [key: string, value: string])[] {
  return environment.flatMap((entry): readonly (readonly [string, string])[] => {
    const at = entry.indexOf('=')
    return at < 0 ? [] : [[entry.slice(0, at), entry.slice(at + 1)]]
  })
}

/** Name of a job's own network (docker-executor.md §13). */
function networkName({ shortToken, job, concurrentProjectId }: VariableSources): string {
  return toHostName(`runner-${shortToken}-${job.info.projectId}-${concurrentProjectId}-${job.id}`)
}

/** What the runner itself knows is not expanded: a directory with a dollar in its name stays one. */
function own(key: string, value: string): WrittenVariable {
  return { key, value, forServices: true, masked: false, file: false, raw: true }
}

function fromConfig(key: string, value: string): WrittenVariable {
  return { ...own(key, value), raw: false }
}

function optional(key: string, value: string | undefined): readonly WrittenVariable[] {
  return value === undefined || value === '' ? [] : [own(key, value)]
}

function file(key: string, content: string | undefined): readonly WrittenVariable[] {
  return content === undefined || content === '' ? [] : [{ ...own(key, content), file: true }]
}

function fromPayload({ key, value, masked, file, raw, public: isPublic }: JobVariable): WrittenVariable {
  return { key, value, forServices: isPublic, masked, file, raw }
}
