import { projectAt } from './projects.ts'
import type { NewRunner, RunnerSettings } from './runner-book.ts'
import type { PracticeState, TokenScope } from './state.ts'
import { newToken } from './tokens.ts'
import { runnerView } from './views.ts'

export interface RunnerOptions extends RunnerSettings {
  /** Paths of the projects a project runner serves. */
  readonly projects?: readonly string[]
  /** The group a group runner serves. */
  readonly group?: string
  /** Seconds until the token expires, anew after each reset. */
  readonly tokenLifetime?: number
}

/** What PracticeGitLab does with runners and personal access tokens. */
export function runnerVerbs(gitlab: PracticeState) {
  const { runners } = gitlab
  const recordOf = (id: number) => {
    const runner = runners.get(id)
    if (!runner) throw new Error(`There is no runner ${id}.`)
    return runner
  }
  const scopeOf = ({ projects, group }: RunnerOptions): Pick<NewRunner, 'type' | 'projects' | 'group'> => {
    if (projects)
      return { type: 'project_type', projects: projects.map((path) => projectAt(gitlab, path).id) }
    return group === undefined ? { type: 'instance_type' } : { type: 'group_type', group }
  }
  return {
    createRunner({ projects, group, ...settings }: RunnerOptions = {}) {
      const scope = scopeOf({ ...(projects && { projects }), ...(group !== undefined && { group }) })
      return runnerView(runners.create({ createdByApi: true, ...scope, ...settings }))
    },
    editRunner(id: number, settings: RunnerSettings) {
      runners.edit(recordOf(id), settings)
      return runnerView(recordOf(id))
    },
    deleteRunner: (id: number) => runners.delete(recordOf(id)),
    runner: (id: number) => runnerView(recordOf(id)),
    runners: () => [...runners.all].map(runnerView),
    createPersonalToken(...scopes: readonly TokenScope[]) {
      const token = newToken.personal()
      gitlab.personalTokens.set(token, new Set(scopes))
      return token
    },
  }
}
