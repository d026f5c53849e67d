import { ToggleButton, ToggleButtonGroup } from 'react-aria-components'
import { useStore } from 'zustand'

import type { History, HistoryState, OutcomeFilter } from '../state/history.ts'
import { linkTo } from '../state/route.ts'
import { Notice } from '../ui/notice.tsx'
import { useReader } from '../ui/reader.tsx'
import { SearchBox } from '../ui/search-box.tsx'
import { JobList } from './job-list.tsx'
import './jobs.css'

const filters: readonly OutcomeFilter[] = ['running', 'success', 'failed', 'canceled']

export function JobsPage({ history }: { readonly history: History }) {
  const { words } = useReader()
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
          shortcut={navigator.platform.startsWith('Mac') ? '⌘K' : 'Ctrl K'}
        />
      </header>
      <div className="jobs-bar">
        <ToggleButtonGroup
          className="chips"
          aria-label={words.jobs.filter}
          selectionMode="single"
          disallowEmptySelection
          selectedKeys={[state.outcome ?? 'all']}
          onSelectionChange={([key]) => history.search({ outcome: filters.find((filter) => filter === key) })}
        >
          <ToggleButton id="all" className="chip">
            {words.jobs.all}
          </ToggleButton>
          {filters.map((filter) => (
            <ToggleButton key={filter} id={filter} className="chip">
              {words.status[filter]}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
        <span className="soft" aria-live="polite">
          {state.phase === 'ready' && words.jobs.count(state.total)}
        </span>
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
        <Notice why={state.error} action={<Act text={words.jobs.retry} onPress={history.reload} />}>
          {words.jobs.failed}
        </Notice>
      </div>
    )
  }
  if (state.jobs.length > 0) return <JobList jobs={state.jobs} onNearEnd={history.more} />
  if (state.phase === 'loading') {
    return (
      <div className="page-body">
        <Notice>{words.jobs.loading}</Notice>
      </div>
    )
  }
  const isFiltered = state.text !== '' || state.outcome !== undefined
  return (
    <div className="page-body">
      {isFiltered ? (
        <Notice
          action={
            <Act text={words.jobs.showAll} onPress={() => history.search({ text: '', outcome: undefined })} />
          }
        >
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
