import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

import type { PracticeGitLab, PracticeJob } from '../../main/engine/practice/practice-gitlab.ts'
import { image, soakJob } from './kinds.ts'

const run = promisify(execFile)
const count = 40

export interface Pace {
  readonly perMinute: number
  /** Milliseconds from the hand-out of a job to its first line of log, of the job that waited longest. */
  readonly slowestStart: number
  /** Most jobs that were queued later and began earlier than one of them. */
  readonly overtaken: number
}

/** Jobs that do nearly nothing, all of them waiting from the start. */
export async function plainJobs(gitlab: PracticeGitLab, atOnce: number): Promise<Pace> {
  const { payload } = soakJob(1)
  const steps = [
    { name: 'script', script: ['true'], timeout: 3600, when: 'on_success', allow_failure: false },
  ]
  const begun = performance.now()
  const ids = Array.from(
    { length: Math.max(count, 2 * atOnce) },
    () => gitlab.enqueue({ ...payload, steps }).id,
  )
  const jobs = await Promise.all(ids.map((id) => gitlab.waitForJob(id, 'finished')))
  const perMinute = (ids.length / (performance.now() - begun)) * 60_000
  return { perMinute, slowestStart: Math.max(...jobs.map(startOf)), overtaken: mostOvertaken(jobs) }
}

const seqOf = ({ events }: PracticeJob, type: string) =>
  events.find((event) => event.type === type)?.seq ?? Number.NaN

/** @param jobs in the order they were queued. */
function mostOvertaken(jobs: readonly PracticeJob[]): number {
  const begun = jobs.map((job) => seqOf(job, 'log-grown'))
  const overtaken = begun.map((own, at) => begun.slice(at + 1).filter((later) => later < own).length)
  return Math.max(...overtaken)
}

function startOf({ events }: PracticeJob): number {
  const at = (type: string) => events.find((event) => event.type === type)?.at ?? Number.NaN
  return at('log-grown') - at('job-handed-out')
}

/** As many containers of the same image, as many at once, from a shell loop. @returns containers a minute. */
export async function shellLoop(host: string, atOnce: number): Promise<number> {
  const begun = performance.now()
  const loop = `seq ${count} | xargs -P ${atOnce} -I{} docker -H "$0" run --rm "$1" true`
  await run('sh', ['-c', loop, host, image])
  return (count / (performance.now() - begun)) * 60_000
}
