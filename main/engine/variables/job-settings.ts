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
