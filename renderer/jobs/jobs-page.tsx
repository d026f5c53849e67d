import { useStore } from 'zustand'

import type { AppState } from '../state/app-state.ts'
import { everything, isFiltered, type History, type HistoryState } from '../state/history.ts'
import { linkTo } from '../state/route.ts'
import { Failed } from '../ui/failed.tsx'
import { Notice } from '../ui/notice.tsx'
import { useReader } from '../ui/reader.tsx'
import { SearchBox } from '../ui/search-box.tsx'
import { ExportJobs } from './export-jobs.tsx'
import { JobFilters } from './job-filters.tsx'
import { JobList } from './job-list.tsx'
import './jobs.css'
import { ViewChip } from './view-chip.tsx'

interface JobsPageProps {
  readonly app: Pick<AppState, 'connection' | 'history' | 'views' | 'grace'>
}

export function JobsPage({ app }: JobsPageProps) {
  const { words } = useReader()
  const { connection, history, views, grace } = app
  const state = useStore(history.store)
  return (
    <div className="page" data-page="jobs">
      <header className="page-head">
        <h1>{words.jobs.title}</h1>
        <SearchBox
          label={words.jobs.search}
          clearLabel={words.jobs.clearSearch}
          value={state.text}
          onChange={(text) => history.search({ text })}
          shortcut="/"
        />
      </header>
      <div className="jobs-bar">
        <div className="chips">
          <JobFilters state={state} history={history} />
          <ViewChip state={state} history={history} views={views} grace={grace} />
        </div>
        <div className="jobs-found">
          <span className="soft" aria-live="polite">
            {state.phase === 'ready' && words.jobs.count(state.total)}
          </span>
          {state.total > 0 && <ExportJobs state={state} connection={connection} />}
        </div>
      </div>
      <Found state={state} history={history} />
    </div>
  )
}

function Found({ state, history }: { readonly state: HistoryState; readonly history: History }) {
  const { words } = useReader()
  if (state.phase === 'failed') {
    return (
      <div className="page-body">
        <Failed why={state.error ?? ''} onAgain={history.reload}>
          {words.jobs.failed}
        </Failed>
      </div>
    )
  }
  if (state.jobs.length > 0) {
    return (
      <JobList
        jobs={state.jobs}
        total={state.total}
        sorting={state}
        onSort={history.sortBy}
        onNearEnd={history.more}
      />
    )
  }
  if (state.phase === 'loading') {
    return (
      <div className="page-body">
        <Notice>{words.jobs.loading}</Notice>
      </div>
    )
  }
  return (
    <div className="page-body">
      {isFiltered(state) ? (
        <Notice action={<Act text={words.jobs.showAll} onPress={() => history.search(everything)} />}>
          {words.jobs.noMatch}
        </Notice>
      ) : (
        <Notice
          action={
            <a className="button" href={linkTo({ page: 'runners' })}>
              {words.overview.seeRunners}
            </a>
          }
        >
          {words.jobs.empty}
        </Notice>
      )}
    </div>
  )
}

function Act({ text, onPress }: { readonly text: string; readonly onPress: () => void }) {
  return (
    <button type="button" className="button" onClick={onPress}>
      {text}
    </button>
  )
}
