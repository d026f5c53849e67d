import type { JobDetail } from '../../main/contract/job.ts'
import { LogDocument } from '../log/log-document.ts'
import type { Connection } from './connection.ts'
import { createLogStore, type LogStore } from './log.ts'
import { watchInto, type WatchedStore } from './watched.ts'

/** One job as its page follows it. */
export interface JobPageState {
  readonly job: WatchedStore<JobDetail>
  readonly log: LogStore
}

/** Follows a job and its log until the signal aborts. */
export function createJobState(connection: Connection, id: number, signal: AbortSignal): JobPageState {
  return {
    job: watchInto<JobDetail, JobDetail>(
      connection,
      (api, stop) => api.watchJob({ id }, stop),
      (_, next) => next,
      signal,
    ),
    log: createLogStore(connection, id, new LogDocument(), signal),
  }
}
