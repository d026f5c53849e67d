import { inSentences, translate, type SentenceLanguage } from '../contract/sentences/translate.ts'
import { en, type DesktopWords } from './words/en.ts'
import { ko } from './words/ko.ts'
import { zh } from './words/zh.ts'

/** How the application speaks outside of its window. */
export interface Speech {
  readonly words: DesktopWords
  /** What the engine said, in the user's language. */
  readonly inWords: (said: string) => string
  readonly inSentences: (...said: readonly string[]) => string
}

const languages: Readonly<Record<SentenceLanguage, DesktopWords>> = { en, 'zh-CN': zh, ko }

export const speechIn = (language: SentenceLanguage): Speech => ({
  words: languages[language],
  inWords: (said) => translate(said, language),
  inSentences: (...said) => inSentences(said, language),
})

/** The first of the system's languages that is spoken here, unless the user chose one; else English. */
export function spokenLanguage(
  chosen: SentenceLanguage | 'system',
  system: readonly string[],
): SentenceLanguage {
  if (chosen !== 'system') return chosen
  for (const tag of system) {
    const [wanted] = tag.toLowerCase().split('-')
    const spoken = (Object.keys(languages) as SentenceLanguage[]).find((one) => one.split('-')[0] === wanted)
    if (spoken !== undefined) return spoken
  }
  return 'en'
}
