import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

import { defineConfig, loadConfigFromFile, mergeConfig, type Plugin } from 'vite'

const languages = fileURLToPath(new URL('../../renderer/words/languages.ts', import.meta.url))
const sentences = fileURLToPath(new URL('../../main/contract/sentences/translate.ts', import.meta.url))

/**
 * A language of which every word is 40 % longer than in English, as many of German and Finnish are. It is one of the
 * page's languages under the tag `de`, in a build of the tests alone.
 */
const longerWords: Plugin = {
  name: 'longer-words',
  enforce: 'pre',
  async load(id) {
    const source = id === languages || id === sentences ? await readFile(id, 'utf8') : undefined
    if (source === undefined) return undefined
    if (id === languages) return `${lengthening}\n${source.replace('= { en,', '= { en, de: longer(en),')}`
    return `${lengthening}\n${source
      .replace('en: sentences,', 'en: sentences, de: longer(sentences),')
      .replaceAll(/en: ('[^']*'),/g, 'en: $1, de: $1,')}`
  },
}

// Facts that are put into words keep their length: a path does not grow with the language.
const lengthening = `
const stretch = (text: string) =>
  text.replaceAll(/\\uE000[^\\uE001]*\\uE001|\\{[^}]*\\}|\\p{L}{2,}/gu, (part) =>
    /^[\\uE000{]/.test(part) ? part.replaceAll(/[\\uE000\\uE001]/g, '') : part + part.slice(-1).repeat(Math.ceil(part.length * 0.4)))
const longer = (words: any): any => {
  if (typeof words === 'string') return stretch(words)
  if (typeof words === 'function')
    return (...facts: any[]) => {
      const said = words(...facts.map((fact) => (typeof fact === 'string' ? '\\uE000' + fact + '\\uE001' : fact)))
      return typeof said === 'string' ? stretch(said) : said
    }
  if (typeof words !== 'object' || words === null) return words
  return Object.fromEntries(Object.entries(words).map(([key, value]) => [key, longer(value)]))
}`

const released = fileURLToPath(new URL('../../vite.config.ts', import.meta.url))

/** The page as it is released, and this language beside the others. */
export default defineConfig(async (environment) => {
  const found = await loadConfigFromFile(environment, released)
  return mergeConfig(found?.config ?? {}, { plugins: [longerWords] })
})
