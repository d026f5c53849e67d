import { servicesWords } from './others-services.ts'
import { systemWords } from './others-system.ts'
import type { OthersWords } from './others-words.ts'

const rows: OthersWords = [...servicesWords, ...systemWords]

/**
 * What file systems, Docker, registries and GitLab say in English, with its meaning before it: whoever looks for help
 * needs the words as they came.
 *
 * @returns undefined for words that are not known.
 */
export function othersInWords(text: string, language: 'zh-CN' | 'ko'): string | undefined {
  const row = rows.find(([like]) => like.test(text))
  if (row === undefined) return undefined
  const [, zh, ko] = row
  const original = text.replace(/\.$/, '')
  return language === 'ko' ? `${ko} (${original})` : `${zh}（${original}）`
}
