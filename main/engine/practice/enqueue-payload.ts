import type { Assignment } from './records.ts'
import { commonPayload, zeroSha, type JobPayload } from './payload.ts'

/** `T` with everything optional, also within; lists are given whole. */
export type DeepPartial<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: DeepPartial<T[K]> }
    : T

/** A complete, valid payload for a job that belongs to no pipeline: one script that does nothing, no sources. */
export function plainPayload(assignment: Assignment): JobPayload {
  const { job, timeout } = assignment
  return {
    ...commonPayload(assignment),
    git_info: {
      repo_url: 'http://127.0.0.1:9/none/none.git',
      repo_object_format: 'sha1',
      ref: 'main',
      sha: zeroSha,
      before_sha: zeroSha,
      ref_type: 'branch',
      refspecs: ['+refs/heads/main:refs/remotes/origin/main'],
      depth: 20,
      protected: job.protected,
    },
    variables: [
      { key: 'CI_JOB_ID', value: String(job.id), public: true, masked: false },
      { key: 'CI_JOB_NAME', value: job.name, public: true, masked: false },
      { key: 'CI_PROJECT_PATH', value: 'none/none', public: true, masked: false },
      { key: 'CI_COMMIT_REF_PROTECTED', value: String(job.protected), public: true, masked: false },
      { key: 'CI_JOB_TOKEN', value: job.token, public: false, masked: true },
      { key: 'GIT_STRATEGY', value: 'none', public: true, masked: false },
    ],
    steps: [{ name: 'script', script: ['true'], timeout, when: 'on_success', allow_failure: false }],
    hooks: [],
    image: null,
    services: [],
    artifacts: null,
    cache: [],
    credentials: [],
    dependencies: [],
  }
}

/** Lays `over` on `base`: maps are merged key by key, everything else replaces what was there. */
export function merge(base: unknown, over: unknown): unknown {
  if (over === undefined) return base
  if (!isMap(base) || !isMap(over)) return over
  const merged: Record<string, unknown> = { ...base }
  for (const [key, value] of Object.entries(over)) merged[key] = merge(base[key], value)
  return merged
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
