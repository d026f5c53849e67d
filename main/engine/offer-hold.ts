import { say } from '../contract/sentences/say.ts'
import type { HeldJobInfo, Kept, ShellDoor } from '../contract/hold.ts'
import type { JobSummary } from '../contract/job.ts'
import { ApiError } from '../contract/table.ts'
import type { Changes } from './changes.ts'
import type { HeldJobs } from './docker/held-jobs.ts'
import type { DockerHost } from './engine-ports.ts'
import type { History } from './history/port.ts'
import type { LiveJob } from './live-job.ts'

export interface HoldParts {
  readonly held: HeldJobs
  readonly history: Pick<History, 'find' | 'summary'>
  readonly live: ReadonlyMap<number, LiveJob>
  readonly docker: Pick<DockerHost, 'engines'>
  /** Ids of jobs whose details have changed. */
  readonly details: Changes<number, number>
}

interface JobRef {
  readonly id: number
}

/** What a job's page says of it. */
export function keptOf(held: HeldJobs, gitlabId: number): Kept | undefined {
  const until = held.get(gitlabId)?.until
  if (until !== undefined) return { until }
  return held.isRequested(gitlabId) ? {} : undefined
}

// A held job ended hours ago at most.
const latestJobs = 500

/** Keeping jobs that are over, and opening shells in them. */
export function offerHold({ held, history, live, docker, details }: HoldParts) {
  const known = (id: number): JobSummary => {
    const job = live.get(id)?.summary() ?? history.summary(id)
    if (job === undefined) throw new ApiError('not-found', say('job-unknown', { id }))
    return job
  }
  const about = (gitlabId: number): JobSummary | undefined =>
    history.find({ limit: latestJobs }).jobs.find((job) => job.gitlabId === gitlabId)
  held.onHeld((gitlabId) => {
    const id = about(gitlabId)?.id
    if (id !== undefined) details.publish(id, id)
  })
  const notHeld = (id: number) => new ApiError('conflict', say('not-kept', { id }))

  return {
    /** While it runs: it is kept when it ends. When it is kept already: for another while. */
    holdJob: async ({ id }: JobRef): Promise<void> => {
      const { gitlabId } = known(id)
      if (live.has(id)) held.request(gitlabId)
      else if (!(await held.prolong(gitlabId))) throw notHeld(id)
      details.publish(id, id)
    },
    releaseJob: async ({ id }: JobRef): Promise<void> => {
      const { gitlabId } = known(id)
      if (!held.withdraw(gitlabId)) {
        if (held.get(gitlabId) === undefined) throw notHeld(id)
        const engines = await docker.engines()
        if (engines.length === 0) throw new ApiError('unavailable', say('hold-engine-away', { id: gitlabId }))
        await held.release(gitlabId, engines)
      }
      details.publish(id, id)
    },
    listHeldJobs: (): readonly HeldJobInfo[] => {
      return held.list().flatMap(({ job, until }) => {
        const known = about(job)
        if (known === undefined) return []
        const { id, gitlabId, name, project } = known
        return [{ id, gitlabId, name, project, until }]
      })
    },
    openShell: async ({ id }: JobRef): Promise<ShellDoor> => {
      const job = held.get(known(id).gitlabId)
      if (job === undefined) throw notHeld(id)
      for (const engine of await docker.engines()) {
        if ((await engine.inspectContainer(job.container)) === undefined) continue
        await held.wake(job, engine)
        // Whoever looks into it now should not lose it under their hands.
        await held.prolong(job.job)
        return { endpoint: engine.about.endpoint, container: job.container, workingDir: job.workingDir }
      }
      throw new ApiError('unavailable', say('shell-gone', { id }))
    },
  }
}
