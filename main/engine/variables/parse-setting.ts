const trueWords = new Set(['1', 't', 'T', 'TRUE', 'true', 'True'])
const falseWords = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False'])

/** @returns `undefined` for every other spelling; `yes`, `on` and `tRuE` are none (job-execution.md §3.1). */
export function parseBoolean(text: string): boolean | undefined {
  if (trueWords.has(text)) return true
  return falseWords.has(text) ? false : undefined
}

/** Base 10 with an optional sign. */
export function parseInteger(text: string): number | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : undefined
}

export function parseWords(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '')
}

/** Command-line flags split at white space, without quoting; the single word `none` is no flag. */
export function parseFlags(text: string): readonly string[] {
  const words = parseWords(text)
  return words.length === 1 && words[0] === 'none' ? [] : words
}
