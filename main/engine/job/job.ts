/**
 * A job as GitLab handed it out, after parsing (coordinator-api.md §6). Names are ours; values are as sent, not
 * expanded. Absent lists are empty, absent booleans false.
 */
export interface Job {
  readonly id: number
  readonly token: string
  readonly allowGitFetch: boolean
  readonly info: JobInfo
  readonly git: GitInfo
  /** Seconds; GitLab's `runner_info.timeout`, or 7200 where it is not positive. */
  readonly timeout: number
  readonly variables: readonly JobVariable[]
  readonly steps: readonly JobStep[]
  readonly hooks: readonly JobHook[]
  readonly image: JobImage | undefined
  readonly services: readonly JobService[]
  readonly artifacts: readonly JobArtifact[]
  readonly caches: readonly JobCache[]
  readonly credentials: readonly RegistryCredential[]
  readonly dependencies: readonly JobDependency[]
  readonly features: JobFeatures
  /** The security policy the job came from; absent for all others. */
  readonly policy?: JobPolicy
  /** Names of features the payload asks for that this runner refuses, each with the reason shown in the log. */
  readonly unsupported: readonly string[]
  /** What could not be put in for `${{ job.inputs.NAME }}`, each as a sentence; absent = nothing. */
  readonly inputProblems?: readonly string[]
}

export interface JobInfo {
  readonly name: string
  readonly stage: string
  readonly projectId: number
  readonly projectName: string
  readonly projectFullPath: string | undefined
  readonly pipelineId: number | undefined
  /** Milliseconds between being created and being handed out; absent where the server did not say. */
  readonly queuedMs?: number
}

export interface GitInfo {
  /** With credentials embedded. */
  readonly repoUrl: string
  readonly objectFormat: 'sha1' | 'sha256'
  readonly ref: string
  readonly sha: string
  readonly beforeSha: string
  readonly refspecs: readonly string[]
  /** 0 = full history. */
  readonly depth: number
  /** `undefined` where the server did not say. */
  readonly protected: boolean | undefined
}

export interface JobVariable {
  readonly key: string
  readonly value: string
  readonly public: boolean
  readonly masked: boolean
  readonly file: boolean
  readonly raw: boolean
}

export interface JobStep {
  /** `script`, `after_script`, `release`, … */
  readonly name: string
  readonly script: readonly string[]
}

export interface JobHook {
  readonly name: 'pre_get_sources_script' | 'post_get_sources_script'
  readonly script: readonly string[]
}

export type PullPolicy = 'always' | 'if-not-present' | 'never'

export interface JobImage {
  readonly name: string
  readonly alias: string
  /** `undefined` = the image's own; `['']` clears it. */
  readonly entrypoint: readonly string[] | undefined
  readonly command: readonly string[] | undefined
  /** As sent; words are checked where policies are resolved. */
  readonly pullPolicies: readonly string[]
  readonly platform: string | undefined
  readonly user: string | undefined
}

export interface JobService extends JobImage {
  readonly variables: readonly JobVariable[]
}

export type When = 'on_success' | 'on_failure' | 'always'

export interface JobArtifact {
  readonly name: string
  readonly untracked: boolean
  readonly paths: readonly string[]
  readonly exclude: readonly string[]
  readonly when: When
  readonly expireIn: string
  readonly type: string
  readonly format: 'zip' | 'gzip' | 'raw' | 'zipzstd' | 'tarzstd' | ''
}

export interface JobCache {
  readonly key: string
  readonly fallbackKeys: readonly string[]
  /** As sent: may be a variable. Empty = pull-push. */
  readonly policy: string
  readonly when: When
  readonly paths: readonly string[]
  readonly untracked: boolean
}

export interface RegistryCredential {
  readonly url: string
  readonly username: string
  readonly password: string
}

export interface JobDependency {
  readonly id: number
  readonly name: string
  readonly token: string
  /** `undefined` = nothing to download. */
  readonly artifacts: { readonly filename: string; readonly size: number } | undefined
}

export interface JobPolicy {
  readonly name: string
  /** Whether variables of users count, and which are the exceptions; absent where the policy does not say. */
  readonly variables?: { readonly allowed: boolean; readonly except: readonly string[] }
}

export interface JobFeatures {
  readonly traceSections: boolean
  readonly tokenMaskPrefixes: readonly string[]
  readonly failureReasons: readonly string[]
}
