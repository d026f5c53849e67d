import { createStore, type StoreApi } from 'zustand/vanilla'

import type { RunnerSummary, AppStatus } from '../../main/contract/status.ts'
import type { JobSummary } from '../../main/contract/job.ts'
import { ApiError } from '../../main/contract/table.ts'
import type { SetupState } from '../../main/contract/setup.ts'
import type { Connection } from './connection.ts'
import { createGrace, waitInBrowser, type Grace } from './grace.ts'
import { createHistory, type History } from './history.ts'
import { reduceJobs, type Jobs } from './jobs.ts'
import { startOfDay } from './today.ts'
import { createViews, type Views } from './views.ts'
import { watchInto, type WatchedStore } from './watched.ts'

/** What every page may look at. Kept for as long as the page is loaded. */
export interface AppState {
  readonly connection: Connection
  readonly status: WatchedStore<AppStatus>
  readonly runners: WatchedStore<readonly RunnerSummary[]>
  readonly jobs: WatchedStore<Jobs>
  readonly setup: WatchedStore<SetupState>
  readonly history: History
  readonly grace: Grace
  readonly views: Views
  /** The jobs that finished since midnight and are older than those in `jobs`. */
  readonly earlierToday: StoreApi<readonly JobSummary[]>
}

/** @param storage of this screen. */
export function createAppState(
  connection: Connection,
  signal: AbortSignal,
  storage: Pick<Storage, 'getItem' | 'setItem'>,
): AppState {
  const history = createHistory(connection, signal)
  const earlierToday = createStore<readonly JobSummary[]>(() => [])
  const status = watchInto<AppStatus, AppStatus>(
    connection,
    (api, stop) => api.watchStatus(undefined, stop),
    (_, next) => next,
    signal,
  )
  const runners = watchInto<readonly RunnerSummary[], readonly RunnerSummary[]>(
    connection,
    (api, stop) => api.watchRunners(undefined, stop),
    (_, next) => next,
    signal,
  )
  const setup = watchInto<SetupState, SetupState>(
    connection,
    (api, stop) => api.watchSetup(undefined, stop),
    (_, next) => next,
    signal,
  )
  const jobs = watchInto(
    connection,
    (api, stop) => api.watchJobs(undefined, stop),
    (before: Jobs | undefined, event) => {
      history.heard(event)
      if (event.type === 'snapshot') void readEarlier(event.jobs)
      return reduceJobs(before ?? new Map(), event)
    },
    signal,
  )

  /** A busy day is longer than the snapshot. */
  async function readEarlier(snapshot: readonly JobSummary[]): Promise<void> {
    const midnight = startOfDay(Date.now())
    const earlier: JobSummary[] = []
    let oldest = snapshot.at(-1)
    try {
      const api = await connection.ready(signal)
      while (oldest !== undefined && oldest.acceptedAt >= midnight) {
        const page = await api.findJobs({ before: oldest.id, limit: 500 })
        earlier.push(...page.jobs)
        oldest = page.jobs.at(-1)
      }
      earlierToday.setState(earlier, true)
    } catch {
      // The next snapshot asks again.
    }
  }

  const grace = createGrace({
    wait: waitInBrowser,
    why: (error) => (error instanceof ApiError ? error.message : String(error)),
  })
  return {
    connection,
    status,
    runners,
    jobs,
    setup,
    history,
    grace,
    views: createViews(storage),
    earlierToday,
  }
}
