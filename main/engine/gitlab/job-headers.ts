import type { Logger } from 'pino'

import type { HttpResponse } from './http.ts'
import type { JobSignal } from './port.ts'

const longestInterval = 15 * 60

/** What the headers of an answer about a job say besides its status (coordinator-api.md §8.2). */
export interface JobHeaders {
  /** The job has ended on the server: nothing more is to be done for it. */
  readonly isOver: boolean
  readonly signal: JobSignal
  /** Seconds. */
  readonly interval?: number
}

export function readJobHeaders(response: HttpResponse, logger: Logger): JobHeaders {
  const jobStatus = response.header('job-status')
  const isOver = jobStatus === 'canceled' || jobStatus === 'failed' || response.status === 403
  const interval = readInterval(response.header('x-gitlab-trace-update-interval'), logger)
  return {
    isOver,
    signal: isOver ? 'abort' : jobStatus === 'canceling' ? 'cancel' : 'go-on',
    ...(interval !== undefined && { interval }),
  }
}

function readInterval(text: string | undefined, logger: Logger): number | undefined {
  if (text === undefined || text === '') return undefined
  if (!/^[+-]?\d+$/.test(text)) {
    logger.warn({ interval: text.slice(0, 40) }, 'GitLab sent an update interval that is no number')
    return undefined
  }
  return Number(text) > 0 ? Math.min(Number(text), longestInterval) : undefined
}

/**
 * How many bytes of the log the server holds. Its `Range: 0-N` has an exclusive end, unlike the inclusive one of the
 * `Content-Range` we send; without a readable one it holds nothing.
 */
export function heldBytes(response: HttpResponse): number {
  return Number(/^0-(\d{1,15})$/.exec(response.header('range') ?? '')?.[1] ?? 0)
}
