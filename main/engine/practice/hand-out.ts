import type { JobRecord, RunnerInfo, RunnerRecord } from './records.ts'

/** Whether a runner may have a job, by the server's rules for scope, protection and tags. */
export function mayRun(runner: RunnerRecord, job: JobRecord): boolean {
  if (runner.accessLevel === 'ref_protected' && !job.protected) return false
  if (!serves(runner, job)) return false
  if (job.tags.length === 0) return runner.runUntagged
  return job.tags.every((tag) => runner.tags.includes(tag))
}

function serves({ type, projects, group }: RunnerRecord, { project }: JobRecord): boolean {
  switch (type) {
    case 'instance_type':
      return true
    case 'group_type':
      return project !== undefined && group !== undefined && project.path.startsWith(`${group}/`)
    case 'project_type':
      return project !== undefined && projects.has(project.id)
  }
}

/** A job that needs a feature the runner did not announce is never handed out: it fails (coordinator-api.md §3.1). */
export const lacksFeature = ({ features }: RunnerInfo, { requires }: JobRecord) =>
  requires.find((feature) => features[feature] !== true)

/** Seconds: the job's timeout, cut to the runner's maximum. */
export const timeoutFor = ({ maximumTimeout }: RunnerRecord, { timeout }: JobRecord) =>
  Math.min(timeout, maximumTimeout ?? Infinity)
