import { isFinal } from './records.ts'
import { createPipeline, createProject, projectAt, type NewProject } from './projects.ts'
import type { PracticeState } from './state.ts'
import { pipelineView } from './views.ts'

export interface PushOptions {
  /** A branch; without it the project's default branch. */
  readonly ref?: string
  readonly message?: string
  /** Also names the commit by this tag. */
  readonly tag?: string
}

/** What PracticeGitLab does with projects and pipelines. */
export function projectVerbs(gitlab: PracticeState) {
  const pipelineAt = (id: number) => {
    const pipeline = gitlab.pipelines.get(id)
    if (!pipeline) throw new Error(`There is no pipeline ${id}.`)
    return pipelineView(pipeline)
  }
  return {
    async createProject(project: NewProject) {
      const { id, path, registrationToken } = await createProject(gitlab, project)
      return { id, path, registrationToken, cloneUrl: `${gitlab.address.url}/${path}.git` }
    },
    async push(projectPath: string, folder: string, { ref, message = 'Update', tag }: PushOptions = {}) {
      const { repository, defaultBranch } = projectAt(gitlab, projectPath)
      const branch = `refs/heads/${ref ?? defaultBranch}`
      const sha = await repository.commitFolder(folder, { message, ref: branch, at: gitlab.clock.now() })
      if (tag !== undefined) await repository.updateRef(`refs/tags/${tag}`, sha)
      return sha
    },
    async createPipeline(projectPath: string, ref?: string) {
      const project = projectAt(gitlab, projectPath)
      return pipelineView(await createPipeline(gitlab, project, ref ?? project.defaultBranch))
    },
    pipeline: pipelineAt,
    waitForPipeline: (id: number, signal?: AbortSignal) =>
      gitlab.events.until(() => {
        const pipeline = pipelineAt(id)
        return isFinal(pipeline.status) || pipeline.status === 'manual' ? pipeline : undefined
      }, signal),
  }
}
