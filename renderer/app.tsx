import { useEffect } from 'react'
import { useStore } from 'zustand'
import type { StoreApi } from 'zustand/vanilla'

import { ConnectionNotice } from './frame/connection-notice.tsx'
import { Sidebar } from './frame/sidebar.tsx'
import './frame/frame.css'
import { JobPage } from './job/job-page.tsx'
import { JobsPage } from './jobs/jobs-page.tsx'
import { OverviewPage } from './overview/overview-page.tsx'
import { RunnersPage } from './runners/runners-page.tsx'
import type { AppState } from './state/app-state.ts'
import type { Route } from './state/route.ts'
import { useReader } from './ui/reader.tsx'

interface AppProps {
  readonly state: AppState
  readonly route: StoreApi<Route>
}

export function App({ state, route: routes }: AppProps) {
  const route = useStore(routes)
  useFocusSearchShortcut()
  useTitle(route)
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
      return <RunnersPage runners={state.runners} />
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
    }
    document.title = `${titles[route.page]} · Drydock`
  }, [route, words])
}
