import { join } from 'node:path'

import { pipelinePayload } from './pipeline/pipeline-payload.ts'
import { parsePipelineFile, type PipelineJob } from './pipeline/pipeline-file.ts'
import type { JobOrder, PipelineRecord, ProjectRecord, ProjectVariable } from './records.ts'
import { Repository } from './repository.ts'
import type { PracticeState } from './state.ts'
import { newToken } from './tokens.ts'

export interface NewProject {
  /** `group/name`; groups may nest. */
  readonly path: string
  readonly defaultBranch?: string
  /** Names of protected branches and tags; without them the default branch. */
  readonly protectedRefs?: readonly string[]
  readonly visibility?: 'private' | 'public'
  /** Seconds. */
  readonly timeout?: number
  /** Commits fetched where GIT_DEPTH says nothing; 0 = full history. */
  readonly depth?: number
  /** Whether jobs may keep their checkout between runs; otherwise they clone anew. */
  readonly allowGitFetch?: boolean
  readonly variables?: readonly ProjectVariable[]
}

export async function createProject(gitlab: PracticeState, project: NewProject): Promise<ProjectRecord> {
  const { path, defaultBranch = 'main' } = project
  if (!/^[a-zA-Z0-9_][\w.-]*(\/[a-zA-Z0-9_][\w.-]*)+$/.test(path)) {
    throw new Error(
      `"${path}" is no project path. Write group/name, in letters, digits, dots, dashes and underscores.`,
    )
  }
  if (gitlab.projects.has(path)) throw new Error(`There is a project ${path} already.`)
  const directory = join(gitlab.directory, 'repositories', `${path}.git`)
  const repository = await Repository.create(directory, defaultBranch)
  // The id is taken and given in one go: projects may be created side by side.
  const record: ProjectRecord = {
    id: gitlab.projects.size + 1,
    path,
    defaultBranch,
    protectedRefs: new Set(project.protectedRefs ?? [defaultBranch]),
    visibility: project.visibility ?? 'private',
    timeout: project.timeout ?? 3600,
    depth: project.depth ?? 20,
    allowGitFetch: project.allowGitFetch ?? true,
    variables: project.variables ?? [],
    registrationToken: newToken.registration(),
    repository,
  }
  gitlab.projects.set(path, record)
  return record
}

export function projectAt(gitlab: PracticeState, path: string): ProjectRecord {
  const project = gitlab.projects.get(path)
  if (!project) throw new Error(`There is no project ${path}. Create it first.`)
  return project
}

/**
 * Makes the jobs of a ref's `.gitlab-ci.yml` and enqueues those of the first stage.
 * @throws PipelineFileError naming what the file holds that is not understood.
 */
export async function createPipeline(
  gitlab: PracticeState,
  project: ProjectRecord,
  ref: string,
): Promise<PipelineRecord> {
  const { repository } = project
  const branch = await repository.resolve(`refs/heads/${ref}`)
  const sha = branch ?? (await repository.resolve(`refs/tags/${ref}^{commit}`))
  if (!sha) throw new Error(`${project.path} has no branch or tag ${ref}. Push it first.`)
  const text = await repository.readFile(sha, '.gitlab-ci.yml')
  if (text === undefined) throw new Error(`${project.path} has no .gitlab-ci.yml at ${ref}.`)

  const commit = await repository.readCommit(sha)
  const pipeline: PipelineRecord = {
    id: gitlab.pipelines.size + 1,
    project,
    ref,
    refType: branch ? 'branch' : 'tag',
    commit,
    file: parsePipelineFile(text),
    jobs: [],
  }
  gitlab.pipelines.set(pipeline.id, pipeline)
  // Keeps the commit within reach of the jobs when the branch moves on.
  await repository.updateRef(`refs/pipelines/${pipeline.id}`, sha)
  for (const source of pipeline.file.jobs) {
    pipeline.jobs.push(gitlab.jobs.add(orderOf(gitlab, pipeline, source), { pipeline, source }))
  }
  gitlab.jobs.advance(pipeline)
  return pipeline
}

function orderOf(gitlab: PracticeState, pipeline: PipelineRecord, source: PipelineJob): JobOrder {
  const { project, ref } = pipeline
  return {
    name: source.name,
    stage: source.stage,
    project,
    tags: source.tags,
    protected: project.protectedRefs.has(ref),
    timeout: source.timeout ?? project.timeout,
    allowFailure: source.allowFailure,
    requires: requirementsOf(source),
    payload: (assignment) => JSON.stringify(pipelinePayload(assignment, source, pipeline, gitlab.address)),
  }
}

/** The features without which a runner does not get the job (coordinator-api.md §3.1). */
function requirementsOf({ artifacts, caches, allowFailure }: PipelineJob): readonly string[] {
  const needed: readonly (readonly [string, boolean])[] = [
    ['upload_multiple_artifacts', (artifacts?.reports?.length ?? 0) > 0],
    ['artifacts_exclude', (artifacts?.exclude?.length ?? 0) > 0],
    ['fallback_cache_keys', caches.some((cache) => cache.fallback_keys.length > 0)],
    ['return_exit_code', typeof allowFailure !== 'boolean'],
  ]
  return needed.filter(([, isNeeded]) => isNeeded).map(([feature]) => feature)
}
