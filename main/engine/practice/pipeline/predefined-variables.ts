import { zeroSha, type PayloadVariable } from '../payload.ts'
import type { Assignment, PipelineRecord } from '../records.ts'
import type { ServerAddress } from '../server-address.ts'

/** A ref or path as it may stand in a host name: lower case, dashes, at most 63 characters. */
export const slugOf = (text: string) =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '-')
    .slice(0, 63)
    .replaceAll(/^-+|-+$/g, '')

/** The CI_* variables GitLab sends with a pipeline's job; the runner adds the rest. */
export function predefinedVariables(
  { job, runner }: Assignment,
  pipeline: PipelineRecord,
  server: ServerAddress,
): readonly PayloadVariable[] {
  const { project, commit, ref, refType } = pipeline
  const [title = '', ...description] = commit.message.split('\n')
  const namespace = project.path.split('/').slice(0, -1).join('/')
  const projectUrl = `${server.url}/${project.path}`
  const open: Readonly<Record<string, string | number | boolean>> = {
    CI: true,
    GITLAB_CI: true,
    CI_SERVER_URL: server.url,
    CI_SERVER_HOST: server.host,
    CI_SERVER_PORT: server.port,
    CI_SERVER_PROTOCOL: 'http',
    CI_SERVER_FQDN: `${server.host}:${server.port}`,
    CI_SERVER_NAME: 'GitLab',
    CI_SERVER_VERSION: server.version,
    CI_SERVER_VERSION_MAJOR: server.version.split('.')[0] ?? '',
    CI_SERVER_VERSION_MINOR: server.version.split('.')[1] ?? '',
    CI_SERVER_VERSION_PATCH: server.version.split('.')[2] ?? '',
    CI_SERVER_REVISION: server.revision,
    CI_API_V4_URL: `${server.url}/api/v4`,
    GITLAB_USER_ID: 1,
    GITLAB_USER_LOGIN: 'practice',
    GITLAB_USER_NAME: 'Practice User',
    GITLAB_USER_EMAIL: 'practice@localhost',
    CI_PROJECT_ID: project.id,
    CI_PROJECT_NAME: project.path.split('/').at(-1) ?? '',
    CI_PROJECT_TITLE: project.path.split('/').at(-1) ?? '',
    CI_PROJECT_PATH: project.path,
    CI_PROJECT_PATH_SLUG: slugOf(project.path),
    CI_PROJECT_NAMESPACE: namespace,
    CI_PROJECT_ROOT_NAMESPACE: namespace.split('/')[0] ?? '',
    CI_PROJECT_URL: projectUrl,
    CI_PROJECT_VISIBILITY: project.visibility,
    CI_DEFAULT_BRANCH: project.defaultBranch,
    CI_CONFIG_PATH: '.gitlab-ci.yml',
    CI_PIPELINE_ID: pipeline.id,
    CI_PIPELINE_IID: pipeline.id,
    CI_PIPELINE_SOURCE: 'push',
    CI_PIPELINE_NAME: '',
    CI_PIPELINE_URL: `${projectUrl}/-/pipelines/${pipeline.id}`,
    CI_COMMIT_SHA: commit.sha,
    CI_COMMIT_SHORT_SHA: commit.sha.slice(0, 8),
    CI_COMMIT_BEFORE_SHA: zeroSha,
    CI_COMMIT_REF_NAME: ref,
    CI_COMMIT_REF_SLUG: slugOf(ref),
    CI_COMMIT_REF_PROTECTED: job.protected,
    ...(refType === 'tag' ? { CI_COMMIT_TAG: ref } : { CI_COMMIT_BRANCH: ref }),
    CI_COMMIT_MESSAGE: commit.message,
    CI_COMMIT_TITLE: title,
    CI_COMMIT_DESCRIPTION: description.join('\n').trim(),
    CI_COMMIT_AUTHOR: commit.author,
    CI_COMMIT_TIMESTAMP: commit.timestamp,
    CI_JOB_ID: job.id,
    CI_JOB_URL: `${projectUrl}/-/jobs/${job.id}`,
    CI_JOB_NAME: job.name,
    CI_JOB_NAME_SLUG: slugOf(job.name),
    CI_JOB_STAGE: job.stage,
    CI_NODE_TOTAL: 1,
    CI_RUNNER_ID: runner.id,
    CI_RUNNER_DESCRIPTION: runner.description,
    CI_RUNNER_TAGS: JSON.stringify(runner.tags),
  }
  const repositoryUrl = `http://gitlab-ci-token:${job.token}@${server.host}:${server.port}/${project.path}.git`
  return [
    ...Object.entries(open).map(([key, value]) => ({
      key,
      value: String(value),
      public: true,
      masked: false,
    })),
    { key: 'CI_JOB_TOKEN', value: job.token, public: false, masked: true },
    { key: 'CI_REPOSITORY_URL', value: repositoryUrl, public: false, masked: false },
    { key: 'CI_DEPENDENCY_PROXY_USER', value: 'gitlab-ci-token', public: true, masked: false },
    { key: 'CI_DEPENDENCY_PROXY_PASSWORD', value: job.token, public: false, masked: true },
    ...(server.registry ? registryVariables(server.registry, project.path, job.token) : []),
  ]
}

const registryVariables = (registry: string, path: string, token: string): readonly PayloadVariable[] => [
  { key: 'CI_REGISTRY', value: registry, public: true, masked: false },
  { key: 'CI_REGISTRY_IMAGE', value: `${registry}/${path}`, public: true, masked: false },
  { key: 'CI_REGISTRY_USER', value: 'gitlab-ci-token', public: true, masked: false },
  { key: 'CI_REGISTRY_PASSWORD', value: token, public: false, masked: true },
]
