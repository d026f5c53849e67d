import { createContext, useContext, useEffect, useMemo, type ReactNode } from 'react'
import { I18nProvider } from 'react-aria-components'
import { useStore } from 'zustand'
import type { StoreApi } from 'zustand/vanilla'

import { inSentences, sentenceGaps, translate } from '../../main/contract/sentences/translate.ts'
import type { Preferences } from '../state/preferences.ts'
import type { Words } from '../words/en.ts'
import { languages, type Language } from '../words/languages.ts'
import { createFormat, type Format } from './format.ts'

/** How the page speaks to whoever reads it. */
interface Reader {
  readonly words: Words
  readonly format: Format
  readonly language: Language
  /** What the engine said, in this reader's language. */
  readonly inWords: (said: string) => string
  /** The same as whole sentences, each with its full stop. */
  readonly inSentences: (...said: readonly string[]) => string
  /** Stands between two sentences. */
  readonly gap: string
  readonly preferences: StoreApi<Preferences>
}

const ReaderContext = createContext<Reader | undefined>(undefined)

export function useReader(): Reader {
  const reader = useContext(ReaderContext)
  if (reader === undefined) throw new Error('useReader is used outside ReaderProvider')
  return reader
}

interface ReaderProviderProps {
  readonly preferences: StoreApi<Preferences>
  readonly children: ReactNode
}

export function ReaderProvider({ preferences, children }: ReaderProviderProps) {
  const language = useStore(preferences, (state) => state.language)
  const theme = useStore(preferences, (state) => state.theme)
  const reader = useMemo(() => {
    const words = languages[language]
    return {
      words,
      language,
      preferences,
      format: createFormat(language, words),
      inWords: (said: string) => translate(said, language),
      inSentences: (...said: readonly string[]) => inSentences(said, language),
      gap: sentenceGaps[language],
    }
  }, [language, preferences])

  useEffect(() => {
    document.documentElement.lang = language
    document.documentElement.dataset['theme'] = theme
  }, [language, theme])

  return (
    <ReaderContext value={reader}>
      <I18nProvider locale={language}>{children}</I18nProvider>
    </ReaderContext>
  )
}
