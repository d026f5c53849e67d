import type { Words } from '../words/en.ts'

/** A stage by a short name people know; a stage of the job's own keeps its name. */
export function stageInWords(name: string, words: Words): string {
  const known: Readonly<Record<string, string>> = words.stage
  return (Object.hasOwn(known, name) ? known[name] : undefined) ?? name.replace(/^step_/, '')
}
