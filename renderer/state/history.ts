import { createStore, type StoreApi } from 'zustand/vanilla'

import type { JobFacets, JobsEvent, RunnerApi } from '../../main/contract/api.ts'
import type { JobSummary } from '../../main/contract/job.ts'
import { ApiError } from '../../main/contract/table.ts'
import type { Connection } from './connection.ts'
import { sinceOf, type Period } from './period.ts'

type Query = Parameters<RunnerApi['findJobs']>[0]

export type OutcomeFilter = NonNullable<Query['outcome']>
export type SortKey = NonNullable<Query['sort']>

/** What is looked for; `undefined` is no matter. */
export interface HistoryQuery {
  readonly text: string
  readonly outcome: OutcomeFilter | undefined
  readonly project: string | undefined
  readonly runner: string | undefined
  readonly branch: string | undefined
  /** `name@version` */
  readonly toolchain: string | undefined
  readonly period: Period | undefined
}

export interface Sorting {
  readonly sort: SortKey
  readonly order: 'asc' | 'desc'
}

export interface HistoryState extends HistoryQuery, Sorting {
  /** What was found last; stays while the next answer is on its way. */
  readonly jobs: readonly JobSummary[]
  readonly total: number
  readonly phase: 'loading' | 'ready' | 'failed'
  readonly error: string | undefined
  /** What there is to filter by; read when the page is opened. */
  readonly facets: JobFacets
}

/** The jobs page: what is looked for, and what was found of it so far. */
export interface History {
  readonly store: StoreApi<HistoryState>
  search(query: Partial<HistoryQuery & Sorting>): void
  /** Sorts by a column; once more by the same turns the order round. */
  readonly sortBy: (sort: SortKey) => void
  /** Asks for the next page, unless everything is here or on its way. */
  readonly more: () => void
  readonly reload: () => void
  readonly readFacets: () => void
  /** Shows what happened to a job; one that is not listed yet may belong on top. */
  heard(event: JobsEvent): void
}

const pageSize = 100

export const everything: HistoryQuery = {
  text: '',
  outcome: undefined,
  project: undefined,
  runner: undefined,
  branch: undefined,
  toolchain: undefined,
  period: undefined,
}

export const isFiltered = (query: HistoryQuery): boolean =>
  (Object.keys(everything) as (keyof HistoryQuery)[]).some((key) => query[key] !== everything[key])

/** Names are looked for from A, times and durations from the largest. */
const firstOrder = { when: 'desc', duration: 'desc', job: 'asc', project: 'asc' } as const

export function createHistory(connection: Connection, signal: AbortSignal): History {
  const store = createStore<HistoryState>(() => ({
    ...everything,
    sort: 'when',
    order: 'desc',
    jobs: [],
    total: 0,
    phase: 'loading',
    error: undefined,
    facets: { projects: [], runners: [], branches: [], toolchains: [] },
  }))
  let lastAsked = 0
  let loadingMore = false

  async function find(page: Pick<Query, 'before' | 'offset' | 'limit'>): Promise<void> {
    const asked = (lastAsked += 1)
    const isFirst = page.before === undefined && page.offset === undefined
    try {
      const api = await connection.ready(signal)
      const found = await api.findJobs({ ...queryOf(store.getState()), ...page })
      if (asked !== lastAsked) return
      const jobs = isFirst ? found.jobs : [...store.getState().jobs, ...found.jobs]
      store.setState({ jobs, total: found.total, phase: 'ready', error: undefined })
    } catch (error) {
      if (asked !== lastAsked || signal.aborted) return
      store.setState({ phase: 'failed', error: error instanceof ApiError ? error.message : String(error) })
    }
  }

  const reload = () => void find({ limit: Math.min(Math.max(store.getState().jobs.length, pageSize), 500) })
  const change = (state: Partial<HistoryState>) => {
    store.setState({ ...state, phase: 'loading' })
    void find({ limit: pageSize })
  }

  return {
    store,
    reload,
    search: change,
    sortBy(sort) {
      const before = store.getState()
      const turned = before.order === 'asc' ? 'desc' : 'asc'
      change({ sort, order: before.sort === sort ? turned : firstOrder[sort] })
    },
    more() {
      const { jobs, total, phase, sort, order } = store.getState()
      const last = jobs.at(-1)
      if (loadingMore || phase !== 'ready' || jobs.length >= total || last === undefined) return
      loadingMore = true
      // Jobs that begin meanwhile do not shift a page that is named by the job before it.
      const isNewestFirst = sort === 'when' && order === 'desc'
      const next = isNewestFirst ? { before: last.id } : { offset: jobs.length }
      void find({ ...next, limit: pageSize }).finally(() => (loadingMore = false))
    },
    readFacets() {
      void connection
        .ready(signal)
        .then((api) => api.listJobFacets(undefined))
        .then((facets) => store.setState({ facets }))
        // The menus stay as they are; the list itself says what is wrong.
        .catch(() => {})
    },
    heard(event) {
      const state = store.getState()
      if (event.type === 'snapshot') return reload()
      const known = state.jobs.some((job) => job.id === event.job.id)
      // What a filter shows depends on more than is known here; the engine decides.
      if (!known || isFiltered(state) || state.sort === 'duration') return reload()
      store.setState({ jobs: state.jobs.map((job) => (job.id === event.job.id ? event.job : job)) })
    },
  }
}

const queryOf = (state: HistoryState): Query => ({
  sort: state.sort,
  order: state.order,
  ...filterOf(state),
})

/** What is looked for, as the engine is asked for it. */
export function filterOf({ text, outcome, project, runner, branch, toolchain, period }: HistoryQuery) {
  return {
    ...(text !== '' && { text }),
    ...(outcome && { outcome }),
    ...(project !== undefined && { project }),
    ...(runner !== undefined && { runner }),
    ...(branch !== undefined && { branch }),
    ...(toolchain !== undefined && { toolchain }),
    ...(period && { since: sinceOf(period, Date.now()) }),
  }
}
