import type { Logger } from 'pino'

import { say } from '../../contract/sentences/say.ts'
import type { Clock } from '../clock.ts'
import type { RunnerConfig } from '../config/schema.ts'
import { apiUrlOf } from './api-url.ts'
import { createTransport, type HttpRequest, type Transport } from './http.ts'
import { readJobAnswer, readPatchAnswer, readUpdateAnswer } from './job-answers.ts'
import { NoAnswer } from './network-problem.ts'
import type { JobAnswer, JobHandle, JobUpdate, PatchAnswer, RunnerGateway, UpdateAnswer } from './port.ts'
import type { ProxyEnvironment } from './proxy.ts'
import { runnerInfo } from './runner-info.ts'

// A job's log and status go out often, and a laptop's network dies without a word: waiting ten minutes for an answer,
// as for a job, would leave a cancel unnoticed as long.
const jobAnswerTimeout = 60_000

export interface GatewayOptions {
  readonly runner: RunnerConfig
  /** The configuration's global `labels`; the runner's own win. */
  readonly labels?: Readonly<Record<string, string>>
  readonly systemId: string
  /** Where TLS files lie that the configuration does not name. */
  readonly certsDir: string
  /** Where HTTP_PROXY, HTTPS_PROXY and NO_PROXY are read from. */
  readonly env: ProxyEnvironment
  /** Milliseconds; see `ConnectionOptions.maxAge`. */
  readonly connectionMaxAge?: number
  readonly clock: Clock
  readonly logger: Logger
  readonly random?: () => number
}

/** GitLab as one `[[runners]]` entry sees it. `connectRunner` is the same with artifacts. */
export function createGateway(options: GatewayOptions): RunnerGateway {
  const transport = transportOf(options)
  return transport ? gatewayOver(transport, options) : unusableGateway(options.runner)
}

/** @returns `undefined` when the runner's url is none. */
export function transportOf(options: GatewayOptions): Transport | undefined {
  const { runner, connectionMaxAge } = options
  const apiUrl = apiUrlOf(runner.url)
  if (!apiUrl) return undefined
  return createTransport({
    ...options,
    apiUrl,
    tls: { ca: runner['tls-ca-file'], cert: runner['tls-cert-file'], key: runner['tls-key-file'] },
    ...(connectionMaxAge !== undefined && { maxAge: connectionMaxAge }),
  })
}

/** As `createGateway`, over a transport that artifacts may share. */
export function gatewayOver(
  transport: Transport,
  {
    runner,
    labels = {},
    systemId,
    logger,
  }: Pick<GatewayOptions, 'runner' | 'labels' | 'systemId' | 'logger'>,
): RunnerGateway {
  const info = runnerInfo(runner, { ...labels, ...runner.labels })
  let lastUpdate: string | undefined

  return {
    async requestJob({ hold }, signal) {
      const body = {
        token: runner.token,
        system_id: systemId,
        info,
        ...(hold && lastUpdate !== undefined && { last_update: lastUpdate }),
      }
      const request: HttpRequest = {
        method: 'POST',
        path: 'jobs/request',
        token: { header: 'Runner-Token', value: runner.token },
        headers: { ...jsonBody, Accept: 'application/json' },
        body: () => JSON.stringify(body),
      }
      return answerOr(
        signal,
        async () => {
          const response = await transport.send(request, signal)
          lastUpdate = response.header('x-gitlab-last-update') || lastUpdate
          return readJobAnswer(response, () => transport.tlsFiles())
        },
        (problem): JobAnswer => ({ kind: 'unavailable', problem, overloaded: false }),
      )
    },

    async updateJob(job, update, signal) {
      const request: HttpRequest = {
        method: 'PUT',
        path: `jobs/${job.id}`,
        token: { header: 'Job-Token', value: job.token },
        headers: jsonBody,
        headersTimeout: jobAnswerTimeout,
        body: () => JSON.stringify(updateBody(job, update, info)),
      }
      return answerOr(
        signal,
        async () => readUpdateAnswer(await transport.send(request, signal), logger),
        (problem): UpdateAnswer => ({ kind: 'try-again', problem, away: true, signal: 'go-on' }),
      )
    },

    async patchLog(job, { offset, bytes, debugTrace }, signal) {
      const request: HttpRequest = {
        method: 'PATCH',
        path: `jobs/${job.id}/trace`,
        query: { debug_trace: String(debugTrace) },
        token: { header: 'Job-Token', value: job.token },
        headers: {
          'Content-Type': 'text/plain',
          'Content-Range': `${offset}-${offset + bytes.length - 1}`,
        },
        headersTimeout: jobAnswerTimeout,
        body: () => bytes,
      }
      return answerOr(
        signal,
        async () => readPatchAnswer(await transport.send(request, signal), offset + bytes.length, logger),
        (problem): PatchAnswer => ({ kind: 'try-again', problem, away: true, signal: 'go-on' }),
      )
    },

    close: () => transport.close(),
  }
}

/** The `PUT jobs/:id` body (coordinator-api.md §9.1). */
function updateBody(job: JobHandle, update: JobUpdate, info: unknown) {
  const { state, failureReason, exitCode, checksum, bytesize } = update
  return {
    info,
    token: job.token,
    state,
    ...(failureReason !== undefined && { failure_reason: failureReason }),
    ...(checksum !== undefined && { checksum }),
    output: { ...(checksum !== undefined && { checksum }), ...(bytesize && { bytesize }) },
    ...(exitCode && { exit_code: exitCode }),
  }
}

const jsonBody = { 'Content-Type': 'application/json' }

/** Turns a missing answer into a value; only an aborted signal is thrown on. */
async function answerOr<T>(
  signal: AbortSignal,
  ask: () => Promise<T>,
  otherwise: (problem: string) => T,
): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof NoAnswer) return otherwise(say('gitlab-silent', { why: error.message }))
    throw error
  }
}

/** Stands in where the configured URL is none, so that the runner shows as rejected and the others go on. */
export function unusableGateway({ url }: RunnerConfig): RunnerGateway {
  const problem = say('gitlab-bad-url', { url })
  const overAnswer = { kind: 'try-again', problem, signal: 'go-on' } as const
  return {
    requestJob: async () => ({ kind: 'rejected', problem }),
    updateJob: async () => overAnswer,
    patchLog: async () => overAnswer,
    close: async () => {},
  }
}
