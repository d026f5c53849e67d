import type { Assignment, PipelineRecord } from '../records.ts'
import type { ServerAddress } from '../server-address.ts'
import {
  commonPayload,
  zeroSha,
  type JobPayload,
  type PayloadArtifact,
  type PayloadCache,
  type PayloadImage,
  type PayloadService,
  type PayloadStep,
  type PayloadVariable,
} from '../payload.ts'
import { dependenciesOf } from './progress.ts'
import { predefinedVariables } from './predefined-variables.ts'
import type { ArtifactsSpec, CacheSpec, ImageSpec, ServiceSpec, VariableSpec } from './keywords.ts'
import type { PipelineJob } from './pipeline-file.ts'
import { reportTypes } from './report-types.ts'

/**
 * The payload of a pipeline's job (coordinator-api.md §6). Unlike the real server this one expands no variable: the
 * runner's single pass is all there is.
 */
export function pipelinePayload(
  assignment: Assignment,
  source: PipelineJob,
  pipeline: PipelineRecord,
  server: ServerAddress,
): JobPayload {
  const { job, timeout } = assignment
  const { project, commit, ref, refType } = pipeline
  const dependencies = dependenciesOf(source, pipeline.jobs, pipeline.file.stages)
  const variables = [
    ...predefinedVariables(assignment, pipeline, server),
    ...project.variables
      .filter((variable) => !variable.protected || job.protected)
      .map(({ key, value, masked = false, file, raw }): PayloadVariable => ({
        key,
        value,
        public: false,
        masked,
        ...(file && { file }),
        ...(raw && { raw }),
      })),
    ...dependencies.flatMap(({ dotenv }) =>
      dotenv.map(([key, value]) => ({ key, value, public: false, masked: false })),
    ),
    ...pipeline.file.variables.map(publicVariable),
    ...source.variables.map(publicVariable),
  ]
  const depth = depthOf(variables, project.depth)
  return {
    ...commonPayload(assignment),
    git_info: {
      repo_url: `http://gitlab-ci-token:${job.token}@${server.host}:${server.port}/${project.path}.git`,
      repo_object_format: 'sha1',
      ref,
      sha: commit.sha,
      before_sha: zeroSha,
      ref_type: refType,
      refspecs: refspecsOf(pipeline.id, ref, refType, depth),
      depth,
      protected: job.protected,
    },
    variables,
    steps: stepsOf(source, timeout),
    hooks:
      source.preGetSources.length > 0
        ? [{ name: 'pre_get_sources_script', script: source.preGetSources }]
        : [],
    image: source.image ? imageOf(source.image) : null,
    services: source.services.map(serviceOf),
    artifacts: source.artifacts ? artifactsOf(source.artifacts) : null,
    cache: source.caches.map((cache) => cacheOf(cache, job.protected)),
    credentials: server.registry
      ? [{ type: 'registry', url: server.registry, username: 'gitlab-ci-token', password: job.token }]
      : [],
    dependencies: dependencies.map(({ id, name, artifacts }) => {
      const archive = artifacts.find(({ type }) => type === 'archive')
      return {
        id,
        name,
        // The running job's own token: that of a finished job opens nothing any more.
        token: job.token,
        ...(archive && { artifacts_file: { filename: archive.filename, size: archive.size } }),
      }
    }),
  }
}

/** What to fetch (coordinator-api.md §6.2): the pipeline's own ref, and branches or tags as far as asked for. */
export function refspecsOf(
  pipelineId: number,
  ref: string,
  refType: 'branch' | 'tag',
  depth: number,
): string[] {
  const persistent = `+refs/pipelines/${pipelineId}:refs/pipelines/${pipelineId}`
  const branches = (name: string) => `+refs/heads/${name}:refs/remotes/origin/${name}`
  const tags = (name: string) => `+refs/tags/${name}:refs/tags/${name}`
  if (depth === 0) return [persistent, branches('*'), tags('*')]
  return [persistent, refType === 'tag' ? tags(ref) : branches(ref)]
}

function depthOf(variables: readonly PayloadVariable[], ofProject: number): number {
  const asked = variables.findLast(({ key }) => key === 'GIT_DEPTH')?.value
  return asked !== undefined && /^\d+$/.test(asked) ? Number(asked) : ofProject
}

const publicVariable = ({ key, value, raw }: VariableSpec): PayloadVariable => ({
  key,
  value,
  public: true,
  masked: false,
  ...(raw && { raw }),
})

function stepsOf(
  { script, afterScript, allowFailure }: PipelineJob,
  timeout: number,
): readonly PayloadStep[] {
  const main: PayloadStep = {
    name: 'script',
    script,
    timeout,
    when: 'on_success',
    allow_failure: allowFailure === true,
  }
  if (afterScript.length === 0) return [main]
  return [main, { name: 'after_script', script: afterScript, timeout, when: 'always', allow_failure: true }]
}

function imageOf({ name, entrypoint, pull_policy: policy, docker }: ImageSpec): PayloadImage {
  return {
    name,
    entrypoint: entrypoint ?? null,
    ports: [],
    pull_policy: policy ?? null,
    executor_opts: docker ? { docker } : {},
  }
}

function serviceOf(service: ServiceSpec): PayloadService {
  const { alias, command, variables = [] } = service
  return {
    ...imageOf(service),
    ...(alias !== undefined && { alias }),
    command: command ?? null,
    variables: variables.map(publicVariable),
  }
}

function artifactsOf({ reports = [], ...archive }: ArtifactsSpec): readonly PayloadArtifact[] {
  const expiry = archive.expire_in === undefined ? {} : { expire_in: archive.expire_in }
  const hasArchive = archive.paths !== undefined || archive.untracked
  return [
    ...(hasArchive
      ? [
          {
            ...(archive.name !== undefined && { name: archive.name }),
            untracked: archive.untracked,
            paths: archive.paths ?? [],
            ...(archive.exclude && { exclude: archive.exclude }),
            when: archive.when,
            ...expiry,
            artifact_type: 'archive',
            artifact_format: 'zip',
          },
        ]
      : []),
    ...reports.map(({ type, paths }) => ({
      name: reportTypes[type]?.name ?? type,
      paths,
      when: 'always',
      ...expiry,
      artifact_type: type,
      artifact_format: reportTypes[type]?.format ?? 'raw',
    })),
  ]
}

function cacheOf(
  { unprotect, paths = [], key, fallback_keys: fallbacks, ...rest }: CacheSpec,
  isProtected: boolean,
): PayloadCache {
  const suffix = isProtected && !unprotect ? 'protected' : 'non_protected'
  return {
    ...rest,
    paths,
    key: `${key}-${suffix}`,
    fallback_keys: fallbacks.map((fallback) => `${fallback}-${suffix}`),
  }
}
