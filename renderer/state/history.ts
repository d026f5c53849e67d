import { createStore, type StoreApi } from 'zustand/vanilla'

import type { JobsEvent, RunnerApi } from '../../main/contract/api.ts'
import type { JobSummary } from '../../main/contract/job.ts'
import { ApiError } from '../../main/contract/table.ts'
import type { Connection } from './connection.ts'

export type OutcomeFilter = NonNullable<Parameters<RunnerApi['findJobs']>[0]['outcome']>

export interface HistoryState {
  readonly text: string
  readonly outcome: OutcomeFilter | undefined
  /** What was found last; stays while the next answer is on its way. */
  readonly jobs: readonly JobSummary[]
  readonly total: number
  readonly phase: 'loading' | 'ready' | 'failed'
  readonly error: string | undefined
}

/** The jobs page: what is looked for, and what was found of it so far. */
export interface History {
  readonly store: StoreApi<HistoryState>
  search(query: Partial<Pick<HistoryState, 'text' | 'outcome'>>): void
  /** Asks for the next page, unless everything is here or on its way. */
  readonly more: () => void
  readonly reload: () => void
  /** Shows what happened to a job; one that is not listed yet may belong on top. */
  heard(event: JobsEvent): void
}

const pageSize = 100

export function createHistory(connection: Connection, signal: AbortSignal): History {
  const store = createStore<HistoryState>(() => ({
    text: '',
    outcome: undefined,
    jobs: [],
    total: 0,
    phase: 'loading',
    error: undefined,
  }))
  let lastAsked = 0
  let loadingMore = false

  async function find(before: number | undefined, limit: number): Promise<void> {
    const asked = (lastAsked += 1)
    const { text, outcome } = store.getState()
    const query = {
      limit,
      ...(text !== '' && { text }),
      ...(outcome && { outcome }),
      ...(before && { before }),
    }
    try {
      const api = await connection.ready(signal)
      const page = await api.findJobs(query)
      if (asked !== lastAsked) return
      const jobs = before === undefined ? page.jobs : [...store.getState().jobs, ...page.jobs]
      store.setState({ jobs, total: page.total, phase: 'ready', error: undefined })
    } catch (error) {
      if (asked !== lastAsked || signal.aborted) return
      store.setState({ phase: 'failed', error: error instanceof ApiError ? error.message : String(error) })
    }
  }

  const reload = () => void find(undefined, Math.min(Math.max(store.getState().jobs.length, pageSize), 500))

  return {
    store,
    reload,
    search(query) {
      store.setState({ ...query, phase: 'loading' })
      void find(undefined, pageSize)
    },
    more() {
      const { jobs, total, phase } = store.getState()
      const last = jobs.at(-1)
      if (loadingMore || phase !== 'ready' || jobs.length >= total || last === undefined) return
      loadingMore = true
      void find(last.id, pageSize).finally(() => (loadingMore = false))
    },
    heard(event) {
      const { jobs, outcome } = store.getState()
      if (event.type === 'snapshot') return reload()
      const known = jobs.some((job) => job.id === event.job.id)
      // What a filter shows depends on more than is known here; the engine decides.
      if (!known || outcome !== undefined) return reload()
      store.setState({ jobs: jobs.map((job) => (job.id === event.job.id ? event.job : job)) })
    },
  }
}
