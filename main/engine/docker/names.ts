import { createHash } from 'node:crypto'

import type { JobContext } from '../job/context.ts'
import { toHostName } from '../variables/identifiers.ts'

type Identity = Pick<JobContext, 'shortToken' | 'concurrentProjectId' | 'job' | 'systemId' | 'runner'>

/** Host name of build and helper container, and how container names begin (docker-executor.md §10.1). */
export const baseName = ({ shortToken, job, concurrentProjectId }: Identity): string =>
  toHostName(`runner-${shortToken}-project-${job.info.projectId}-concurrent-${concurrentProjectId}`)

/** The job's own network (§13); it carries the job id instead of a random part. */
export const networkName = ({ shortToken, job, concurrentProjectId }: Identity): string =>
  toHostName(`runner-${shortToken}-${job.info.projectId}-${concurrentProjectId}-${job.id}`)

/** `runner-` and what stands for (runner, system, project, slot) in names that outlive a job (§9.4). */
export function persistentName({ runner, systemId, job, concurrentProjectId }: Identity): string {
  const key = `${runner.token}-${systemId}-${job.info.projectId}-${concurrentProjectId}`
  return `runner-${createHash('sha256').update(key).digest('hex').slice(0, 32)}`
}

/** The same for all slots of a project. */
export function projectName({ runner, systemId, job }: Identity): string {
  const key = `${runner.token}-${systemId}-${job.info.projectId}`
  return `runner-${createHash('sha256').update(key).digest('hex').slice(0, 32)}`
}

/** MD5 of a destination exactly as written: `/cache` and `/cache/` differ (§9.4). */
export const destinationKey = (destination: string): string =>
  createHash('md5').update(destination).digest('hex')

/** Are this job's caches kept apart from those of unprotected refs? The cache key counts as sent (§9.4). */
export const isProtected = ({ job }: Pick<JobContext, 'job'>): boolean =>
  job.git.protected === true || job.caches.some(({ key }) => key.endsWith('-protected'))
