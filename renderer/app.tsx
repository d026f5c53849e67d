import { lazy, Suspense, useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { StoreApi } from 'zustand/vanilla'

import { DiagnosticsPage } from './diagnostics/diagnostics-page.tsx'
import { DiskPage } from './disk/disk-page.tsx'
import { ConnectionNotice } from './frame/connection-notice.tsx'
import { Sidebar } from './frame/sidebar.tsx'
import './frame/frame.css'
import { GraceBar } from './grace/grace-bar.tsx'
import { JobPage } from './job/job-page.tsx'
import { JobsPage } from './jobs/jobs-page.tsx'
import { OverviewPage } from './overview/overview-page.tsx'
import { Palette } from './palette/palette.tsx'
import { ShortcutList } from './palette/shortcut-list.tsx'
import { useShortcuts } from './palette/use-shortcuts.ts'
import { ConfigChangesPage } from './runners/config-changes-page.tsx'
import { RunnerPage } from './runners/runner-page.tsx'
import { RunnersPage } from './runners/runners-page.tsx'
import { SettingsPage } from './settings/settings-page.tsx'
import type { AppState } from './state/app-state.ts'
import { tellDesktop } from './state/desktop.ts'
import type { Route } from './state/route.ts'
import { AddToolchainPage } from './toolchains/add-toolchain-page.tsx'
import { ToolchainPage } from './toolchains/toolchain-page.tsx'
import { ToolchainsPage } from './toolchains/toolchains-page.tsx'
import { useArrival } from './ui/use-arrival.ts'
import { useReader } from './ui/reader.tsx'
import { useTitle } from './ui/use-title.ts'
import { useReady } from './ui/use-watched.ts'
import { ImportPage } from './wizard/import-page.tsx'
import { SetupPage } from './wizard/setup-page.tsx'
import { useFirstRun } from './wizard/use-first-run.ts'

// Whoever looks at no chart need not load what draws them.
const ChartsPage = lazy(async () => ({ default: (await import('./charts/charts-page.tsx')).ChartsPage }))

interface AppProps {
  readonly state: AppState
  readonly route: StoreApi<Route>
}

export function App({ state, route: routes }: AppProps) {
  const route = useStore(routes)
  const { preferences, language } = useReader()
  const letters = useStore(preferences, ({ letterKeys }) => letterKeys)
  const [open, setOpen] = useState<'palette' | 'shortcuts'>()
  const openPalette = () => setOpen('palette')
  const openShortcuts = () => setOpen('shortcuts')
  useShortcuts({ letters, openPalette, openList: openShortcuts })
  const title = useNameOf(route, state)
  useTitle(title)
  const { line: _, ...place } = { line: undefined, ...route }
  const main = useArrival(JSON.stringify(place))
  useFirstRun(state, route)
  useEffect(() => tellDesktop({ type: 'language', language }), [language])
  if (route.page === 'setup') {
    return (
      <div className="frame">
        <SetupPage
          connection={state.connection}
          setup={state.setup}
          grace={state.grace}
          status={state.status}
        />
      </div>
    )
  }
  return (
    <div className="frame">
      <Sidebar state={state} route={route} />
      <main ref={main} tabIndex={-1} aria-label={title}>
        <ConnectionNotice connection={state.connection} />
        <Page state={state} route={route} />
      </main>
      <GraceBar grace={state.grace} />
      <Palette
        state={state}
        isOpen={open === 'palette'}
        onClose={() => setOpen(undefined)}
        showShortcuts={openShortcuts}
      />
      <ShortcutList isOpen={open === 'shortcuts'} onClose={() => setOpen(undefined)} />
    </div>
  )
}

function Page({ state, route }: { readonly state: AppState; readonly route: Route }) {
  switch (route.page) {
    case 'overview':
      return <OverviewPage state={state} />
    case 'jobs':
      return <JobsPage app={state} />
    case 'job':
      return <JobPage key={route.id} id={route.id} line={route.line} app={state} />
    case 'runners':
      return <RunnersPage runners={state.runners} setup={state.setup} />
    case 'runner':
      return <RunnerPage key={route.key} runnerKey={route.key} app={state} />
    case 'toolchains':
      return <ToolchainsPage state={state} />
    case 'toolchain': {
      const { name, version, image } = route
      return (
        <ToolchainPage
          key={`${name}@${version}/${image}`}
          state={state}
          name={name}
          version={version}
          image={image}
        />
      )
    }
    case 'add-toolchain':
      return <AddToolchainPage key={route.name} state={state} name={route.name} />
    case 'charts':
      return (
        <Suspense fallback={<ChartsHead />}>
          <ChartsPage connection={state.connection} />
        </Suspense>
      )
    case 'disk':
      return <DiskPage state={state} />
    case 'settings':
      return <SettingsPage connection={state.connection} />
    case 'diagnostics':
      return <DiagnosticsPage connection={state.connection} />
    case 'config':
      return <ConfigChangesPage connection={state.connection} />
    case 'import':
      return <ImportPage connection={state.connection} />
    case 'setup':
      return null
  }
}

/** Stands there while the charts are fetched, so that the page has its heading at once. */
function ChartsHead() {
  const { words } = useReader()
  return (
    <div className="page" data-page="charts" aria-busy="true">
      <header className="page-head">
        <h1>{words.nav.charts}</h1>
      </header>
    </div>
  )
}

/** @returns what the page is called; a job's page tells its own once it knows. */
function useNameOf(route: Route, state: AppState): string {
  const { words } = useReader()
  const runners = useReady(state.runners) ?? []
  const runner = route.page === 'runner' ? runners.find(({ key }) => key === route.key)?.name : undefined
  const titles = {
    overview: words.overview.title,
    jobs: words.jobs.title,
    runners: words.runners.title,
    job: words.job.title,
    runner: runner ?? words.runners.title,
    toolchains: words.nav.toolchains,
    toolchain: route.page === 'toolchain' ? [route.name, route.version].join(' ').trim() : '',
    'add-toolchain': words.toolchains.add.title,
    charts: words.nav.charts,
    disk: words.nav.disk,
    settings: words.nav.settings,
    diagnostics: words.nav.diagnostics,
    setup: words.setup.title,
    import: words.setup.import.title,
    config: words.runner.file.title,
  }
  return titles[route.page]
}
