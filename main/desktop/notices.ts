import type { Instant } from '../contract/instant.ts'
import type { JobSummary } from '../contract/job.ts'
import type { AppStatus, RunnerSummary } from '../contract/status.ts'
import type { NoticeKind } from './notice-kind.ts'
import type { Speech } from './speech.ts'

/** Something worth interrupting somebody for. */
export interface Notice {
  readonly kind: NoticeKind
  readonly title: string
  readonly body: string
  /** The page that a click opens, after the origin. */
  readonly path: string
  /** The job, where several notices become one. */
  readonly about?: string
}

/** A job that somebody canceled is known to be over. */
export function noticeOfJob(job: JobSummary, { words, inWords }: Speech): Notice | undefined {
  if (job.state.phase !== 'finished') return undefined
  const { outcome } = job.state
  const where = `${job.project}, ${job.ref}`
  const about = `${job.name}, ${where}`
  const path = `/#/jobs/${job.id}`
  switch (outcome.result) {
    case 'success':
      return { kind: 'JobPassed', title: words.passed(job.name), body: where, path, about }
    case 'failed':
      return {
        kind: 'JobFailed',
        title: words.failed(job.name),
        body: `${inWords(outcome.message)}\n${where}`,
        path: `${path}#error`,
        about,
      }
    case 'canceled':
      return undefined
  }
}

/** An engine that was there and is not any more. One that never was is the page's to explain. */
export function noticeOfStatus(
  before: AppStatus | undefined,
  now: AppStatus | undefined,
  { words, inSentences }: Speech,
): Notice | undefined {
  if (before?.docker.state !== 'ready' || now?.docker.state !== 'unreachable') return undefined
  const { problem, remedy } = now.docker
  return { kind: 'EngineGone', title: words.engineGone, body: inSentences(problem, remedy), path: '/' }
}

/** A service is brought up to date apart from the application that shows it. @param ours version of the application. */
export function noticeOfVersion(
  before: AppStatus | undefined,
  now: AppStatus | undefined,
  ours: string,
  { words }: Speech,
): Pick<Notice, 'title' | 'body'> | undefined {
  if (now === undefined || now.version === ours || now.version === before?.version) return undefined
  return { title: words.otherVersion(now.version), body: words.otherVersionRemedy(ours) }
}

const dayMs = 24 * 60 * 60 * 1000
const soonMs = 7 * dayMs

/** @param told keys of runners whose user knows; grows. */
export function noticesOfRunners(
  runners: readonly RunnerSummary[],
  now: Instant,
  told: Set<string>,
  { words }: Speech,
): Notice[] {
  return runners.flatMap(({ key, name, tokenExpiresAt }) => {
    if (tokenExpiresAt === undefined || tokenExpiresAt - now > soonMs) {
      told.delete(key)
      return []
    }
    if (told.has(key)) return []
    told.add(key)
    const days = Math.ceil((tokenExpiresAt - now) / dayMs)
    return [
      {
        kind: 'TokenExpiring' as const,
        title: days <= 0 ? words.tokenExpired(name) : words.tokenExpires(name, days),
        body: words.tokenRemedy,
        path: '/#/runners',
      },
    ]
  })
}

const gib = 1024 ** 3

/** @param free bytes. */
export const noticeOfDisk = (free: number, { words }: Speech): Notice => ({
  kind: 'DiskLow',
  title: words.diskLow((free / gib).toFixed(1)),
  body: words.diskRemedy,
  path: '/#/disk',
})
