import { useEffect } from 'react'
import { useStore } from 'zustand'
import type { StoreApi } from 'zustand/vanilla'

import { ConnectionNotice } from './frame/connection-notice.tsx'
import { Sidebar } from './frame/sidebar.tsx'
import './frame/frame.css'
import { JobPage } from './job/job-page.tsx'
import { JobsPage } from './jobs/jobs-page.tsx'
import { OverviewPage } from './overview/overview-page.tsx'
import { RunnerPage } from './runners/runner-page.tsx'
import { RunnersPage } from './runners/runners-page.tsx'
import type { AppState } from './state/app-state.ts'
import type { Route } from './state/route.ts'
import { useReader } from './ui/reader.tsx'
import { ImportPage } from './wizard/import-page.tsx'
import { SetupPage } from './wizard/setup-page.tsx'
import { useFirstRun } from './wizard/use-first-run.ts'

interface AppProps {
  readonly state: AppState
  readonly route: StoreApi<Route>
}

export function App({ state, route: routes }: AppProps) {
  const route = useStore(routes)
  useFocusSearchShortcut()
  useTitle(route)
  useFirstRun(state, route)
  if (route.page === 'setup') {
    return (
      <div className="frame">
        <SetupPage connection={state.connection} setup={state.setup} />
      </div>
    )
  }
  return (
    <div className="frame">
      <Sidebar state={state} route={route} />
      <main>
        <ConnectionNotice connection={state.connection} />
        <Page state={state} route={route} />
      </main>
    </div>
  )
}

function Page({ state, route }: { readonly state: AppState; readonly route: Route }) {
  switch (route.page) {
    case 'overview':
      return <OverviewPage state={state} />
    case 'jobs':
      return <JobsPage history={state.history} />
    case 'job':
      return (
        <JobPage
          key={route.id}
          id={route.id}
          line={route.line}
          connection={state.connection}
          status={state.status}
        />
      )
    case 'runners':
      return <RunnersPage runners={state.runners} setup={state.setup} />
    case 'runner':
      return (
        <RunnerPage
          key={route.key}
          runnerKey={route.key}
          connection={state.connection}
          runners={state.runners}
        />
      )
    case 'import':
      return <ImportPage connection={state.connection} />
    case 'setup':
      return null
  }
}

/** ⌘K or Ctrl+K leads to the jobs and into their search field. */
function useFocusSearchShortcut() {
  useEffect(() => {
    const focusSearch = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey)) return
      event.preventDefault()
      if (!document.querySelector('[data-page="jobs"]')) window.location.hash = '#/jobs'
      requestAnimationFrame(() =>
        setTimeout(() =>
          document.querySelector<HTMLInputElement>('[data-page="jobs"] .search input')?.focus(),
        ),
      )
    }
    window.addEventListener('keydown', focusSearch)
    return () => window.removeEventListener('keydown', focusSearch)
  }, [])
}

function useTitle(route: Route) {
  const { words } = useReader()
  useEffect(() => {
    const titles = {
      overview: words.overview.title,
      jobs: words.jobs.title,
      runners: words.runners.title,
      job: route.page === 'job' ? `#${route.id}` : '',
      runner: words.runners.title,
      setup: words.setup.title,
      import: words.setup.import.title,
    }
    document.title = `${titles[route.page]} · Drydock`
  }, [route, words])
}
