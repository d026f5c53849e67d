import type { AppState } from '../state/app-state.ts'
import { activeJobs, latestJobs, type Jobs } from '../state/jobs.ts'
import type { Preferences, Theme } from '../state/preferences.ts'
import { linkTo, type Route } from '../state/route.ts'
import type { SavedView } from '../state/views.ts'
import type { Words } from '../words/en.ts'
import { languages, type Language } from '../words/languages.ts'
import { pagesOf } from './pages.ts'

/** Something that can be done from anywhere. */
export interface Command {
  readonly id: string
  readonly group: 'pages' | 'jobs' | 'actions' | 'appearance'
  readonly text: string
  /** What tells it from others of the same name. */
  readonly detail?: string
  readonly keys?: string
  readonly run: () => void
}

export interface CommandParts {
  readonly state: AppState
  readonly words: Words
  readonly jobs: Jobs
  readonly views: readonly SavedView[]
  readonly isPaused: boolean
  readonly setPreferences: (change: Partial<Preferences>) => void
  readonly showShortcuts: () => void
}

const offeredJobs = 30
const themes: readonly Theme[] = ['system', 'light', 'dark']

const goTo = (route: Route) => () => {
  window.location.hash = linkTo(route)
}

export function commandsOf({
  state,
  words,
  jobs,
  views,
  isPaused,
  setPreferences,
  showShortcuts,
}: CommandParts): readonly Command[] {
  const pause = async () => {
    const api = await state.connection.ready(AbortSignal.timeout(5000))
    await (isPaused ? api.resume(undefined) : api.pause(undefined))
  }
  const known = [...activeJobs(jobs).toReversed(), ...latestJobs(jobs, offeredJobs)]
  return [
    ...pagesOf(words).map(({ page, text, letter }): Command => ({
      id: `page ${page}`,
      group: 'pages',
      text,
      keys: `g ${letter}`,
      run: goTo({ page }),
    })),
    {
      id: 'pause',
      group: 'actions',
      text: isPaused ? words.health.resume : words.health.pause,
      detail: isPaused ? words.health.pausedHint : words.health.pauseHint,
      // A lost connection says so itself.
      run: () => void pause().catch(() => {}),
    },
    {
      id: 'add toolchain',
      group: 'actions',
      text: words.toolchains.add.title,
      run: goTo({ page: 'add-toolchain' }),
    },
    { id: 'shortcuts', group: 'actions', text: words.palette.shortcuts, keys: '?', run: showShortcuts },
    ...views.map(({ name, query, sorting }): Command => ({
      id: `view ${name}`,
      group: 'pages',
      text: name,
      detail: words.jobs.views.title,
      run: () => {
        state.history.search({ ...query, ...sorting })
        goTo({ page: 'jobs' })()
      },
    })),
    ...themes.map((theme): Command => ({
      id: `theme ${theme}`,
      group: 'appearance',
      text: `${words.preferences.theme}: ${words.preferences[theme]}`,
      run: () => setPreferences({ theme }),
    })),
    ...(Object.keys(languages) as Language[]).map((language): Command => ({
      id: `language ${language}`,
      group: 'appearance',
      text: `${words.preferences.language}: ${languages[language].language}`,
      run: () => setPreferences({ language }),
    })),
    ...known.map((job): Command => ({
      id: `job ${job.id}`,
      group: 'jobs',
      text: job.name,
      detail: `${job.project} · ${job.ref} · #${job.gitlabId}`,
      run: goTo({ page: 'job', id: job.id }),
    })),
  ]
}
