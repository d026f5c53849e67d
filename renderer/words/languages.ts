import { en, type Words } from './en.ts'
import { ko } from './ko.ts'
import { zh } from './zh.ts'

/** By the tag that Intl and the `lang` attribute understand. */
export const languages = { en, 'zh-CN': zh, ko } as const satisfies Record<string, Words>

export type Language = keyof typeof languages

/** The first of the reader's languages that we speak, else English. */
export function spokenOf(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const language = tag.toLowerCase().split('-')[0]
    const spoken = (Object.keys(languages) as Language[]).find((known) => known.split('-')[0] === language)
    if (spoken !== undefined) return spoken
  }
  return 'en'
}
