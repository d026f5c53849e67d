import { createStore, type StoreApi } from 'zustand/vanilla'

import { languages, spokenOf, type Language } from '../words/languages.ts'

export type Theme = 'system' | 'light' | 'dark'

/** How this reader wants to see things. Belongs to the screen, so it stays in the browser. */
export interface Preferences {
  readonly theme: Theme
  readonly language: Language
  readonly logTimes: boolean
  /** Long lines go on below instead of beyond the edge. */
  readonly logWraps: boolean
  /** The log of a running job is shown from its end. */
  readonly logFollows: boolean
  /** Single letters are shortcuts too (WCAG 2.1.4 wants them to be optional). */
  readonly letterKeys: boolean
}

const key = 'drydock.preferences'

export function createPreferences(
  storage: Pick<Storage, 'getItem' | 'setItem'>,
  wanted: readonly string[],
): StoreApi<Preferences> {
  const store = createStore<Preferences>(() => ({
    theme: 'system',
    language: spokenOf(wanted),
    logTimes: true,
    logWraps: false,
    logFollows: true,
    letterKeys: true,
    ...remembered(storage),
  }))
  store.subscribe((preferences) => storage.setItem(key, JSON.stringify(preferences)))
  return store
}

function remembered(storage: Pick<Storage, 'getItem'>): Partial<Preferences> {
  try {
    const { theme, language, ...rest } = JSON.parse(storage.getItem(key) ?? '{}') as Record<string, unknown>
    return {
      ...(isTheme(theme) && { theme }),
      ...(isLanguage(language) && { language }),
      ...Object.fromEntries(
        switches.filter((name) => typeof rest[name] === 'boolean').map((name) => [name, rest[name]]),
      ),
    }
  } catch {
    return {}
  }
}

const switches = ['logTimes', 'logWraps', 'logFollows', 'letterKeys'] as const

const isTheme = (value: unknown): value is Theme =>
  value === 'system' || value === 'light' || value === 'dark'
const isLanguage = (value: unknown): value is Language =>
  typeof value === 'string' && Object.hasOwn(languages, value)
