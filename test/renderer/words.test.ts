import { expect, it } from 'vitest'

import { sentenceLanguages } from '../../main/contract/sentences/translate.ts'
import { en } from '../../renderer/words/en.ts'
import { ko } from '../../renderer/words/ko.ts'
import { zh } from '../../renderer/words/zh.ts'

const sameOnPurpose = new Set([
  'language',
  'nav.runners',
  'jobs.columns.runner',
  'job.runner',
  'runners.title',
  'health.dockerReady',
  'health.version',
  'stage.after_script',
  'aside',
])

it.each([
  ['zh', zh],
  ['ko', ko],
])('everything is said in %s, with every number and name that English has', (_, words) => {
  const english = sentences(en)
  const translated = sentences(words)
  expect([...translated.keys()]).toEqual([...english.keys()])
  const untranslated = [...english].filter(
    ([key, text]) => !sameOnPurpose.has(key) && translated.get(key) === text,
  )
  const poorer = [...english].filter(([key, text]) => {
    const given = [...text.matchAll(/⟨\d+⟩|\{\w+\}|\d{3}/g)].map(([value]) => value)
    return given.some((value) => translated.get(key)?.includes(value) === false)
  })
  expect({ untranslated, poorer }).toEqual({ untranslated: [], poorer: [] })
})

const all = (words: object, language: 'zh-CN' | 'ko') => [
  ...sentences(words).values(),
  ...Object.values<string>(sentenceLanguages[language]),
]

it('Chinese has punctuation of full width between its characters', () => {
  const narrow = /\p{Script=Han}[,;:?!()]|[,;:?!()]\p{Script=Han}/u
  expect(all(zh, 'zh-CN').filter((text) => narrow.test(text))).toEqual([])
})

it('Korean keeps one tone: it states and asks formally', () => {
  expect(all(ko, 'ko').filter((text) => /(?:나요|까요|[아어해]요|예요|네요)[.?]?$/m.test(text))).toEqual([])
})

/** Every sentence by its path; functions are given numbers nobody says by chance. */
function sentences(words: object, path = ''): Map<string, string> {
  return new Map(
    Object.entries(words).flatMap(([key, value]: [string, unknown]) => {
      const name = path === '' ? key : `${path}.${key}`
      if (typeof value === 'string') return [[name, value] as const]
      if (typeof value === 'function')
        return [[name, String(Reflect.apply(value, undefined, [417, 593]))] as const]
      return [...sentences(value as object, name)]
    }),
  )
}
