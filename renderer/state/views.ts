import { createStore, type StoreApi } from 'zustand/vanilla'

import { everything, type HistoryQuery, type OutcomeFilter, type Sorting, type SortKey } from './history.ts'
import { periods } from './period.ts'

/** What of the jobs somebody wants to see again, under a name of theirs. */
export interface SavedView {
  readonly name: string
  readonly query: HistoryQuery
  readonly sorting: Sorting
}

export interface Views {
  readonly store: StoreApi<readonly SavedView[]>
  /** In the place of one of the same name, or as the last. */
  keep(view: SavedView): void
  remove(name: string): void
}

const key = 'drydock.views'
const none: HistoryQuery & Sorting = { ...everything, sort: 'when', order: 'desc' }

/** Belongs to the screen, as preferences do, so it stays in the browser. */
export function createViews(storage: Pick<Storage, 'getItem' | 'setItem'>): Views {
  const store = createStore<readonly SavedView[]>(() => remembered(storage))
  const put = (views: readonly SavedView[]) => {
    store.setState(views, true)
    storage.setItem(key, JSON.stringify(views))
  }
  return {
    store,
    keep(view) {
      const views = store.getState()
      const isThere = views.some(({ name }) => name === view.name)
      put(isThere ? views.map((one) => (one.name === view.name ? view : one)) : [...views, view])
    },
    remove: (name) => put(store.getState().filter((one) => one.name !== name)),
  }
}

/** What a view is of a page that shows jobs. */
export function viewOf(name: string, shown: HistoryQuery & Sorting): SavedView {
  const { text, outcome, project, runner, branch, toolchain, period, sort, order } = shown
  return {
    name,
    query: { text, outcome, project, runner, branch, toolchain, period },
    sorting: { sort, order },
  }
}

export const isShown = ({ query, sorting }: SavedView, shown: HistoryQuery & Sorting): boolean => {
  const wanted = { ...query, ...sorting }
  return (Object.keys(none) as (keyof typeof none)[]).every((name) => wanted[name] === shown[name])
}

function remembered(storage: Pick<Storage, 'getItem'>): readonly SavedView[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(key) ?? '[]')
    return Array.isArray(kept) ? kept.flatMap(readView) : []
  } catch {
    return []
  }
}

/** JSON leaves out what is undefined; what an older version wrote, or another hand, may be anything. */
function readView(kept: unknown): readonly SavedView[] {
  if (!isRecord(kept) || typeof kept['name'] !== 'string' || kept['name'] === '') return []
  const given = { ...recordOf(kept['query']), ...recordOf(kept['sorting']) }
  const known = Object.fromEntries(
    Object.keys(none).flatMap((name) => (isKnown(name, given[name]) ? [[name, given[name]]] : [])),
  )
  return [viewOf(kept['name'], { ...none, ...known })]
}

const isKnown = (name: string, value: unknown): boolean =>
  typeof value === 'string' && (!Object.hasOwn(choices, name) || (choices[name]?.includes(value) ?? false))

const choices: Readonly<Record<string, readonly string[]>> = {
  outcome: ['running', 'success', 'failed', 'canceled'] satisfies readonly OutcomeFilter[],
  period: periods,
  sort: ['when', 'duration', 'job', 'project'] satisfies readonly SortKey[],
  order: ['asc', 'desc'],
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
const recordOf = (value: unknown) => (isRecord(value) ? value : {})
