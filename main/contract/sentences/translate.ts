import { configKo } from './config-ko.ts'
import { configZh } from './config-zh.ts'
import { engineKo } from './engine-ko.ts'
import { engineZh } from './engine-zh.ts'
import { fieldKo } from './field-ko.ts'
import { fieldZh } from './field-zh.ts'
import { jobKo } from './job-ko.ts'
import { jobZh } from './job-zh.ts'
import { othersInWords } from './others.ts'
import { recognise } from './recognise.ts'
import { toolchainKo } from './toolchain-ko.ts'
import { toolchainZh } from './toolchain-zh.ts'
import { factPlaces, sentences, withFacts, type SentenceCode } from './say.ts'

/** By the tag that Intl and the `lang` attribute understand. */
export const sentenceLanguages = {
  en: sentences,
  'zh-CN': { ...configZh, ...engineZh, ...fieldZh, ...jobZh, ...toolchainZh },
  ko: { ...configKo, ...engineKo, ...fieldKo, ...jobKo, ...toolchainKo },
} as const satisfies Record<string, Readonly<Record<SentenceCode, string>>>

export type SentenceLanguage = keyof typeof sentenceLanguages

/** A problem of the configuration: file, line and column, the key, then what is wrong with it. */
const placed = /^(.*?(?:\.toml|:\d+): (?:(?:[\w-]+|\[\d+\]|\.|"[^"]*")+: )?)(.+)$/

/** What the engine said, in the reader's language. Words of others that are not known stay as they are. */
export function translate(text: string, language: SentenceLanguage): string {
  if (language === 'en') return text
  const said = recognise(text)
  if (said !== undefined) return inLanguage(said.code, said.facts, language)
  const lines = text.split('\n')
  if (lines.length > 1) return lines.map((line) => translate(line, language)).join('\n')
  const [, place, rest = ''] = placed.exec(text) ?? []
  if (place !== undefined && hasOurs(rest))
    return `${place}${rest.endsWith('.') ? asSentence(rest.slice(0, -1), language) : translate(rest, language)}`
  if (!hasOurs(text)) return othersInWords(text, language) ?? text
  return partsOf(text)
    .map((part) => asSentence(part.replace(/\.$/, ''), language))
    .join(sentenceGaps[language])
}

/** A cause and its remedy often come as one text. */
const partsOf = (text: string) => text.split(/(?<=[.?]) (?=[A-Z"])/)

const hasOurs = (text: string) => [text, ...partsOf(text)].some((part) => recognise(part) !== undefined)

/** The same with the full stop of the language, to stand beside another sentence. */
export function asSentence(text: string, language: SentenceLanguage): string {
  const translated = translate(text, language)
  return /[.?。？]$/.test(translated) ? translated : `${translated}${stops[language]}`
}

/** Several sentences in a row. */
export const inSentences = (texts: readonly string[], language: SentenceLanguage): string =>
  texts.map((text) => asSentence(text, language)).join(sentenceGaps[language])

const stops = { en: '.', 'zh-CN': '。', ko: '.' } as const
const commas = { en: ', ', 'zh-CN': '、', ko: ', ' } as const
/** What stands between two sentences. */
export const sentenceGaps = { en: ' ', 'zh-CN': '', ko: ' ' } as const

function inLanguage(
  code: SentenceCode,
  facts: Readonly<Record<string, string>>,
  language: SentenceLanguage,
): string {
  const template = sentenceLanguages[language][code]
  const nested = new Map([...sentences[code].matchAll(factPlaces)].map(([, kind, name]) => [name, kind]))
  const words = (name: string, fact: string) => {
    if (nested.get(name) === '+')
      return fact
        .split(', ')
        .map((part) => translate(part, language))
        .join(commas[language])
    return nested.get(name) === '~' ? translate(fact, language) : fact
  }
  return withFacts(
    template,
    Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, words(name, fact)])),
  )
}
