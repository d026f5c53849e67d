import type { DoctorFinding } from '../../main/contract/doctor.ts'
import type { Words } from '../words/en.ts'

type FindingWords = Words['toolchains']['findings']

/** Cause and remedy in the reader's language; of a kind without words, as the engine says them. */
export function findingInWords(
  { kind, facts, cause, remedy }: DoctorFinding,
  words: FindingWords,
): { readonly cause: string; readonly remedy: string } {
  const known: Readonly<Record<string, { readonly cause: string; readonly remedy: string }>> = words
  const isOfImage = kind === 'wrong-cpu' && facts['needs'] === facts['has']
  const found = known[isOfImage ? 'not-emulated' : kind]
  if (found === undefined) return { cause, remedy }
  return { cause: filled(found.cause, facts), remedy: filled(found.remedy, facts) }
}

const filled = (text: string, facts: DoctorFinding['facts']) =>
  text.replaceAll(/\{(\w+)\}/g, (_, name: string) => facts[name] || '–')
