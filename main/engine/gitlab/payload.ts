import type { z } from 'zod'

import type { Job, JobImage } from '../job/job.ts'
import { interpolateWith, type Interpolate } from './job-inputs.ts'
import { dockerOptions, unsupportedIn } from './payload-limits.ts'
import { brokenRule } from './payload-rules.ts'
import { identitySchema, payloadSchema, type ImagePayload, type Payload } from './payload-schema.ts'

export type ParsedJob =
  | { readonly kind: 'job'; readonly job: Job }
  /** It cannot be run, but it can be reported. `problem` is one sentence naming the field. */
  | { readonly kind: 'unusable-job'; readonly id: number; readonly token: string; readonly problem: string }
  /** Not even id and token can be told. */
  | { readonly kind: 'no-job'; readonly problem: string }

/** Reads what GitLab handed out (coordinator-api.md §6). Never throws, whatever came. */
export function parseJob(payload: unknown): ParsedJob {
  const identity = identitySchema.safeParse(payload)
  if (!identity.success) return { kind: 'no-job', problem: inWords(identity.error) }
  const { id, token } = identity.data
  const parsed = payloadSchema.safeParse(payload)
  if (!parsed.success) return { kind: 'unusable-job', id, token, problem: inWords(parsed.error) }
  const broken = brokenRule(parsed.data)
  if (broken !== undefined) return { kind: 'unusable-job', id, token, problem: sentence(broken) }
  return { kind: 'job', job: jobOf(id, token, parsed.data) }
}

/** Seconds a job has where GitLab sets no limit. */
const defaultTimeout = 7200

function jobOf(id: number, token: string, payload: Payload): Job {
  const inputProblems: string[] = []
  const fill = isInterpolated(payload)
    ? interpolateWith(payload.inputs, inputProblems)
    : (text: string) => text
  const { job_info: info, git_info: git, runner_info: runner, features } = payload

  return {
    id,
    token,
    allowGitFetch: payload.allow_git_fetch,
    info: {
      name: shown(info.name),
      stage: shown(info.stage),
      projectId: info.project_id ?? 0,
      projectName: shown(info.project_name),
      projectFullPath: shown(info.project_full_path) || undefined,
      pipelineId: info.pipeline_id > 0 ? info.pipeline_id : undefined,
      ...(typeof info.time_in_queue_seconds === 'number' && {
        queuedMs: Math.round(info.time_in_queue_seconds * 1000),
      }),
    },
    git: {
      repoUrl: git.repo_url,
      objectFormat: git.repo_object_format,
      ref: git.ref,
      sha: git.sha,
      beforeSha: git.before_sha,
      refspecs: git.refspecs,
      depth: Math.max(git.depth, 0),
      protected: git.protected ?? undefined,
    },
    timeout: runner.timeout > 0 ? runner.timeout : defaultTimeout,
    variables: payload.variables,
    steps: payload.steps.map(({ name, script }) => ({
      name,
      script: name === 'script' || name === 'after_script' ? script.map(fill) : script,
    })),
    hooks: hookNames.flatMap((name) => {
      const hook = payload.hooks.find((candidate) => candidate.name === name)
      return hook ? [{ name, script: hook.script }] : []
    }),
    image: payload.image ? imageOf(payload.image, fill) : undefined,
    services: payload.services.map((service) => ({
      ...imageOf(service, fill),
      variables: service.variables,
    })),
    artifacts: payload.artifacts.map((artifact) => ({
      name: fill(artifact.name),
      untracked: artifact.untracked,
      paths: artifact.paths.map(fill),
      exclude: artifact.exclude.map(fill),
      when: artifact.when,
      expireIn: fill(artifact.expire_in),
      type: artifact.artifact_type,
      format: artifact.artifact_format,
    })),
    caches: payload.cache.map((cache) => ({
      key: fill(cache.key),
      fallbackKeys: cache.fallback_keys.map(fill),
      policy: fill(cache.policy),
      when: cache.when,
      paths: cache.paths.map(fill),
      untracked: cache.untracked,
    })),
    credentials: payload.credentials
      .filter(({ type }) => type === 'registry')
      .map(({ url, username, password }) => ({ url, username, password })),
    dependencies: payload.dependencies.map(({ artifacts_file: file, ...dependency }) => ({
      ...dependency,
      artifacts: file.filename === '' ? undefined : file,
    })),
    features: {
      traceSections: features.trace_sections,
      tokenMaskPrefixes: features.token_mask_prefixes.filter((prefix) => prefix !== ''),
      failureReasons: features.failure_reasons,
    },
    ...policyOf(payload),
    unsupported: unsupportedIn(payload),
    ...(inputProblems.length > 0 && { inputProblems }),
  }
}

function policyOf({ policy_options: options }: Payload): Pick<Job, 'policy'> {
  if (!options.execution_policy_job) return {}
  const { policy_variables_override_allowed: allowed, policy_variables_override_exceptions: except } = options
  return {
    policy: {
      name: shown(options.policy_name),
      ...(typeof allowed === 'boolean' && { variables: { allowed, except: except.map(shown) } }),
    },
  }
}

const hookNames = ['pre_get_sources_script', 'post_get_sources_script'] as const

function imageOf(image: ImagePayload, fill: Interpolate): JobImage {
  const { platform, user } = dockerOptions(image)
  return {
    name: fill(image.name),
    alias: fill(image.alias),
    entrypoint: image.entrypoint.length > 0 ? image.entrypoint.map(fill) : undefined,
    command: image.command.length > 0 ? image.command.map(fill) : undefined,
    pullPolicies: image.pull_policy.map(fill),
    platform: platform === undefined ? undefined : fill(platform),
    user: user === undefined ? undefined : fill(user),
  }
}

function isInterpolated({ variables }: Payload): boolean {
  const flag = variables.findLast(({ key }) => key === 'FF_ENABLE_JOB_INPUTS_INTERPOLATION')?.value
  return flag === undefined || !/^(?:0|f|F|false|False|FALSE)$/.test(flag)
}

/** A name as lists, labels and terminals can bear it. The job's variables keep the original. */
function shown(name: string): string {
  return name
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, 1024)
}

function inWords({ issues }: z.ZodError): string {
  const [issue] = issues
  if (!issue) return sentence('it cannot be read')
  const path = issue.path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
  const field = path.replace(/^\./, '') || 'the whole of it'
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : ''
  return sentence(`${field}: ${issue.message.replace(/^Invalid input: /, '')}${more}`)
}

const sentence = (problem: string) => `GitLab's job payload cannot be used: ${problem}`
