import { say } from '../../contract/sentences/say.ts'

/** One feature flag of GitLab Runner and what it does here. */
export type FlagRow = {
  readonly name: string
  readonly default: boolean
  /** Acts outside a job, so a job's variable of that name is not asked. */
  readonly configOnly: boolean
} & (
  | { readonly here: 'honoured'; readonly effect: string }
  | { readonly here: 'no effect' | 'refused'; readonly why: string }
)

const kubernetes = `${say('flag-kubernetes')}.`
const powershell = `${say('flag-powershell')}.`
const windows = `${say('flag-windows')}.`
const autoscaler = `${say('flag-autoscaler')}.`
const oneStore = `${say('flag-store')}.`

/** Every flag, in the order in which headers and exports name them (job-execution.md §15). */
export const flagRegistry: readonly FlagRow[] = [
  none('FF_TEST_FEATURE', false, `${say('flag-test')}.`),
  honoured(
    'FF_NETWORK_PER_BUILD',
    false,
    'One Docker network per job, named in CI_BUILD_NETWORK_NAME. Where nobody sets it, jobs with services have one.',
  ),
  none('FF_USE_LEGACY_KUBERNETES_EXECUTION_STRATEGY', false, kubernetes),
  honoured(
    'FF_USE_DIRECT_DOWNLOAD',
    true,
    'The first download of artifacts asks for a redirect to object storage.',
  ),
  honoured(
    'FF_USE_FASTZIP',
    true,
    'Off: archives are written at the default level, and FASTZIP_* variables are not read.',
  ),
  honoured(
    'FF_DISABLE_UMASK_FOR_DOCKER_EXECUTOR',
    false,
    'No umask 0000 in the helper; files belong to the image’s user.',
  ),
  honoured('FF_ENABLE_BASH_EXIT_CODE_CHECK', false, 'The status is checked after each command of a script.'),
  none('FF_USE_WINDOWS_LEGACY_PROCESS_STRATEGY', false, windows),
  honoured('FF_USE_LEGACY_BASH_EVAL', false, 'Scripts are piped into eval.'),
  none('FF_USE_POWERSHELL_PATH_RESOLVER', false, powershell),
  honoured(
    'FF_USE_DYNAMIC_TRACE_FORCE_SEND_INTERVAL',
    false,
    'Job updates follow the interval GitLab asks for.',
    'config only',
  ),
  honoured(
    'FF_SCRIPT_SECTIONS',
    false,
    'The text of a multi-line command is a collapsed section of the log.',
  ),
  honoured('FF_ENABLE_JOB_CLEANUP', false, 'The work tree is cleaned or deleted when the job ends.'),
  none('FF_KUBERNETES_HONOR_ENTRYPOINT', false, kubernetes),
  none('FF_POSIXLY_CORRECT_ESCAPES', false, `${say('flag-posix')}.`),
  none('FF_RESOLVE_FULL_TLS_CHAIN', false, `${say('flag-chain')}.`, 'config only'),
  none('FF_DISABLE_POWERSHELL_STDIN', false, powershell),
  none('FF_USE_POD_ACTIVE_DEADLINE_SECONDS', true, kubernetes),
  none('FF_USE_ADVANCED_POD_SPEC_CONFIGURATION', false, kubernetes),
  none('FF_SECRET_RESOLVING_FAILS_IF_MISSING', true, `${say('flag-secrets')}.`),
  none('FF_PRINT_POD_EVENTS', false, kubernetes),
  honoured('FF_USE_GIT_BUNDLE_URIS', true, 'git may begin a fetch with a bundle the server names.'),
  honoured(
    'FF_USE_GIT_NATIVE_CLONE',
    false,
    'GIT_STRATEGY=clone is one git clone where git is 2.49 or later.',
  ),
  none('FF_USE_DUMB_INIT_WITH_KUBERNETES_EXECUTOR', false, kubernetes),
  honoured(
    'FF_USE_INIT_WITH_DOCKER_EXECUTOR',
    false,
    'Docker’s init process runs in build and service containers.',
  ),
  none('FF_LOG_IMAGES_CONFIGURED_FOR_JOB', false, `${say('flag-images')}.`),
  none('FF_USE_DOCKER_AUTOSCALER_DIAL_STDIO', true, autoscaler),
  honoured('FF_CLEAN_UP_FAILED_CACHE_EXTRACT', false, 'What a failed extraction of a cache left is deleted.'),
  none('FF_USE_WINDOWS_JOB_OBJECT', false, windows),
  honoured('FF_TIMESTAMPS', true, 'Each line of the log begins with its time.'),
  honoured(
    'FF_DISABLE_AUTOMATIC_TOKEN_ROTATION',
    false,
    'The runner’s token is not renewed before it expires.',
    'config only',
  ),
  none('FF_USE_LEGACY_GCS_CACHE_ADAPTER', false, oneStore),
  none('FF_DISABLE_UMASK_FOR_KUBERNETES_EXECUTOR', false, kubernetes),
  none('FF_USE_LEGACY_S3_CACHE_ADAPTER', false, oneStore),
  honoured(
    'FF_GIT_URLS_WITHOUT_TOKENS',
    false,
    'git asks a credential helper instead of finding a token in URLs.',
  ),
  none('FF_WAIT_FOR_POD_TO_BE_REACHABLE', false, kubernetes),
  honoured('FF_MASK_ALL_DEFAULT_TOKENS', true, 'What follows any of GitLab’s token prefixes is masked.'),
  none('FF_EXPORT_HIGH_CARDINALITY_METRICS', false, `${say('flag-metrics')}.`),
  none('FF_USE_FLEETING_ACQUIRE_HEARTBEATS', false, autoscaler),
  honoured(
    'FF_USE_EXPONENTIAL_BACKOFF_STAGE_RETRY',
    true,
    'Tries of a stage are 5 s, 10 s, … up to 5 min apart.',
  ),
  honoured(
    'FF_USE_ADAPTIVE_REQUEST_CONCURRENCY',
    true,
    'How many requests for jobs run side by side follows the answers.',
    'config only',
  ),
  honoured('FF_USE_GITALY_CORRELATION_ID', true, 'git requests carry the id of the job request.'),
  honoured('FF_USE_GIT_PROACTIVE_AUTH', false, 'git sends its credentials without waiting to be asked.'),
  honoured('FF_HASH_CACHE_KEYS', false, 'Cache keys are stored as their SHA-256.'),
  honoured(
    'FF_ENABLE_JOB_INPUTS_INTERPOLATION',
    true,
    '`${{ job.inputs.NAME }}` is replaced in a job’s scripts and names.',
  ),
  refused('FF_USE_JOB_ROUTER', false, say('flag-router'), 'config only'),
  refused('FF_SCRIPT_TO_STEP_MIGRATION', false, say('flag-steps')),
  honoured(
    'FF_USE_PARALLEL_CACHE_TRANSFER',
    false,
    'Shared caches come in 4 pieces at once; with it, in as many as CACHE_CONCURRENCY says.',
  ),
  honoured(
    'FF_USE_PARALLEL_ARTIFACT_TRANSFER',
    false,
    'Long artifacts come in 4 pieces at once where the server hands out pieces; with it, in 16.',
  ),
  refused('FF_CONCRETE', false, say('flag-steps')),
  refused('FF_SUSPENDABLE_ENVIRONMENTS', false, say('flag-suspend')),
  honoured('FF_USE_NATIVE_CONTAINER_STOP', false, 'Containers are stopped by Docker alone.'),
]

function honoured(name: string, byDefault: boolean, effect: string, where?: 'config only'): FlagRow {
  return { name, default: byDefault, configOnly: where !== undefined, here: 'honoured', effect }
}

function none(name: string, byDefault: boolean, why: string, where?: 'config only'): FlagRow {
  return { name, default: byDefault, configOnly: where !== undefined, here: 'no effect', why }
}

function refused(name: string, byDefault: boolean, why: string, where?: 'config only'): FlagRow {
  return { name, default: byDefault, configOnly: where !== undefined, here: 'refused', why }
}
