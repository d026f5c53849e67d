import { parseBoolean, parseFlags, parseInteger, parseWords } from './parse-setting.ts'
import type { Variables } from './variables.ts'

/** What a job's variables set (job-execution.md §3.1), parsed; invalid values have become defaults and warnings. */
export interface JobSettings {
  readonly debugTrace: boolean
  readonly debugServices: boolean
  readonly gitStrategy: 'clone' | 'fetch' | 'none' | 'empty'
  readonly gitCheckout: boolean
  readonly gitClonePath: string
  /** `invalid` fails get_sources. */
  readonly submoduleStrategy: 'none' | 'normal' | 'recursive' | 'invalid'
  readonly submodulePaths: readonly string[]
  readonly submoduleDepth: number
  /** `undefined` = `none` was asked for: do not clean. */
  readonly gitCleanFlags: readonly string[] | undefined
  readonly gitCloneExtraFlags: readonly string[]
  readonly gitFetchExtraFlags: readonly string[]
  readonly submoduleUpdateFlags: readonly string[]
  readonly lfsSkipSmudge: boolean
  readonly submoduleForceHttps: boolean
  readonly attempts: {
    readonly getSources: number
    readonly artifactDownload: number
    readonly restoreCache: number
    readonly executorSection: number
  }
  readonly afterScriptIgnoreErrors: boolean
  /** Minutes. */
  readonly cacheRequestTimeout: number
  readonly dockerAuthConfig: string
  /** Go durations as written; judged when the user steps start (job-execution.md §4.2). */
  readonly scriptTimeout: string
  readonly afterScriptTimeout: string
}

/** What the payload and the configuration say where no variable does. */
export interface SettingDefaults {
  readonly allowGitFetch: boolean
  readonly depth: number
  /** The configuration forbids `CI_DEBUG_TRACE` and `CI_DEBUG_SERVICES`. */
  readonly debugTraceDisabled: boolean
}

/** Reads each setting's variable; a file variable by its content, an empty one as not set (job-execution.md §3.1). */
export function parseJobSettings(
  variables: Pick<Variables, 'get'>,
  defaults: SettingDefaults,
): { readonly settings: JobSettings; readonly warnings: readonly string[] } {
  const warnings: string[] = []
  const read = readerOf(variables, warnings)
  const debug = (name: string) => {
    const asked = read.boolean(name, false)
    if (asked && defaults.debugTraceDisabled) warnings.push(`${name}: usage is disabled on this Runner`)
    return asked && !defaults.debugTraceDisabled
  }

  const settings: JobSettings = {
    debugTrace: debug('CI_DEBUG_TRACE'),
    debugServices: debug('CI_DEBUG_SERVICES'),
    gitStrategy: read.gitStrategy(defaults.allowGitFetch ? 'fetch' : 'clone'),
    gitCheckout: read.boolean('GIT_CHECKOUT', true),
    gitClonePath: variables.get('GIT_CLONE_PATH'),
    submoduleStrategy: read.submoduleStrategy(),
    submodulePaths: parseWords(variables.get('GIT_SUBMODULE_PATHS')),
    submoduleDepth: read.integer('GIT_SUBMODULE_DEPTH', defaults.depth),
    gitCleanFlags: nonEmpty(read.flags('GIT_CLEAN_FLAGS', '-ffdx')),
    gitCloneExtraFlags: read.flags('GIT_CLONE_EXTRA_FLAGS', ''),
    gitFetchExtraFlags: read.flags('GIT_FETCH_EXTRA_FLAGS', '--prune --quiet'),
    submoduleUpdateFlags: read.flags('GIT_SUBMODULE_UPDATE_FLAGS', ''),
    lfsSkipSmudge: read.boolean('GIT_LFS_SKIP_SMUDGE', false),
    submoduleForceHttps: read.boolean('GIT_SUBMODULE_FORCE_HTTPS', false),
    attempts: {
      getSources: read.attempts('GET_SOURCES_ATTEMPTS'),
      artifactDownload: read.attempts('ARTIFACT_DOWNLOAD_ATTEMPTS'),
      restoreCache: read.attempts('RESTORE_CACHE_ATTEMPTS'),
      executorSection: read.attempts('EXECUTOR_JOB_SECTION_ATTEMPTS'),
    },
    afterScriptIgnoreErrors: read.boolean('AFTER_SCRIPT_IGNORE_ERRORS', true),
    cacheRequestTimeout: read.integer('CACHE_REQUEST_TIMEOUT', 10),
    dockerAuthConfig: variables.get('DOCKER_AUTH_CONFIG'),
    scriptTimeout: variables.get('RUNNER_SCRIPT_TIMEOUT'),
    afterScriptTimeout: variables.get('RUNNER_AFTER_SCRIPT_TIMEOUT'),
  }
  // No secrets are fetched here, but a wrong number is worth a word all the same.
  read.attempts('SECRETS_RETRIEVAL_ATTEMPTS')
  return { settings, warnings }
}

function readerOf(variables: Pick<Variables, 'get'>, warnings: string[]) {
  const parsed = <T>(name: string, fallback: T, kind: string, parse: (text: string) => T | undefined): T => {
    const text = variables.get(name)
    if (text === '') return fallback
    const value = parse(text)
    if (value !== undefined) return value
    warnings.push(
      `${name}: expected ${kind} got ${JSON.stringify(text)}, using default value: ${String(fallback)}`,
    )
    return fallback
  }
  const integer = (name: string, fallback: number) => parsed(name, fallback, 'int', parseInteger)

  return {
    boolean: (name: string, fallback: boolean) => parsed(name, fallback, 'bool', parseBoolean),
    integer,
    flags: (name: string, fallback: string) => {
      const text = variables.get(name)
      return parseFlags(text === '' ? fallback : text)
    },
    /** job-execution.md §3.2 */
    attempts(name: string): number {
      const asked = integer(name, 1)
      const attempts = Math.min(Math.max(asked, 1), 10)
      if (attempts !== asked) {
        warnings.push(`${name}: number of attempts out of the range [1, 10], clamping to: ${attempts}`)
      }
      return attempts
    },
    gitStrategy(fallback: 'fetch' | 'clone'): JobSettings['gitStrategy'] {
      const text = variables.get('GIT_STRATEGY')
      if (text === '') return fallback
      const known = (['clone', 'fetch', 'none', 'empty'] as const).find((strategy) => strategy === text)
      if (known !== undefined) return known
      warnings.push(
        `GIT_STRATEGY: expected either 'clone', 'fetch', 'none' or 'empty' got ${JSON.stringify(text)}, using default value '${fallback}'`,
      )
      return fallback
    },
    submoduleStrategy(): JobSettings['submoduleStrategy'] {
      const text = variables.get('GIT_SUBMODULE_STRATEGY')
      if (text === '') return 'none'
      const known = (['none', 'normal', 'recursive'] as const).find((strategy) => strategy === text)
      if (known !== undefined) return known
      warnings.push(
        `GIT_SUBMODULE_STRATEGY: expected either 'normal', 'recursive' or 'none' got ${JSON.stringify(text)}`,
      )
      return 'invalid'
    },
  }
}

function nonEmpty(flags: readonly string[]): readonly string[] | undefined {
  return flags.length === 0 ? undefined : flags
}
