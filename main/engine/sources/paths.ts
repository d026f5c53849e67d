import type { JobDirs } from '../job/context.ts'

/** Files the sources stages keep beside the work tree (job-execution.md §6.1). */
export function sourcePathsOf({ project, tmp }: JobDirs) {
  return {
    git: `${project}/.git`,
    template: `${tmp}/git-template`,
    /** Credentials and settings git includes from outside the repository; gone after the job. */
    external: `${tmp}/.gitlab-runner.ext.conf`,
  }
}
