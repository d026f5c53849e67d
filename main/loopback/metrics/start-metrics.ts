import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import type { runnerApi } from '../../contract/api.ts'
import type { JobSummary } from '../../contract/job.ts'
import type { AppStatus, RunnerSummary } from '../../contract/status.ts'
import type { ApiImplementation } from '../../contract/table.ts'
import { JobTally } from './job-tally.ts'
import { metricsText } from './metrics-text.ts'

export interface MetricsOptions {
  readonly api: Pick<ApiImplementation<typeof runnerApi>, 'watchJobs' | 'watchRunners' | 'watchStatus'>
  /** `listen_address`: `host:port`, `:port`, or `host`, whose port is 9252. */
  readonly address: string
  readonly systemId: string
  /** Told when a stream of the engine's breaks. */
  readonly onUnexpected: (error: unknown) => void
}

export interface Metrics extends AsyncDisposable {
  readonly port: number
}

const defaultPort = 9252

/** @throws Error naming the address where it is none. */
export function parseListenAddress(address: string): {
  readonly host: string | undefined
  readonly port: number
} {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:[\]]*))(?::(\d+))?$/.exec(address) ?? []
  const number = port === undefined ? defaultPort : Number(port)
  if ((bracketed ?? plain) === undefined || number > 65_535) {
    throw new Error(`listen_address = "${address}" is no address: write host:port, such as 127.0.0.1:9252`)
  }
  const host = bracketed ?? plain
  return { host: host === '' ? undefined : host, port: number }
}

/**
 * Serves what Prometheus and health checks ask for, without authentication: nothing in it is secret, and nothing can be
 * changed. Rejects with the system's error when the address cannot be had.
 */
export async function startMetrics({
  api,
  address,
  systemId,
  onUnexpected,
}: MetricsOptions): Promise<Metrics> {
  const stopped = new AbortController()
  const tally = new JobTally()
  const startedAt = Date.now() - process.uptime() * 1000
  let status: AppStatus | undefined
  let runners: readonly RunnerSummary[] = []
  const follow = async <T>(events: AsyncIterable<T>, note: (event: T) => void) => {
    try {
      for await (const event of events) note(event)
    } catch (error) {
      if (!stopped.signal.aborted) onUnexpected(error)
    }
  }

  const pages: Readonly<Record<string, (response: ServerResponse) => void>> = {
    '/metrics': (response) => {
      if (status === undefined) return answer(response, 503, 'starting\n')
      const { user, system } = process.cpuUsage()
      const usage = { memoryBytes: process.memoryUsage.rss(), cpuSeconds: (user + system) / 1e6 }
      const text = metricsText({ status, runners, tally, systemId, startedAt, ...usage })
      response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8')
      return answer(response, 200, text)
    },
    '/health/ready': (response) =>
      status === undefined ? answer(response, 503, 'starting\n') : answer(response, 200, 'ready\n'),
    '/debug/jobs/list': (response) =>
      answer(response, 200, [...tally.open.values()].map((job) => `${jobLine(job)}\n`).join('')),
  }
  const server = createServer((request, response) => {
    const page = pages[URL.parse(request.url ?? '', 'http://localhost')?.pathname ?? '']
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(response, 405, '')
    if (page === undefined) return answer(response, 404, `${Object.keys(pages).join('\n')}\n`)
    return page(response)
  })
  const { host, port } = parseListenAddress(address)
  server.listen(port, host)
  await once(server, 'listening')
  void follow(api.watchJobs(undefined, stopped.signal), (event) => tally.note(event))
  void follow(api.watchRunners(undefined, stopped.signal), (now) => void (runners = now))
  void follow(api.watchStatus(undefined, stopped.signal), (now) => void (status = now))
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      stopped.abort()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const jobLine = ({ url, project, gitlabId, state, acceptedAt }: JobSummary) =>
  `url=${url ?? `${project}#${gitlabId}`} state=${state.phase} stage=${'stage' in state ? (state.stage ?? '') : ''} ` +
  `duration=${((Date.now() - acceptedAt) / 1000).toFixed(0)}s`

function answer(response: ServerResponse, status: number, text: string): void {
  response
    .writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...response.getHeaders() })
    .end(text)
}
