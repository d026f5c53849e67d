import { failureReasons } from '../../contract/job.ts'
import type { Assignment } from './records.ts'

/** Shapes of coordinator-api.md §6, as the server sends them. */

export interface PayloadVariable {
  readonly key: string
  readonly value: string
  readonly public: boolean
  readonly masked: boolean
  readonly file?: boolean
  readonly raw?: boolean
}

export interface PayloadStep {
  readonly name: string
  readonly script: readonly string[]
  readonly timeout: number
  readonly when: string
  readonly allow_failure: boolean
}

export interface PayloadImage {
  readonly name: string
  readonly entrypoint?: readonly string[] | null
  readonly ports?: readonly unknown[]
  readonly pull_policy?: readonly string[] | null
  readonly executor_opts?: Readonly<Record<string, unknown>>
}

export interface PayloadService extends PayloadImage {
  readonly alias?: string
  readonly command?: readonly string[] | null
  readonly variables?: readonly PayloadVariable[]
}

export interface PayloadArtifact {
  readonly name?: string
  readonly untracked?: boolean
  readonly paths?: readonly string[]
  readonly exclude?: readonly string[]
  readonly when?: string
  readonly expire_in?: string
  readonly artifact_type: string
  readonly artifact_format: string
}

export interface PayloadCache {
  readonly key: string
  readonly untracked: boolean
  readonly paths: readonly string[]
  readonly policy: string
  readonly when: string
  readonly fallback_keys: readonly string[]
}

export interface PayloadCredential {
  readonly type: string
  readonly url: string
  readonly username: string
  readonly password: string
}

export interface PayloadDependency {
  readonly id: number
  readonly name: string
  readonly token: string
  readonly artifacts_file?: { readonly filename: string; readonly size: number }
}

export interface JobPayload {
  readonly id: number
  readonly token: string
  readonly allow_git_fetch: boolean
  readonly job_info: Readonly<Record<string, string | number | null>>
  readonly git_info: {
    readonly repo_url: string
    readonly repo_object_format: string
    readonly ref: string
    readonly sha: string
    readonly before_sha: string
    readonly ref_type: 'branch' | 'tag'
    readonly refspecs: readonly string[]
    readonly depth: number
    readonly protected: boolean | null
  }
  readonly runner_info: {
    readonly uuid?: string
    readonly timeout: number
    readonly runner_session_url: string | null
  }
  readonly variables: readonly PayloadVariable[]
  readonly steps: readonly PayloadStep[]
  readonly hooks: readonly { readonly name: string; readonly script: readonly string[] }[]
  readonly image: PayloadImage | null
  readonly services: readonly PayloadService[]
  readonly artifacts: readonly PayloadArtifact[] | null
  readonly cache: readonly PayloadCache[]
  readonly credentials: readonly PayloadCredential[]
  readonly dependencies: readonly PayloadDependency[]
  readonly features: {
    readonly trace_sections: boolean
    readonly token_mask_prefixes?: readonly string[]
    readonly failure_reasons: readonly string[]
  }
  readonly secrets?: Readonly<Record<string, unknown>>
  readonly inputs?: readonly unknown[]
  readonly policy_options?: Readonly<Record<string, unknown>>
  readonly run?: string
  readonly suspend_options?: Readonly<Record<string, unknown>>
}

export const zeroSha = '0'.repeat(40)

/** What every payload says of its features and its runner. */
export function commonPayload({ job, runner, timeout }: Assignment) {
  return {
    id: job.id,
    token: job.token,
    allow_git_fetch: job.project?.allowGitFetch ?? true,
    job_info: {
      id: job.id,
      name: job.name,
      stage: job.stage,
      pipeline_id: job.pipeline?.id ?? null,
      project_id: job.project?.id ?? 0,
      project_name: job.project?.path.split('/').at(-1) ?? 'none',
      project_full_path: job.project?.path ?? 'none/none',
      namespace_id: 1,
      root_namespace_id: 1,
      organization_id: 1,
      user_id: 1,
      scoped_user_id: null,
      time_in_queue_seconds: 0.1,
      project_jobs_running_on_instance_runners_count: '0',
      queue_size: 1,
      queue_depth: 1,
    },
    runner_info: { uuid: `practice-${runner.id}`, timeout, runner_session_url: null },
    features: {
      trace_sections: true,
      token_mask_prefixes: ['glpat-'],
      failure_reasons: failureReasons.filter((reason) => reason !== 'image_pull_failure'),
    },
  }
}
