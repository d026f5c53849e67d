import type { AppState } from '../state/app-state.ts'
import { activeJobs } from '../state/jobs.ts'
import { linkTo, type Route } from '../state/route.ts'
import {
  ChartsIcon,
  DiskIcon,
  JobsIcon,
  Logo,
  OverviewIcon,
  PulseIcon,
  RunnersIcon,
  SlidersIcon,
  ToolchainsIcon,
} from '../ui/icons.tsx'
import { useReader } from '../ui/reader.tsx'
import { useReady } from '../ui/use-watched.ts'
import { HealthLine } from './health-line.tsx'
import { PreferencesMenu } from './preferences-menu.tsx'

const pages = [
  { page: 'overview', Icon: OverviewIcon },
  { page: 'jobs', Icon: JobsIcon },
  { page: 'runners', Icon: RunnersIcon },
  { page: 'toolchains', Icon: ToolchainsIcon },
  { page: 'charts', Icon: ChartsIcon },
  { page: 'disk', Icon: DiskIcon },
  { page: 'settings', Icon: SlidersIcon },
  { page: 'diagnostics', Icon: PulseIcon },
] as const

interface SidebarProps {
  readonly state: AppState
  readonly route: Route
}

export function Sidebar({ state, route }: SidebarProps) {
  const { words } = useReader()
  const jobs = useReady(state.jobs)
  const active = jobs === undefined ? 0 : activeJobs(jobs).length
  const current = sectionOf(route.page)
  const practiceUrl = useReady(state.status)?.practiceUrl
  return (
    <div className="sidebar">
      <header className="brand">
        <Logo />
        Drydock
        {practiceUrl !== undefined && (
          <a
            className="tag"
            href={practiceUrl}
            target="_blank"
            rel="noopener noreferrer"
            title={words.health.practice}
          >
            {words.health.practising}
          </a>
        )}
      </header>
      <nav aria-label={words.nav.label}>
        <ul>
          {pages.map(({ page, Icon }) => (
            <li key={page}>
              <a
                className="nav-link"
                href={linkTo({ page })}
                aria-current={current === page ? 'page' : undefined}
              >
                <Icon />
                {words.nav[page]}
                {page === 'jobs' && active > 0 && (
                  <span className="count" title={words.nav.running(active)}>
                    <span aria-hidden="true">{active}</span>
                    <span className="visually-hidden">{words.nav.running(active)}</span>
                  </span>
                )}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <footer className="sidebar-foot">
        <HealthLine status={state.status} connection={state.connection} />
        <PreferencesMenu />
      </footer>
    </div>
  )
}

/** The entry of the list that a page belongs to. */
function sectionOf(page: Route['page']): string {
  if (page === 'job') return 'jobs'
  if (page === 'toolchain' || page === 'add-toolchain') return 'toolchains'
  return page === 'runner' || page === 'import' || page === 'config' ? 'runners' : page
}
