import { z } from 'zod'

import { isOnRunner, type JobRecord, type ManagerRecord, type RunnerRecord } from './records.ts'
import { badParameter, forbidden, insufficientScope, unauthorized } from './refusal.ts'
import { readParams, type Call } from './route.ts'
import { isSameToken } from './tokens.ts'
import type { TokenScope } from './state.ts'

const optionalText = z.string().nullish()
export const infoParams = z
  .object({
    name: optionalText,
    version: optionalText,
    revision: optionalText,
    platform: optionalText,
    architecture: optionalText,
    executor: optionalText,
    features: z.record(z.string(), z.unknown()).nullish(),
  })
  .nullish()
const tokenParam = z.object({ token: optionalText })
const callerParams = z.object({ system_id: optionalText, info: infoParams })

/** A token in its header, under `token` in the query, or in the body. */
async function tokenOf(call: Call, header: string, limit?: number): Promise<string> {
  const { token: inBody } = await readParams(call, tokenParam, limit ? { limit } : {})
  const token = headerOrQuery(call, header) ?? inBody
  if (token === undefined || token === null) throw badParameter('token is missing')
  return token
}

/** The old place of a token is the query; servers still look there. */
function headerOrQuery({ request, url }: Call, header: string): string | undefined {
  const inHeader = request.headers[header]
  return typeof inHeader === 'string' && inHeader !== ''
    ? inHeader
    : (url.searchParams.get('token') ?? undefined)
}

/** The runner a token belongs to; its manager is left as it is. */
export async function runnerOnly(call: Call, limit?: number): Promise<RunnerRecord> {
  const runner = call.gitlab.runners.byToken(await tokenOf(call, 'runner-token', limit))
  if (!runner) throw forbidden()
  call.about.runner = runner.id
  return runner
}

export interface RunnerCaller {
  readonly runner: RunnerRecord
  readonly manager: ManagerRecord
}

/** The runner a token belongs to, and the process that uses it, of which a note is made. */
export async function runnerManager(call: Call, limit?: number): Promise<RunnerCaller> {
  const runner = await runnerOnly(call, limit)
  const { system_id: systemId, info } = await readParams(call, callerParams)
  const features = Object.entries(info?.features ?? {}).map(
    ([name, value]) => [name, value === true] as const,
  )
  const known = info && {
    version: info.version ?? undefined,
    revision: info.revision ?? undefined,
    platform: info.platform ?? undefined,
    architecture: info.architecture ?? undefined,
    executor: info.executor ?? undefined,
    features: Object.fromEntries(features),
  }
  return { runner, manager: call.gitlab.runners.greet(runner, systemId ?? '<legacy>', known ?? undefined) }
}

/** The token of a registration: it is compared by the route, which knows what it opens. */
export const registrationToken = (call: Call) => tokenOf(call, 'runner-token')

// An unknown job is 403, never 404: a 404 can come from anything between runner and server, and must not end a job.
function jobNamed(call: Call): JobRecord {
  const job = call.gitlab.jobs.get(Number(call.params['id']))
  if (!job) throw forbidden()
  call.about.job = job.id
  return job
}

/** The job of the path, when the token is its own; nothing is said about its status. */
export async function jobByBodyToken(call: Call): Promise<JobRecord> {
  const job = jobNamed(call)
  if (!isSameToken(await tokenOf(call, 'job-token'), job.token)) throw forbidden()
  return job
}

/** The job of the path, when the token is its own and a runner is at work on it. */
export function runningJob(call: Call): JobRecord {
  const job = jobNamed(call)
  const token = headerOrQuery(call, 'job-token')
  if (token === undefined || !isSameToken(token, job.token)) throw forbidden()
  if (!isOnRunner(job)) throw notProcessing(job)
  return job
}

export const notProcessing = (job: JobRecord) =>
  forbidden('Job is not processing on runner', { 'job-status': job.status })

/**
 * The job of the path, for whoever may read its artifacts: a job at work in the same project, or the job's own token
 * even after its end.
 */
export function readableJob(call: Call): JobRecord {
  const token = headerOrQuery(call, 'job-token')
  if (token === undefined) throw unauthorized()
  const job = jobNamed(call)
  const asking = call.gitlab.jobs.byToken(token)
  if (asking ? asking.project !== job.project : !isSameToken(token, job.token)) throw forbidden()
  return job
}

/** Lets in whoever shows a personal access token with one of the scopes. */
export const personal =
  (...scopes: readonly TokenScope[]) =>
  ({ request, url, gitlab }: Call): void => {
    const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
    const shown = request.headers['private-token'] ?? bearer ?? url.searchParams.get('private_token')
    const granted = typeof shown === 'string' ? gitlab.personalTokens.get(shown) : undefined
    if (!granted) throw unauthorized()
    if (!scopes.some((scope) => granted.has(scope))) throw insufficientScope(scopes)
  }

export const anyone = (): void => {}
